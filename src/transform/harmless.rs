//! Code of which the transform makes nothing else: no parser need look at it.
//!
//! Input: what stands in a function, a class, a literal or behind `=`, or declarations of the top level.
//! Output: where it ends; nothing where something in it might concern the module's record, or be treated by the
//! transform: `import`, direct evals, `arguments`, a write to an import or to what is exported, `await` outside of
//! functions.
//!
//! It is exact about what it takes to be harmless, not about what is right: V8 compiles the code, and what it refuses is
//! parsed as a whole. So whatever is an error in a module *and no error in a function* must not pass: `await` as a name,
//! `new.target`, HTML-like comments, two functions of one name.

use rustc_hash::FxHashSet;

use super::tokens::{Token, Tokens, Unclear};

/// What encloses the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// A function's braces.
    Function,
    /// The braces of a class or an object literal, the brackets of an array literal.
    Brackets,
    /// The parentheses of parameters.
    Parameters,
    /// What a variable is declared with, up to the semicolon.
    Initializer,
}

/// Deeper than that is generated code, which is parsed with room for it.
const DEEP: usize = 100;

/// Names that are written by ways of the transform's: imports, and what is exported.
pub(super) type Sensitive<'s> = FxHashSet<&'s str>;

struct Opened {
    by: u8,
    /// What is assigned to might be in it.
    has_sensitive: bool,
    /// Of a call or a member: nothing that is assigned to.
    follows_value: bool,
    is_function: bool,
}

struct Reader<'s, 'n> {
    tokens: Tokens<'s>,
    sensitive: &'n Sensitive<'n>,
    /// Everything is in a function.
    in_function: bool,
    /// No sensitive name at all: it would mean something else elsewhere.
    names_nothing: bool,
    open: Vec<Opened>,
    before: Option<Token<'s>>,
    /// What is before may be assigned to.
    is_target: bool,
    /// A bracket was closed that was opened outside.
    is_over: bool,
}

/// Where `source[from..]`, that is `inside` of something, ends: before what closes that.
pub(super) fn end_of(
    source: &str,
    from: usize,
    inside: Inside,
    sensitive: &Sensitive,
) -> Option<usize> {
    let mut reader = Reader::new(source, from, sensitive);
    reader.in_function = inside == Inside::Function;
    reader.names_nothing = inside == Inside::Parameters;
    if inside == Inside::Initializer {
        return reader.expression(false);
    }
    while !reader.is_over {
        reader.next().ok()??;
    }
    Some(reader.tokens.from)
}

/// A declaration, or an expression, of the top level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) from: usize,
    pub(super) to: usize,
    /// A function's name, and what is in its braces.
    pub(super) function: Option<(String, usize, usize)>,
}

/// What `source[from..to]` consists of, if that is whole statements, with nothing but comments between them.
pub(super) fn items_of(
    source: &str,
    from: usize,
    to: usize,
    sensitive: &Sensitive,
) -> Option<Vec<Item>> {
    let source = source.get(..to)?;
    let mut reader = Reader::new(source, from, sensitive);
    let mut items = Vec::new();
    while let Some(token) = reader.next().ok()? {
        // What went before ended, with a semicolon or without one: nothing here may go on with it.
        let from = reader.tokens.from;
        let mut function = None;
        match token {
            Token::Name("const" | "let") => {
                reader.declared_name()?;
                reader.expression(true)?;
            }
            Token::Name("class") => {
                reader.declared_name()?;
                reader.braces()?;
            }
            Token::Name("async") if !reader.is_function_next() => return None,
            Token::Name("async" | "function") => function = Some(reader.function(token)?),
            Token::Name(name) if !is_keyword(name) => {
                reader.expression(true)?;
            }
            _ => return None,
        }
        let to = reader.tokens.at;
        items.push(Item { from, to, function });
        reader.before = None;
        reader.is_target = false;
    }
    Some(items)
}

