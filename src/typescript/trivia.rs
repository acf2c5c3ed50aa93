//! White space, comments and words between the nodes of the tree.

pub(crate) use crate::lexical::after_trivia as skip;

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
