//! Identifiers of ours that the source does not contain, so that nothing of the user's is shadowed
//! and nothing of ours can be reached by accident.

use memchr::memmem;

#[derive(PartialEq, Eq)]
pub(crate) struct Names {
    prefix: String,
    pub import_meta: String,
    pub import_call: String,
    /// Followed by `()` as long as `arguments`.
    pub arguments: String,
    /// A character for constants as long as an import's name.
    letter: char,
    /// Offsets just after a `<` that `!--` follows.
    html_comments: Vec<u32>,
}

impl Names {
    pub(crate) fn new(source: &str) -> Self {
        let prefix = ["$", "_$", "$_", "$hs"]
            .into_iter()
            .map(str::to_owned)
            .chain((0u32..).map(|number| format!("$hs{number}_")))
            .find(|prefix| !has(source, prefix))
            .unwrap_or_default();
        Self::within(source, &prefix)
    }

    /// With a prefix that was chosen before.
    pub(super) fn within(source: &str, prefix: &str) -> Self {
        let letter = letters(source).next().unwrap_or('\u{1bb}');
        Self {
            import_meta: exact(source, "import_meta"),
            import_call: exact(source, "import"),
            arguments: exact(source, "no_args"),
            html_comments: source
                .match_indices("<!--")
                .map(|(at, _)| at as u32 + 1)
                .collect(),
            prefix: prefix.to_owned(),
            letter,
        }
    }

    /// A name of ours: `$name`.
    pub(crate) fn of(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    pub(crate) fn numbered(&self, name: &str, number: usize) -> String {
        format!("{}{name}{number}", self.prefix)
    }

    pub(super) fn is_html_comment(&self, at: u32) -> bool {
        self.html_comments.contains(&at)
    }

    /// As long as `name`, and nobody's. `number`: of another import for each, as long as there are any left.
    pub(super) fn constant_like(&self, name: &str, number: usize, source: &str) -> String {
        let length = name.encode_utf16().count();
        if number == 0 {
            return std::iter::repeat_n(self.letter, length).collect();
        }
        let letters: Vec<char> = letters(source).collect();
        let digit = |rest: &mut usize| {
            let letter = letters.get(*rest % letters.len().max(1));
            *rest /= letters.len().max(1);
            Some(letter.copied().unwrap_or(self.letter))
        };
        let digits = std::iter::repeat_n((), length);
        digits.scan(number, |rest, ()| digit(rest)).collect()
    }
}

/// One-byte letters first: others would make V8 keep the whole source in two bytes.
fn letters(source: &str) -> impl Iterator<Item = char> {
    "\u{fe}\u{f0}\u{df}\u{aa}\u{ba}\u{b5}\u{275}\u{28b}"
        .chars()
        .filter(|letter| !source.contains(*letter))
}

fn has(source: &str, name: &str) -> bool {
    memmem::find(source.as_bytes(), name.as_bytes()).is_some()
}

/// An identifier as long as `wish` that does not occur in the source.
fn exact(source: &str, wish: &str) -> String {
    let reserved = ["import"];
    if !has(source, wish) && !reserved.contains(&wish) {
        return wish.to_owned();
    }
    let digits = |mut number: usize| {
        const SET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz_$ABCD";
        let mut out: Vec<u8> = vec![b'$'];
        while out.len() < wish.len() {
            out.push(SET[number % SET.len()]);
            number /= SET.len();
        }
        String::from_utf8_lossy(&out).into_owned()
    };
    // The source is shorter than the number of such names.
    (0usize..)
        .map(digits)
        .find(|name| !has(source, name))
        .unwrap_or_else(|| wish.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_avoid_the_source() {
        assert_eq!(Names::new("a").of("x"), "$x");
        assert_eq!(Names::new("`${a}`").of("x"), "_$x");
        assert_eq!(Names::new("$ _$ $_ $hs").of("x"), "$hs0_x");
        assert_eq!(Names::new("a").import_meta, "import_meta");
        let other = Names::new("import_meta");
        assert_ne!(other.import_meta, "import_meta");
        assert_eq!(other.import_meta.len(), 11);
        assert_eq!(Names::new("").import_call.len(), 6);
    }

    #[test]
    fn constants_are_as_long_and_differ() {
        let source = "\u{fe}";
        let names = Names::new(source);
        let like = |name, number| names.constant_like(name, number, source);
        assert_eq!(like("abc", 0), "\u{f0}\u{f0}\u{f0}");
        assert_eq!(like("abc", 1), "\u{df}\u{f0}\u{f0}");
        assert_eq!(like("a", 6), "\u{28b}");
        // There are no more.
        assert_eq!(like("a", 7), "\u{f0}");
        assert_eq!(like("\u{1d538}", 8).encode_utf16().count(), 2);
    }
}
