//! Text replacements by offset.
//!
//! Order at one offset: what ends there, what begins there, then what stands there. Callers keep
//! it by inserting before an expression ahead of visiting it, and after it when it was visited.

use crate::lexical::is_line_end;
use std::borrow::Cow;

/// What blanks most often are made of: nothing need be allocated for them.
const SPACES: &str = match str::from_utf8(&[b' '; 256]) {
    Ok(spaces) => spaces,
    Err(_) => "",
};

pub(crate) struct Edits<'s> {
    source: &'s str,
    edits: Vec<Edit>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub from: usize,
    pub to: usize,
    pub text: Cow<'static, str>,
}

/// How a text is made of its source: what is put in place of what, in order, and before and behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipe {
    pub head: String,
    pub edits: Vec<Edit>,
    pub tail: String,
}

impl Recipe {
    /// `None`: it is not one for this source.
    pub fn apply(&self, source: &str) -> Option<String> {
        let Self { head, edits, tail } = self;
        let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
        let mut out = String::with_capacity(head.len() + source.len() + added + tail.len());
        out.push_str(head);
        let mut at = 0;
        for edit in edits {
            // Overlaps are a bug of ours: what was replaced already stays as it is.
            if edit.from > at {
                out.push_str(source.get(at..edit.from)?);
                at = edit.from;
            }
            out.push_str(&edit.text);
            at = at.max(edit.to);
        }
        out.push_str(source.get(at..)?);
        out.push_str(tail);
        Some(out)
    }

    /// What it replaces, in order.
    pub fn replaced(&self) -> Vec<Replaced> {
        let replaced = self.edits.iter().map(|edit| Replaced {
            from: edit.from,
            to: edit.to,
            width: width(&edit.text),
        });
        replaced.collect()
    }

    /// How long the line before the source is, in UTF-16 units.
    pub fn head_width(&self) -> usize {
        width(&self.head)
    }
}

impl<'s> Edits<'s> {
    pub(crate) fn new(source: &'s str) -> Self {
        Self {
            source,
            edits: Vec::new(),
        }
    }

