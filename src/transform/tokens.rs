//! Tokens of JavaScript (ECMA-262 12), as far as they can be told without a grammar.
//!
//! Whether `/` begins a regular expression, and `}` ends a block, only a parser knows; where that is not clear from
//! the token before, there is no answer, and whoever asked has the whole file parsed.

use crate::lexical::is_line_end;

/// One token. Comments and white space are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'s> {
    /// An identifier or a keyword.
    Name(&'s str),
    /// A literal, or `#name`.
    Operand,
    /// `(`, `[`, `{`, or `$` for `${`.
    Open(u8),
    /// What ends it: `)`, `]`, `}`, or `` ` `` behind the last text of a template.
    Close(u8),
    /// `}…${` within a template.
    Middle,
    Operator(&'s str),
}

/// There is no telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unclear;

#[derive(Debug, Clone)]
pub(super) struct Tokens<'s> {
    source: &'s str,
    /// Behind the token that was given last.
    pub(super) at: usize,
    /// Where that begins.
    pub(super) from: usize,
    /// Is there a line end before it?
    pub(super) is_first_in_line: bool,
    before: Before,
}

/// What `/` means next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A division.
    Value,
    /// A regular expression.
    Operator,
    /// `.`: a name behind it is a property's, whatever it is.
    Dot,
    /// Either.
    Unclear,
}

/// Keywords that no value ends with.
const BEFORE_A_VALUE: [&str; 14] = [
    "await",
    "case",
    "delete",
    "do",
    "else",
    "extends",
    "in",
    "instanceof",
    "new",
    "return",
    "throw",
    "typeof",
    "void",
    "yield",
];
/// Longest first.
const OPERATORS: [&str; 57] = [
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=",
    "<=", ">=", "++", "--", "<<", ">>", "&&", "||", "??", "?.", "+=", "-=", "*=", "/=", "%=", "&=",
    "|=", "^=", "**", ";", ",", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "!", "~", "?",
    ":", "=", ".", "@", "`", "#", "\\", "\"", "'",
];

pub(super) const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

impl<'s> Tokens<'s> {
    /// From `at` on, where a token begins: behind an operator or an opening bracket.
    pub(super) fn starting(source: &'s str, at: usize) -> Self {
        Self {
            source,
            at,
            from: at,
            is_first_in_line: false,
            before: Before::Operator,
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.source.as_bytes().get(at).copied()
    }

    /// The next one; `None` at the end. `in_template`: the innermost bracket that is open is `${`.
    pub(super) fn next(&mut self, in_template: bool) -> Result<Option<Token<'s>>, Unclear> {
        self.skip_trivia()?;
        self.from = self.at;
        let Some(byte) = self.byte(self.at) else {
            return Ok(None);
        };
        let token = match byte {
            b'0'..=b'9' => self.number(),
            b'.' if self.byte(self.at + 1).is_some_and(|it| it.is_ascii_digit()) => self.number(),
            byte if is_name_byte(byte) => self.name(),
            b'#' => self.private_name()?,
            b'"' | b'\'' => self.string(byte)?,
            b'`' => {
                self.at += 1;
                match self.template()? {
                    true => Token::Open(b'$'),
                    false => Token::Operand,
                }
            }
            b'}' if in_template => {
                self.at += 1;
                match self.template()? {
                    true => Token::Middle,
                    false => Token::Close(b'`'),
                }
            }
            b'(' | b'[' | b'{' => {
                self.at += 1;
                Token::Open(byte)
            }
            b')' | b']' | b'}' => {
                self.at += 1;
                Token::Close(byte)
            }
            b'/' => match self.before {
                Before::Value => self.operator()?,
                Before::Operator => self.regular_expression()?,
                Before::Dot | Before::Unclear => return Err(Unclear),
            },
            _ => self.operator()?,
        };
        self.before = match token {
            Token::Name(_) if self.before == Before::Dot => Before::Value,
            Token::Name("of" | "async" | "let" | "static" | "get" | "set") => Before::Unclear,
            Token::Name(name) if BEFORE_A_VALUE.contains(&name) => Before::Operator,
            Token::Name(_) | Token::Operand | Token::Close(b']' | b'`') => Before::Value,
            // Behind `if (a)` and `{}` a statement may begin.
            Token::Close(_) | Token::Operator("++" | "--") => Before::Unclear,
            Token::Operator("." | "?.") => Before::Dot,
            Token::Operator(_) | Token::Open(_) | Token::Middle => Before::Operator,
        };
        Ok(Some(token))
    }

