//! Text replacements by offset.
//!
//! Order at one offset: what ends there, what begins there, then what stands there. Callers keep
//! it by inserting before an expression ahead of visiting it, and after it when it was visited.

pub(super) struct Edits<'s> {
    source: &'s str,
    edits: Vec<Edit>,
}

struct Edit {
    from: usize,
    to: usize,
    text: String,
}

impl<'s> Edits<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Self {
            source,
            edits: Vec::new(),
        }
    }

    pub(super) fn insert(&mut self, at: u32, text: impl Into<String>) {
        self.replace(at, at, text);
    }

    pub(super) fn replace(&mut self, from: u32, to: u32, text: impl Into<String>) {
        self.edits.push(Edit {
            from: from as usize,
            to: to as usize,
            text: text.into(),
        });
    }

    /// `text`, then blanks: as many columns and lines as before. A text that is longer than the
    /// first line of what it replaces pushes the rest of that line.
    pub(super) fn blank(&mut self, from: u32, to: u32, text: &str) {
        let covered = &self.source[from as usize..to as usize];
        let mut out = String::with_capacity(covered.len().max(text.len()));
        out.push_str(text);
        let mut room = text.encode_utf16().count();
        for c in covered.chars() {
            if matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}') {
                out.push(c);
                room = 0;
                continue;
            }
            for _ in 0..c.len_utf16() {
                if room > 0 { room -= 1 } else { out.push(' ') }
            }
        }
        self.replace(from, to, out);
    }

    pub(super) fn apply(mut self, head: &str, tail: &str) -> String {
        // Stable: among equals the order of the calls counts.
        self.edits
            .sort_by_key(|edit| (edit.from, edit.to > edit.from));
        let added: usize = self.edits.iter().map(|edit| edit.text.len()).sum();
        let mut out = String::with_capacity(head.len() + self.source.len() + added + tail.len());
        out.push_str(head);
        let mut at = 0;
        for edit in &self.edits {
            // Overlaps are a bug of ours: what was replaced already stays as it is.
            if edit.from > at {
                out.push_str(&self.source[at..edit.from]);
                at = edit.from;
            }
            out.push_str(&edit.text);
            at = at.max(edit.to);
        }
        out.push_str(&self.source[at..]);
        out.push_str(tail);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_keep_lines_and_columns() {
        let source = "a\u{1F600}é\nbc;";
        let mut edits = Edits::new(source);
        edits.blank(0, source.len() as u32 - 1, ";");
        assert_eq!(edits.apply("<", ">"), "<;   \n  ;>");
    }

    #[test]
    fn insertions_come_before_replacements_and_keep_their_order() {
        let mut edits = Edits::new("abc");
        edits.replace(1, 2, "X");
        edits.insert(1, "1");
        edits.insert(1, "2");
        edits.insert(3, "3");
        assert_eq!(edits.apply("", ""), "a12Xc3");
    }
}
