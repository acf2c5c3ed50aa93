//! JSON, checked as `JSON.parse` does (ECMA-404), and the one thing we look up in it: a top-level
//! string of a `package.json`.
//!
//! Not recursive: a file nested a million deep is just a file.

/// `Ok` with the top-level string members, else the byte offset and what is wrong there.
type Checked = Result<Vec<(String, String)>, (u32, String)>;

pub(super) fn check(text: &str) -> Result<(), (u32, String)> {
    parse(text).map(drop)
}

/// The value of a string member of the top-level object. `None` when there is none, or no JSON.
pub(crate) fn top_level_string(text: &str, key: &str) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // As JSON.parse: of equal keys the last one counts.
    let members = parse(text).ok()?;
    members
        .into_iter()
        .rev()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value)
}

fn parse(text: &str) -> Checked {
    let mut reader = Reader {
        bytes: text.as_bytes(),
        at: 0,
    };
    let found = reader.document(text);
    found.map_err(|message| (u32::try_from(reader.at).unwrap_or(u32::MAX), message))
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn document(&mut self, text: &str) -> Result<Vec<(String, String)>, String> {
        let mut members = Vec::new();
        // The brackets that are open.
        let mut open: Vec<u8> = Vec::new();
        loop {
            // A value begins here, or a container that was just opened ends.
            self.blanks();
            let mut key = None;
            let closed_empty = match (open.last(), self.peek()) {
                (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) if self.just_opened() => {
                    self.at += 1;
                    open.pop();
                    true
                }
                (Some(b'{'), _) => {
                    let from = self.at;
                    self.string()?;
                    key = (open.len() == 1).then(|| unescape(&text[from..self.at]));
                    self.blanks();
                    self.expect(b':')?;
                    self.blanks();
                    false
                }
                _ => false,
            };
            if !closed_empty {
                let from = self.at;
                match self.peek() {
                    Some(bracket @ (b'{' | b'[')) => {
                        self.at += 1;
                        open.push(bracket);
                        continue;
                    }
                    Some(b'"') => {
                        self.string()?;
                        if let Some(key) = key {
                            members.push((key, unescape(&text[from..self.at])));
                        }
                    }
                    Some(b'-' | b'0'..=b'9') => self.number()?,
                    Some(b't') => self.word(b"true")?,
                    Some(b'f') => self.word(b"false")?,
                    Some(b'n') => self.word(b"null")?,
                    _ => return Err(self.unexpected()),
                }
            }
            // After a value: close what ends, or go on with the next member.
            loop {
                self.blanks();
                match (open.last(), self.peek()) {
                    (None, None) => return Ok(members),
                    (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) => {
                        self.at += 1;
                        open.pop();
                    }
                    (Some(_), Some(b',')) => {
                        self.at += 1;
                        break;
                    }
                    _ => return Err(self.unexpected()),
                }
            }
        }
    }

    /// Whether only blanks lie between the last opening bracket and here: `[ ]`, but not `[1, ]`.
    fn just_opened(&self) -> bool {
        let before = self.bytes[..self.at]
            .iter()
            .rev()
            .find(|byte| !is_blank(**byte));
        matches!(before, Some(b'{' | b'['))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.peek() != Some(byte) {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &[u8]) -> Result<(), String> {
        word.iter().try_for_each(|byte| self.expect(*byte))
    }

    fn digits(&mut self) -> Result<(), String> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.unexpected());
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), String> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), String> {
        self.expect(b'"')?;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'u') => {
                            self.at += 1;
                            for _ in 0..4 {
                                if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                                    return Err("Bad Unicode escape in JSON".to_owned());
                                }
                                self.at += 1;
                            }
                        }
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                            self.at += 1
                        }
                        _ => return Err("Bad escaped character in JSON".to_owned()),
                    }
                }
                None => return Err("Unterminated string in JSON".to_owned()),
                Some(0..=0x1f) => {
                    return Err("Bad control character in string literal in JSON".to_owned());
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn unexpected(&self) -> String {
        let rest = std::str::from_utf8(&self.bytes[self.at..]).unwrap_or_default();
        match rest.chars().next() {
            Some(c) => format!("Unexpected token '{c}' in JSON"),
            None => "Unexpected end of JSON input".to_owned(),
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The value of a string literal that was checked.
fn unescape(literal: &str) -> String {
    let inner = literal
        .get(1..literal.len().saturating_sub(1))
        .unwrap_or_default();
    if !inner.contains('\\') {
        return inner.to_owned();
    }
    let mut units: Vec<u16> = Vec::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        let unit = match c {
            '\\' => match chars.next() {
                Some('b') => 8,
                Some('f') => 12,
                Some('n') => 10,
                Some('r') => 13,
                Some('t') => 9,
                Some('u') => {
                    let hex: String = chars.by_ref().take(4).collect();
                    u16::from_str_radix(&hex, 16).unwrap_or(0xfffd)
                }
                Some(other) => other as u16,
                None => break,
            },
            _ => {
                units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
                continue;
            }
        };
        units.push(unit);
    }
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn good(text: &str) {
        assert_eq!(super::check(text), Ok(()));
    }

    #[track_caller]
    fn bad(text: &str, at: u32, message: &str) {
        let (found, words) = super::check(text).expect_err("an error");
        assert_eq!((found, words.contains(message)), (at, true), "{words}");
    }

    #[test]
    fn what_json_parse_takes() {
        for text in [
            "{}",
            "[]",
            " [ ] ",
            "{ }",
            "1",
            "-0.5e+3",
            "0",
            "\"a\\u00e9\\n\"",
            "null",
            "true",
        ] {
            good(text);
        }
        good(r#"{"a":[1,{"b":[]},""],"c":{}} "#);
        good(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    }

    #[test]
    fn what_json_parse_refuses() {
        bad("", 0, "end of JSON");
        bad("{", 1, "end of JSON");
        bad("[1,]", 3, "']'");
        bad("{\"a\":1,}", 7, "'}'");
        bad("{a:1}", 1, "'a'");
        bad("[1 2]", 3, "'2'");
        bad("[1}", 2, "'}'");
        bad("01", 1, "'1'");
        bad("1.", 2, "end of JSON");
        bad("-", 1, "end of JSON");
        bad("tru", 3, "end of JSON");
        bad("'a'", 0, "'''");
        bad("\"a", 2, "Unterminated");
        bad("\"\n\"", 1, "control");
        bad("\"\\x\"", 2, "escaped");
        bad("\"\\u12g4\"", 5, "Unicode");
        bad("1 // c", 2, "'/'");
        bad("{} é", 3, "'é'");
        bad("[{\"a\"}]", 5, "'}'");
    }

    #[test]
    fn top_level_strings() {
        let get = |text| top_level_string(text, "type");
        assert_eq!(get(r#"{"type":"module"}"#).as_deref(), Some("module"));
        assert_eq!(
            get("\u{feff}{\"type\":\"module\"}").as_deref(),
            Some("module")
        );
        assert_eq!(get(r#"{"a":{"type":"x"},"b":["type","y"]}"#), None);
        assert_eq!(get(r#"{"type":{"type":"x"}}"#), None);
        assert_eq!(get(r#"{"type":"a","type":"b"}"#).as_deref(), Some("b"));
        assert_eq!(
            get(r#"{"t\u0079pe":"m\"\ud83d\ude00é"}"#).as_deref(),
            Some("m\"😀é")
        );
        assert_eq!(get("{"), None);
        assert_eq!(get("[]"), None);
    }
}