/// What begins no expression statement that is read here, or goes on with what stands before.
fn is_keyword(name: &str) -> bool {
    const KEYWORDS: [&str; 36] = [
        "as",
        "await",
        "break",
        "case",
        "catch",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "export",
        "extends",
        "finally",
        "for",
        "from",
        "if",
        "import",
        "in",
        "instanceof",
        "new",
        "of",
        "return",
        "static",
        "super",
        "switch",
        "this",
        "throw",
        "try",
        "typeof",
        "using",
        "var",
        "void",
        "while",
        "yield",
    ];
    KEYWORDS.contains(&name)
        || matches!(
            name,
            "with" | "async" | "let" | "const" | "class" | "function"
        )
}

const ASSIGN: [&str; 16] = [
    "=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "&=", "|=", "^=", "&&=", "||=",
    "??=",
];

impl<'s, 'n> Reader<'s, 'n> {
    fn new(source: &'s str, from: usize, sensitive: &'n Sensitive<'n>) -> Self {
        Self {
            tokens: Tokens::starting(source, from),
            sensitive,
            in_function: false,
            names_nothing: false,
            open: Vec::new(),
            before: None,
            is_target: false,
            is_over: false,
        }
    }

    fn is_in_function(&self) -> bool {
        self.in_function || self.open.iter().any(|it| it.is_function)
    }

