//! What stands between tokens (ECMA-262 12.2 to 12.4).

/// LineTerminator, 12.3. V8 counts all four; `\r\n` is one.
pub(crate) fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// The offset after white space and comments.
pub(crate) fn after_trivia(source: &str, from: u32) -> u32 {
    let mut rest = &source[from as usize..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        rest = if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").map_or("", |end| &comment[end + 2..])
        } else if rest.starts_with("//") {
            rest.find(is_line_end).map_or("", |end| &rest[end..])
        } else {
            break;
        };
    }
    u32::try_from(source.len() - rest.len()).unwrap_or(from)
}
