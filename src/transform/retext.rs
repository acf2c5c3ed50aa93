//! A save that changes what a number, a string, a stretch of a template or a comment says, and nothing else: the
//! module is what it was, with another text in it. Nothing is parsed for it.
//!
//! Input: `const price = 17; export { price }`, what the transform made of it, and `const price = 18; export { price }`.
//! Output: what the transform would make of that, to the letter.
//!
//! After rust-analyzer's `reparse_token`. What pays is less the parsing than the code that is not run for it:
//! after a pause nothing of a parser is in the processor's caches, and bringing it there takes longer than to
//! parse a file of a few KB.

use super::{Transformed, edits::line_of};
use crate::error::Span;

/// Where another text may stand, without the quotes: nothing that a declaration of the module's record, a key or a
/// directive is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Literal {
    pub from: u32,
    pub to: u32,
    pub kind: LiteralKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiteralKind {
    Number,
    String,
    Template,
    Comment,
}

/// A source, what the transform made of it outside every import cycle, and the literals in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub source: String,
    pub module: Transformed,
    pub literals: Vec<Literal>,
}

impl Known {
    /// The same of `source`; `None` where that is other in more than one literal, or may be another module by it.
    pub fn retext(mut self, source: &str) -> Option<Self> {
        let change = Change::between(&self.source, source)?;
        let literal = *self.literals.iter().find(|it| change.is_within(it))?;
        let shape_in = |source: &str, to: u32| {
            let text = source.get(literal.from as usize..to as usize)?;
            literal.kind.shape(text)
        };
        let before = shape_in(&self.source, literal.to)?;
        if shape_in(source, change.moved(literal.to))? != before {
            return None;
        }
        let Transformed {
            record,
            shifts,
            recipe,
            code,
            parameters: _,
        } = &mut self.module;
        let line = line_of(source, change.from);
        if shifts.iter().any(|it| it.line == line) {
            return None;
        }
        let moved = |at: u32| {
            if at < literal.to {
                at
            } else {
                change.moved(at)
            }
        };
        for edit in &mut recipe.edits {
            if edit.from < literal.to as usize && edit.to > literal.from as usize {
                return None;
            }
            edit.from = moved(edit.from as u32) as usize;
            edit.to = moved(edit.to as u32) as usize;
        }
        let requests = record.requests.iter_mut().map(|it| &mut it.span);
        let imports = record.imports.iter_mut().map(|it| &mut it.span);
        let indirect = record.indirect.iter_mut().map(|it| &mut it.span);
        for span in requests.chain(imports).chain(indirect) {
            *span = Span::new(moved(span.start), moved(span.end));
        }
        *code = recipe.apply(source)?;
        for it in &mut self.literals {
            // The one that was edited begins where it began, also if there was nothing in it.
            if it.from != literal.from {
                it.from = moved(it.from);
            }
            it.to = moved(it.to);
        }
        source.clone_into(&mut self.source);
        Some(self)
    }
}

/// Bytes `from..to` have become `from..to + added`, all of them ASCII and of one line.
#[derive(Debug, Clone, Copy)]
struct Change {
    from: usize,
    to: usize,
    added: isize,
}

impl Change {
    fn between(before: &str, after: &str) -> Option<Self> {
        let (before, after) = (before.as_bytes(), after.as_bytes());
        let equal = |(a, b): &(&u8, &u8)| a == b;
        let from = before.iter().zip(after).take_while(equal).count();
        let (old, new) = (&before[from..], &after[from..]);
        let behind = old.iter().rev().zip(new.iter().rev());
        let behind = behind.take_while(equal).count();
        let mut changed = old[..old.len() - behind]
            .iter()
            .chain(&new[..new.len() - behind]);
        let is_plain = changed.all(|byte| matches!(byte, b' '..=b'~' | b'\t'));
        is_plain.then(|| Self {
            from,
            to: before.len() - behind,
            added: after.len() as isize - before.len() as isize,
        })
    }

    fn is_within(&self, literal: &Literal) -> bool {
        literal.from as usize <= self.from && self.to <= literal.to as usize
    }

    fn moved(&self, at: u32) -> u32 {
        at.wrapping_add_signed(self.added as i32)
    }
}

/// What has to stay: of `1` and `1.5` only the latter can be called on, `1.5.toFixed()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Integer,
    Fraction,
}

impl LiteralKind {
    /// `None` if something else may follow from the text: where the literal ends, an error, names that the transform
    /// finds for itself (`names`).
    fn shape(self, text: &str) -> Option<Shape> {
        let has = |what: &str| text.contains(what);
        let is_harmless = match self {
            Self::Number => return number(text),
            Self::String => !has("\\") && !has("\"") && !has("'"),
            // A name of the transform's may be what it ends with, and the `$` of `${` behind it.
            Self::Template => !has("\\") && !has("`") && !text.ends_with('_'),
            Self::Comment => !has("*/"),
        };
        let names_nothing = !has("$") && !has("import_meta") && !has("no_args");
        (is_harmless && names_nothing).then_some(Shape::Text)
    }
}

/// Decimal digits, as they are written most of the time; no octals.
fn number(text: &str) -> Option<Shape> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let (integer, fraction) = match text.split_once('.') {
        Some((integer, fraction)) => (integer, Some(fraction)),
        None => (text, None),
    };
    let is_decimal = is_digits(integer) && (integer.len() == 1 || !integer.starts_with('0'));
    match fraction {
        None => is_decimal.then_some(Shape::Integer),
        Some(digits) => (is_decimal && is_digits(digits)).then_some(Shape::Fraction),
    }
}
