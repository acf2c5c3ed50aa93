//! How deep a source may nest, counted without parsing it: what [`super::stack`] finds room for.

use memchr::memmem;

/// An operator (`a + b + c …`, `!!!…`, `a ? b : c ? …`), a call or a word nests with fewer frames than a bracket does.
pub(super) const OPERATORS_PER_LEVEL: usize = 4;

/// How deep a source may nest: rarely less than it does, often more. Texts and comments are counted as if they were code, since
/// only a parser knows for certain which they are (`/'/` is no beginning of a string).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Depth {
    pub(super) brackets: usize,
    /// Of what stands outside of texts and comments: chained operators, calls and words.
    pub(super) chained: usize,
    /// Brackets and whatever is chained together.
    pub(super) levels: usize,
}

/// What a byte does to the depth.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Other,
    Space,
    /// Of names, keywords and numbers. Two of these beside each other nest: `await await a`, `a in b in c`, `do do ;`.
    Word,
    /// `f()()`, `a[0][0]`.
    Open,
    Brace,
    /// A word that follows nests: `if (a) if (b) c`.
    Close,
    Operator,
    Slash,
    Quote,
    Tick,
    Backslash,
    LineEnd,
    /// Here a chain ends.
    End,
}

/// By a table: this is run over every source, some more than once.
static CLASSES: [Class; 256] = {
    let mut classes = [Class::Word; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'(' | b'[' => Class::Open,
            b'{' => Class::Brace,
            b')' | b']' | b'}' => Class::Close,
            b'+' | b'-' | b'*' | b'%' | b'!' | b'~' | b'?' | b'=' | b'&' | b'|' | b'<' | b'>'
            | b'^' | b'.' | b':' => Class::Operator,
            b'/' => Class::Slash,
            b'\'' | b'"' => Class::Quote,
            b'`' => Class::Tick,
            b'\\' => Class::Backslash,
            b'\n' | b'\r' => Class::LineEnd,
            b';' | b',' => Class::End,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' => Class::Word,
            b' ' | b'\t' => Class::Space,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

/// Where no chain ends: a `,` in what is summed up is none. Taken for such a place by mistake, more is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Code,
    Text(u8),
    LineComment,
    Comment,
}

impl Depth {
    pub(super) fn of(source: &str) -> Self {
        let bytes = source.as_bytes();
        let mut chain = Chain::default();
        let (mut brackets, mut chained, mut levels) = (0usize, 0usize, 0usize);
        let mut inside = Inside::Code;
        // The class of the byte before, and that of the last one that was no space.
        let (mut previous, mut last) = (Class::Other, Class::Other);
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            let class = CLASSES[usize::from(byte)];
            let before = std::mem::replace(&mut previous, class);
            if matches!(class, Class::Space) || (class, before) == (Class::Word, Class::Word) {
                continue;
            }
            let nests_after = std::mem::replace(&mut last, class);
            let is_code = inside == Inside::Code;
            match class {
                Class::Other | Class::Space => continue,
                Class::Word => {
                    if !(is_code && matches!(nests_after, Class::Word | Class::Close)) {
                        continue;
                    }
                    chain.add(is_code);
                }
                Class::Open | Class::Brace => {
                    if class == Class::Open && nests_after == Class::Close {
                        chain.add(is_code);
                    }
                    chain.open();
                    brackets = brackets.max(chain.around.len());
                }
                Class::Close => {
                    chain.close();
                    continue;
                }
                Class::Operator => chain.add(is_code),
                Class::Slash => {
                    chain.add(is_code);
                    inside = match (inside, bytes.get(at)) {
                        (Inside::Code, Some(b'/')) => Inside::LineComment,
                        (Inside::Code, Some(b'*')) => Inside::Comment,
                        (Inside::Comment, _) if at > 1 && bytes[at - 2] == b'*' => Inside::Code,
                        _ => inside,
                    };
                }
                Class::Quote | Class::Tick => {
                    inside = match inside {
                        Inside::Code => Inside::Text(byte),
                        Inside::Text(begun) if begun == byte => Inside::Code,
                        _ => inside,
                    };
                    if class == Class::Quote {
                        continue;
                    }
                    chain.add(is_code);
                }
                Class::Backslash => {
                    at += usize::from(matches!(inside, Inside::Text(_)));
                    continue;
                }
                Class::LineEnd => {
                    last = nests_after;
                    if matches!(inside, Inside::LineComment | Inside::Text(b'\'' | b'"')) {
                        inside = Inside::Code;
                    }
                    continue;
                }
                Class::End => {
                    if is_code {
                        chain.end();
                    }
                    continue;
                }
            }
            if is_code {
                chained = chained.max(chain.sum.code);
            }
            levels = levels.max(chain.around.len() + chain.sum.all / OPERATORS_PER_LEVEL);
        }
        // Each `else if` nests in the one before.
        Self {
            brackets,
            chained,
            levels: levels + memmem::find_iter(bytes, "else").count(),
        }
    }
}