    /// What is said next, without taking it.
    pub(super) fn peek_byte(&self) -> Option<u8> {
        let mut ahead = self.clone();
        ahead.skip_trivia().ok()?;
        ahead.byte(ahead.at)
    }

    fn skip_trivia(&mut self) -> Result<(), Unclear> {
        self.is_first_in_line = false;
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\n' | b'\r' => {
                    self.is_first_in_line = true;
                    self.at += 1;
                }
                b'/' if self.byte(self.at + 1) == Some(b'/') => {
                    let rest = &self.source[self.at..];
                    let end = rest.find(is_line_end);
                    self.at += end.unwrap_or(rest.len());
                }
                b'/' if self.byte(self.at + 1) == Some(b'*') => {
                    let rest = &self.source[self.at + 2..];
                    let end = rest.find("*/").ok_or(Unclear)?;
                    self.is_first_in_line |= rest[..end].contains(is_line_end);
                    self.at += end + 4;
                }
                _ => break,
            }
        }
        Ok(())
    }

    fn name(&mut self) -> Token<'s> {
        let from = self.at;
        while self.byte(self.at).is_some_and(is_name_byte) {
            self.at += 1;
        }
        Token::Name(&self.source[from..self.at])
    }

    fn private_name(&mut self) -> Result<Token<'s>, Unclear> {
        self.at += 1;
        match self.byte(self.at) {
            Some(byte) if is_name_byte(byte) && !byte.is_ascii_digit() => {
                self.name();
                Ok(Token::Operand)
            }
            _ => Err(Unclear),
        }
    }

    /// Whatever looks like one: V8 says what is none.
    fn number(&mut self) -> Token<'s> {
        let from = self.at;
        while let Some(byte) = self.byte(self.at) {
            let digits = &self.source.as_bytes()[from..self.at];
            let is_exponent = matches!(digits.last(), Some(b'e' | b'E'))
                && !matches!(digits.get(1), Some(b'x' | b'X'))
                && matches!(byte, b'+' | b'-');
            if !is_name_byte(byte) && byte != b'.' && !is_exponent {
                break;
            }
            self.at += 1;
        }
        Token::Operand
    }

    fn string(&mut self, quote: u8) -> Result<Token<'s>, Unclear> {
        self.at += 1;
        loop {
            match self.byte(self.at).ok_or(Unclear)? {
                b'\\' if self.source[self.at + 1..].starts_with("\r\n") => self.at += 3,
                b'\\' => self.at += 2,
                b'\n' | b'\r' => return Err(Unclear),
                byte => {
                    self.at += 1;
                    if byte == quote {
                        return Ok(Token::Operand);
                    }
                }
            }
        }
    }

    /// The text of a template, to its end or behind the next `${`: true.
    fn template(&mut self) -> Result<bool, Unclear> {
        loop {
            match self.byte(self.at).ok_or(Unclear)? {
                b'\\' => self.at += 2,
                b'`' => {
                    self.at += 1;
                    return Ok(false);
                }
                b'$' if self.byte(self.at + 1) == Some(b'{') => {
                    self.at += 2;
                    return Ok(true);
                }
                _ => self.at += 1,
            }
        }
    }

    fn regular_expression(&mut self) -> Result<Token<'s>, Unclear> {
        self.at += 1;
        let mut is_in_class = false;
        loop {
            match self.byte(self.at).ok_or(Unclear)? {
                b'\n' | b'\r' => return Err(Unclear),
                b'\\' if matches!(self.byte(self.at + 1), Some(b'\n' | b'\r') | None) => {
                    return Err(Unclear);
                }
                b'\\' => self.at += 1,
                b'[' => is_in_class = true,
                b']' => is_in_class = false,
                b'/' if !is_in_class => break,
                // U+2028 and U+2029 are line ends in here.
                0xe2 => return Err(Unclear),
                _ => {}
            }
            self.at += 1;
        }
        self.at += 1;
        while self.byte(self.at).is_some_and(is_name_byte) {
            self.at += 1;
        }
        Ok(Token::Operand)
    }

    /// Nothing beyond ASCII, no escapes in names, no decorators, and what V8 takes for a comment: `<!--`, `-->`.
    fn operator(&mut self) -> Result<Token<'s>, Unclear> {
        let rest = &self.source[self.at..];
        if rest.starts_with("<!--") || rest.starts_with("-->") {
            return Err(Unclear);
        }
        let found = OPERATORS.iter().find(|it| rest.starts_with(**it));
        let operator = found.copied().ok_or(Unclear)?;
        // `a?.5:b`
        let operator = match operator {
            "?." if self.byte(self.at + 2).is_some_and(|it| it.is_ascii_digit()) => "?",
            "@" | "`" | "#" | "\\" | "\"" | "'" => return Err(Unclear),
            operator => operator,
        };
        self.at += operator.len();
        Ok(Token::Operator(&rest[..operator.len()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(source: &str) -> Result<String, Unclear> {
        let mut tokens = Tokens::starting(source, 0);
        let mut open = Vec::new();
        let mut out = Vec::new();
        while let Some(token) = tokens.next(open.last() == Some(&b'$'))? {
            match token {
                Token::Open(byte) => open.push(byte),
                Token::Close(_) => drop(open.pop()),
                _ => {}
            }
            let line = if tokens.is_first_in_line { "|" } else { "" };
            out.push(format!("{line}{}", &source[tokens.from..tokens.at]));
        }
        Ok(out.join(" "))
    }

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(all(source).as_deref(), Ok(expected));
    }

    #[test]
    fn what_a_slash_means() {
        check("a/b/c", "a / b / c");
        check("x = /a[/]\\/b/g.test(y)", "x = /a[/]\\/b/g . test ( y )");
        check("return /a/", "return /a/");
        check("o.return /a", "o . return / a");
        check("[1]/2", "[ 1 ] / 2");
        check("a // b\n/* c */ d", "a |d");
        assert!(all("if (a) /b/.test(c)").is_err());
        assert!(all("{} /a/").is_err());
        assert!(all("a++ /b/ c").is_err());
        assert!(all("x = /a\n/").is_err());
    }

    #[test]
    fn templates_nest() {
        check("`a${`b${c}d`}e${f}g` + 1", "`a${ `b${ c }d` }e${ f }g` + 1");
        check("`\\`\\${` /2", "`\\`\\${` / 2");
        check("`${{a: {}}}`", "`${ { a : { } } }`");
        assert!(
            all("`a${b").is_ok(),
            "what is open is the caller's business"
        );
        assert!(all("`a").is_err());
    }

    #[test]
    fn literals_names_and_operators() {
        check("1e+5+0x1e+1_0n-.5", "1e+5 + 0x1e + 1_0n - .5");
        check("'a\\'b' + \"c\\\r\nd\"", "'a\\'b' + \"c\\\r\nd\"");
        check("a?.b?.5:c ?? d", "a ?. b ? .5 : c ?? d");
        check("a>>>=b=>c**=d", "a >>>= b => c **= d");
        check("this.#a in b", "this . #a in b");
        check("a\r\n  b", "a |b");
    }

    #[test]
    fn what_is_not_clear() {
        for source in [
            "a <!--b",
            "a --> b",
            "\\u0061",
            "é",
            "@a",
            "'a\nb'",
            "'a",
            "/* a",
            "# a",
            "x = /\u{2028}/",
        ] {
            assert_eq!(all(source), Err(Unclear), "{source}");
        }
    }
}