    fn next(&mut self) -> Result<Option<Token<'s>>, Unclear> {
        let in_template = self.open.last().is_some_and(|it| it.by == b'$');
        let Some(token) = self.tokens.next(in_template)? else {
            return match self.open.is_empty() {
                true => Ok(None),
                false => Err(Unclear),
            };
        };
        self.refuse(token)?;
        let before = self.before.replace(token);
        let follows_value = match before {
            Some(Token::Name(name)) => !is_keyword(name),
            // Behind `if (a)` and `{}` a statement may begin.
            Some(Token::Operand | Token::Close(b']' | b'`')) => true,
            _ => false,
        };
        self.is_target = false;
        match token {
            Token::Name(name) => {
                let is_property = matches!(before, Some(Token::Operator("." | "?.")));
                if !is_property {
                    self.refuse_name(name)?;
                    if self.sensitive.contains(name) {
                        self.is_target = true;
                        if let Some(open) = self.open.last_mut() {
                            open.has_sensitive = true;
                        }
                    }
                }
            }
            Token::Open(by) => {
                let is_behind = |token| before == Some(token);
                let is_function = by == b'{'
                    && (is_behind(Token::Close(b')')) || is_behind(Token::Operator("=>")));
                self.open.push(Opened {
                    by,
                    has_sensitive: false,
                    follows_value,
                    is_function,
                });
                if self.open.len() > DEEP {
                    return Err(Unclear);
                }
            }
            Token::Close(byte) => {
                let Some(closed) = self.open.pop() else {
                    self.is_over = true;
                    return Ok(Some(token));
                };
                let closes = match closed.by {
                    b'(' => b')',
                    b'[' => b']',
                    b'{' => b'}',
                    _ => b'`',
                };
                if closes != byte {
                    return Err(Unclear);
                }
                self.is_target = closed.has_sensitive && !closed.follows_value;
                if closed.has_sensitive
                    && let Some(open) = self.open.last_mut()
                {
                    open.has_sensitive = true;
                }
            }
            Token::Operand | Token::Middle | Token::Operator(_) => {}
        }
        Ok(Some(token))
    }

    /// By what stands before it.
    fn refuse(&self, token: Token) -> Result<(), Unclear> {
        let is_refused = match (self.before, token) {
            // A write to what is before, or to what comes.
            (_, Token::Operator(operator)) if self.is_target => {
                ASSIGN.contains(&operator) || matches!(operator, "++" | "--")
            }
            (_, Token::Name("of" | "in")) => self.is_target,
            (Some(Token::Operator("++" | "--")), Token::Open(_)) => true,
            (Some(Token::Operator("++" | "--")), Token::Name(name)) => {
                self.sensitive.contains(name)
            }
            // `new.target`
            (Some(Token::Name("new")), Token::Operator(".")) => true,
            _ => false,
        };
        // What `await` is, unless a value follows, is a name to a function that is not asynchronous.
        let is_awaited = !matches!(self.before, Some(Token::Name("await")))
            || (matches!(token, Token::Name(name) if !matches!(name, "of" | "in" | "instanceof"))
                && !self.tokens.is_first_in_line);
        match is_refused || !is_awaited {
            true => Err(Unclear),
            false => Ok(()),
        }
    }

    fn refuse_name(&self, name: &str) -> Result<(), Unclear> {
        let is_refused = match name {
            "import" | "export" | "eval" | "arguments" => true,
            "await" => !self.is_in_function(),
            name => self.names_nothing && self.sensitive.contains(name),
        };
        match is_refused {
            true => Err(Unclear),
            false => Ok(()),
        }
    }

    /// The name of a declaration, which is nobody's yet.
    fn declared_name(&mut self) -> Option<&'s str> {
        match self.next().ok()?? {
            Token::Name(name) if !is_keyword(name) && !self.sensitive.contains(name) => Some(name),
            _ => None,
        }
    }

    /// To the semicolon that ends it, and where that is. Across lines only where it is clear that it goes on there.
    fn expression(&mut self, takes_commas: bool) -> Option<usize> {
        let mut is_declared = false;
        let mut conditionals = 0u32;
        loop {
            let before = self.before;
            let token = self.next().ok()??;
            if self.is_over {
                return None;
            }
            let is_outermost = match token {
                Token::Open(_) => self.open.len() == 1,
                _ => self.open.is_empty(),
            };
            if !is_outermost {
                continue;
            }
            if is_declared && matches!(token, Token::Name(name) if self.sensitive.contains(name)) {
                return None;
            }
            is_declared = false;
            if self.tokens.is_first_in_line {
                let is_between = |operator| !matches!(operator, "++" | "--");
                let goes_on = match token {
                    Token::Operator(operator) => is_between(operator),
                    Token::Close(_) | Token::Middle => true,
                    _ => matches!(before, Some(Token::Operator(operator)) if is_between(operator)),
                };
                if !goes_on {
                    return None;
                }
            }
            match token {
                Token::Operator(";") => return Some(self.tokens.from),
                Token::Operator(",") if takes_commas => is_declared = true,
                Token::Operator("?") => conditionals += 1,
                Token::Operator(":") if conditionals > 0 => conditionals -= 1,
                // Another variable; a label.
                Token::Operator("," | ":") => return None,
                _ => {}
            }
        }
    }

    /// Up to the end of the next braces.
    fn braces(&mut self) -> Option<(usize, usize)> {
        let mut from = 0;
        loop {
            match self.next().ok()?? {
                Token::Open(b'{') if self.open.len() == 1 => from = self.tokens.at,
                Token::Close(b'}') if self.open.is_empty() => {
                    return (!self.is_over).then_some((from, self.tokens.from));
                }
                Token::Operator(";") if self.open.is_empty() => return None,
                _ => {}
            }
        }
    }

    fn is_function_next(&self) -> bool {
        let mut ahead = self.tokens.clone();
        ahead.next(false) == Ok(Some(Token::Name("function"))) && !ahead.is_first_in_line
    }

    /// Behind `async` or `function`.
    fn function(&mut self, first: Token) -> Option<(String, usize, usize)> {
        if first == Token::Name("async") {
            self.next().ok()??;
        }
        if self.tokens.peek_byte() == Some(b'*') {
            self.next().ok()??;
        }
        let name = self.declared_name()?.to_owned();
        if self.next().ok()?? != Token::Open(b'(') {
            return None;
        }
        while !self.open.is_empty() {
            self.next().ok()??;
        }
        if self.tokens.peek_byte() != Some(b'{') {
            return None;
        }
        let (from, to) = self.braces()?;
        Some((name, from, to))
    }
}