    pub(crate) fn source(&self) -> &'s str {
        self.source
    }

    pub(crate) fn insert(&mut self, at: u32, text: impl Into<Cow<'static, str>>) {
        let text = text.into();
        if !text.is_empty() {
            self.replace(at, at, text);
        }
    }

    /// Before whatever else is inserted there.
    pub(crate) fn insert_first(&mut self, at: u32, text: String) {
        let (at, text) = (at as usize, text.into());
        self.edits.insert(
            0,
            Edit {
                from: at,
                to: at,
                text,
            },
        );
    }

    /// Is all of the source that stays where it was, in bytes?
    pub(crate) fn keep_offsets(&self) -> bool {
        (self.edits.iter()).all(|edit| edit.text.len() == edit.to - edit.from)
    }

    /// Does any of what is put in contain `text`?
    pub(crate) fn mention(&self, text: &str) -> bool {
        self.edits.iter().any(|edit| edit.text.contains(text))
    }

    pub(crate) fn replace(&mut self, from: u32, to: u32, text: impl Into<Cow<'static, str>>) {
        self.edits.push(Edit {
            from: from as usize,
            to: to as usize,
            text: text.into(),
        });
    }

    /// `text`, then blanks: as many columns and lines as before. A text that is longer than the
    /// first line of what it replaces pushes the rest of that line.
    pub(crate) fn blank(&mut self, from: u32, to: u32, text: &str) {
        let covered = &self.source[from as usize..to as usize];
        let is_one_line = || {
            covered
                .bytes()
                .all(|it| it.is_ascii() && it != b'\n' && it != b'\r')
        };
        if text.is_empty() && covered.len() <= SPACES.len() && is_one_line() {
            return self.replace(from, to, &SPACES[..covered.len()]);
        }
        let mut out = String::with_capacity(covered.len().max(text.len()));
        out.push_str(text);
        let mut room = text.encode_utf16().count();
        for c in covered.chars() {
            if is_line_end(c) {
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

    /// See [`shifts_of`].
    pub(crate) fn shifts(&mut self) -> Vec<Shift> {
        self.sort();
        shifts_of(self.source, &self.edits)
    }

    /// Stable: among equals the order of the calls counts.
    fn sort(&mut self) {
        self.edits
            .sort_by_key(|edit| (edit.from, edit.to > edit.from));
    }

    pub(crate) fn recipe(mut self, head: String, tail: String) -> Recipe {
        self.sort();
        Recipe {
            head,
            edits: self.edits,
            tail,
        }
    }

    pub(crate) fn apply(self, head: &str, tail: &str) -> String {
        let source = self.source;
        let recipe = self.recipe(head.to_owned(), tail.to_owned());
        recipe.apply(source).expect("edits of this very source")
    }
}

/// Where a column of the result is another one in the source: from `column` of `line` on, up to
/// the next entry of that line, source columns count from `source_column`. Lines are the same
/// in both, and begin at 1; columns count UTF-16 units from 0.
pub(crate) fn shifts_of(source: &str, edits: &[Edit]) -> Vec<Shift> {
    let mut shifts: Vec<Shift> = Vec::new();
    let mut place = Place::new(source);
    for edit in edits {
        let covered = &source[edit.from..edit.to];
        let (old, new) = (last_line(covered), last_line(&edit.text));
        if width(old) == width(new) {
            continue;
        }
        place.advance(edit.to);
        let source_column = width(&source[place.line_start..edit.to]);
        // What was inserted before on this line has shifted this, too.
        let before = shifts
            .last()
            .filter(|shift| shift.line == place.line && old.len() == covered.len());
        let (added, removed) = match before {
            Some(shift) => (shift.column + width(new), shift.source_column + width(old)),
            None => (width(new), width(old)),
        };
        shifts.push(Shift {
            line: place.line,
            column: (source_column + added).saturating_sub(removed),
            source_column,
        });
    }
    shifts
}

/// See `shifts_of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    pub line: usize,
    pub column: usize,
    pub source_column: usize,
}

/// Bytes `from..to` of the source have become `width` UTF-16 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    pub from: usize,
    pub to: usize,
    pub width: usize,
}

/// A place in the source that only goes forward.
struct Place<'s> {
    source: &'s str,
    at: usize,
    line: usize,
    line_start: usize,
}

impl<'s> Place<'s> {
    fn new(source: &'s str) -> Self {
        Self {
            source,
            at: 0,
            line: 1,
            line_start: 0,
        }
    }

    fn advance(&mut self, to: usize) {
        for (offset, c) in self.source[self.at..to.max(self.at)].char_indices() {
            let end = self.at + offset + c.len_utf8();
            // `\r\n` ends one line.
            if is_line_end(c) && !(c == '\r' && self.source[end..].starts_with('\n')) {
                self.line += 1;
                self.line_start = end;
            }
        }
        self.at = to.max(self.at);
    }
}

fn last_line(text: &str) -> &str {
    text.rsplit(is_line_end).next().unwrap_or(text)
}

fn width(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_behind_an_insertion_are_mapped_back() {
        let source = "é\u{1F600};\r\nab = c; d\u{2028}e f";
        let at = |text: &str| source.find(text).expect("there") as u32;
        let mut edits = Edits::new(source);
        edits.blank(0, 2, ";"); // as wide as what it replaces
        edits.insert(at(";\r"), "xyz");
        edits.insert(at("ab"), "$w(");
        edits.insert(at("; d"), ",ab)");
        edits.replace(at("d"), at("d") + 1, "dd");
        edits.replace(at("f"), at("f") + 1, "");
        let found: Vec<_> = edits
            .shifts()
            .iter()
            .map(|it| (it.line, it.column, it.source_column))
            .collect();
        // `f` was the last of its line, and is gone: the end of the line maps to the end.
        assert_eq!(
            found,
            [(1, 6, 3), (2, 3, 0), (2, 13, 6), (2, 17, 9), (3, 2, 3)]
        );
    }

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
