//! The usual save while a developer tries values: a number is another one, and nothing else.

/// Is `after` what `before` is, but for one number outside of strings? Then it parses as that does, and requires and exports
/// the same: what names a module or an export is a string or a word.
#[must_use]
pub fn is_renumbered(before: &str, after: &str) -> bool {
    let (old, new) = (before.as_bytes(), after.as_bytes());
    let mut start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let least = old.len().min(new.len()) - start;
    let from_end = old.iter().rev().zip(new.iter().rev()).take(least);
    let mut end = from_end.take_while(|(a, b)| a == b).count();
    while start > 0 && is_of_word(old[start - 1]) {
        start -= 1;
    }
    while end > 0 && is_of_word(old[old.len() - end]) {
        end -= 1;
    }
    let words = (
        before.get(start..old.len() - end),
        after.get(start..new.len() - end),
    );
    let (Some(was), Some(is)) = words else {
        return false;
    };
    is_number(was) && is_number(is) && is_outside_strings(&old[..start])
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.' | b'\\') || !byte.is_ascii()
}

/// Decimal digits, one dot among them at most. `010` is another thing than `10`, and an error in strict code.
fn is_number(word: &str) -> bool {
    let (whole, fraction) = word.split_once('.').unwrap_or((word, "0"));
    let is_decimal = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    is_decimal(whole) && is_decimal(fraction) && (whole.len() == 1 || !whole.starts_with('0'))
}

/// Does what follows `text` stand in no string, for sure? It may in a comment, a regular expression, or a template that
/// was begun lines before: these name nothing.
fn is_outside_strings(text: &[u8]) -> bool {
    let line_start = text
        .iter()
        .rposition(|&it| matches!(it, b'\n' | b'\r'))
        .map_or(0, |at| at + 1);
    let (before, line) = text.split_at(line_start);
    // A string goes on in the next line behind a backslash.
    let is_continued = before.trim_ascii_end().ends_with(b"\\");
    // Where there are quotes, a slash or a backslash may make them something else.
    let has_quotes = line.iter().any(|it| matches!(it, b'"' | b'\''));
    let is_unclear = |it: &u8| *it == b'`' || (has_quotes && matches!(it, b'/' | b'\\'));
    if is_continued || line.iter().any(is_unclear) {
        return false;
    }
    let mut quote = None;
    for &byte in line {
        match quote {
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            Some(open) if byte == open => quote = None,
            _ => {}
        }
    }
    quote.is_none()
}

#[cfg(test)]
mod tests {
    use super::super::commonjs_exports;
    use super::*;

    #[test]
    fn a_number_for_another_one() {
        let cases = [
            ("exports.a = 1;", "exports.a = 2;", true),
            ("exports.a = 1;", "exports.a = 1500;", true),
            ("exports.a = 1.5; f()", "exports.a = 10.25; f()", true),
            ("exports.a = [1, 'é']", "exports.a = [23, 'é']", true),
            ("exports.a = ['b', 1]", "exports.a = ['b', 2]", true),
            ("// don\n f(1)", "// don\n f(2)", true),
            ("// don't 1", "// don't 2", false),
            ("/'/.test('a 1')", "/'/.test('a 2')", false),
            ("'\\' 1'", "'\\' 2'", false),
            ("'\\\n 1'", "'\\\n 2'", false),
            ("'\\\r\n 1'", "'\\\r\n 2'", false),
            ("exports.a = `x ${1}`", "exports.a = `x ${2}`", false),
            ("exports.a = 1;", "exports.a = 1;", false),
            ("exports.a1 = 0;", "exports.a2 = 0;", false),
            ("exports.a = b1;", "exports.a = b2;", false),
            ("exports['1'] = 0", "exports['2'] = 0", false),
            ("exports[\"a 1\"] = 0", "exports[\"a 2\"] = 0", false),
            ("require('./1')", "require('./2')", false),
            ("exports.a = 10", "exports.a = 010", false),
            ("exports.a = 0x10", "exports.a = 0x11", false),
            ("exports.a = 1n", "exports.a = 2n", false),
            ("exports.a = 1..b", "exports.a = 1.1.b", false),
            ("exports.a = 1", "exports.a = 12; exports.b = 1", false),
            ("exports.a = 1", "exports.a = ", false),
            ("exports.é1 = 0", "exports.é2 = 0", false),
            ("", "1", false),
        ];
        for (before, after, expected) in cases {
            assert_eq!(is_renumbered(before, after), expected, "{before} → {after}");
        }
    }

    /// Each digit of texts that are made of the grammar's words, with another one in its place.
    #[test]
    fn the_same_names_are_found() {
        let source = "Object.defineProperty(exports, 'a', { enumerable: true, get: function () { return q[0].a1; } });\n\
             Object.defineProperty(exports, '__esModule', { value: !0 }); exports.b = void 0; exports['3x'] = 4;\n\
             0 && (module.exports = { a, b: 5, 6: 7, c }); __exportStar(require('./8'), exports); /9/.test('10');\n\
             Object.defineProperty(exports, 'd2', { enumerable: !0, value: 12 });\n\
             for (const k of [13, 14]) exports[15] = exports.e = k > 16 ? { 'f 17': 18 } : 19;\n\
             if (k !== 'default' && !(k in exports)) exports[k] = _x[k]; // 11";
        let found = commonjs_exports(source);
        let mut taken = 0;
        for (at, byte) in source.bytes().enumerate() {
            let other = if byte == b'7' { "3" } else { "7" };
            let after = [
                &source[..at],
                other,
                source.get(at + 1..).unwrap_or_default(),
            ]
            .concat();
            if byte.is_ascii_digit() && is_renumbered(source, &after) {
                taken += 1;
                assert_eq!(commonjs_exports(&after), found, "{after}");
            }
        }
        assert!(taken > 8, "{taken}");
    }
}