/// How much is chained, and how much of that outside of texts and comments.
#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    code: usize,
}

/// What is chained inside the innermost bracket, inside those around it, and their sum.
#[derive(Default)]
struct Chain {
    innermost: Count,
    around: Vec<Count>,
    sum: Count,
}

impl Chain {
    fn add(&mut self, is_code: bool) {
        for count in [&mut self.innermost, &mut self.sum] {
            count.all += 1;
            count.code += usize::from(is_code);
        }
    }

    fn end(&mut self) {
        let ended = std::mem::take(&mut self.innermost);
        self.sum.all -= ended.all;
        self.sum.code -= ended.code;
    }

    fn open(&mut self) {
        self.around.push(std::mem::take(&mut self.innermost));
    }

    fn close(&mut self) {
        if let Some(outer) = self.around.pop() {
            self.end();
            self.innermost = outer;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, brackets: usize, levels: usize) {
        let depth = Depth::of(source);
        assert_eq!(
            (depth.brackets, depth.levels),
            (brackets, levels),
            "{source}"
        );
    }

    #[track_caller]
    fn check_chained(source: &str, chained: usize) {
        assert_eq!(Depth::of(source).chained, chained, "{source}");
    }

    #[test]
    fn depth() {
        check("", 0, 0);
        check("f(a)(b)", 1, 1);
        check("([{}])", 3, 3);
        check(")))(", 1, 1);
        check("a + b; a + b; a + b; a + b;", 0, 0);
        check("a + b + c + d + e", 0, 1);
        check("!!!!!!!!x", 0, 2);
        check("f(a+b, a+b, a+b, a+b)", 1, 1);
        check("1+1+1+1+(1+1+1+1+1)", 1, 3);
        check("if (a) {} else if (b) {} else {}", 1, 3);
    }

    #[test]
    fn what_is_chained() {
        check_chained("f()()()", 2);
        check_chained("a[0][0](1)", 2);
        check_chained("f()\n()", 1);
        check_chained("await await a", 2);
        check_chained("a in b in c", 4);
        check_chained("if (a) if (b) c;", 2);
        check_chained("while(0)while(0);", 1);
        check_chained("a: b: c: d", 3);
        check_chained("f`a``b`", 2);
        check_chained("a/b^c>d", 3);
        check_chained("a as b as c", 4);
        check_chained("new new new A", 3);
    }

    /// What is written in texts and comments ends nothing.
    #[test]
    fn where_a_chain_ends() {
        check_chained("a+b; a+b; a+b", 1);
        check_chained("a+b, a+b, a+b", 1);
        check_chained("'a;'+'b,'+'c;'", 2);
        check_chained("\"a;\"+\"b\\\";\"+'c;'", 2);
        check_chained("`a;`+`b,`", 3);
        check_chained("a+/*,*/b+/*;*/c", 4);
        check_chained("a+ // one, two\n b+ // three; four\n c", 6);
        // A comment that says "don't" is one line long.
        check_chained("// don't\na+b; a+b", 3);
        check_chained("/'/; a+b;\na+b; a+b; a+b", 2);
    }

    /// Neither base64 nor a line of dashes nests.
    #[test]
    fn what_texts_and_comments_hold_is_not_chained() {
        check_chained("'a+b/c+d'.e", 1);
        check_chained("/* ---- */ a", 1);
        check("'!!!!!!!!'.e", 0, 2);
    }
}
