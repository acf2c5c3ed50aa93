//! White space, comments and words between the nodes of the tree.

/// The offset after white space and comments.
pub(crate) fn skip(source: &str, from: u32) -> u32 {
    let mut rest = &source[from as usize..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        rest = if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").map_or("", |end| &comment[end + 2..])
        } else if rest.starts_with("//") {
            rest.find(['\n', '\r', '\u{2028}', '\u{2029}'])
                .map_or("", |end| &rest[end..])
        } else {
            break;
        };
    }
    u32::try_from(source.len() - rest.len()).unwrap_or(from)
}

/// The identifier or keyword that begins at an offset; empty when none does.
pub(crate) fn word(source: &str, at: u32) -> &str {
    let rest = &source[at as usize..];
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '#')))
        .unwrap_or(rest.len());
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trivia_and_words() {
        let source = " /* a */ // b\n\u{feff}word+";
        let at = skip(source, 0);
        assert_eq!(word(source, at), "word");
        assert_eq!(skip(source, at), at);
        assert_eq!(word(source, at + 4), "");
        assert_eq!(skip("// x", 0), 4);
        assert_eq!(skip("/* x", 0), 4);
    }
}
