//! Where a source differs from the one before, in places that may have another text: see `retext`.
//!
//! From the first difference on: the literal it is in, or else the smallest free stretch, or the statements of the top
//! level from there to the next one that is found again. What may not stand there is no answer: it is parsed.

use std::cell::OnceCell;

use super::{
    harmless::{Inside, Item, Sensitive, end_of, items_of},
    retext::{Free, Known, Literal, LiteralKind, Patch, TopLevel, What},
};
use crate::lexical::{after_trivia, is_line_end};

/// More of them are another file.
const MOST_PATCHES: usize = 8;
/// So many statements that have gone are looked behind.
const MOST_STATEMENTS: usize = 8;

pub(super) struct Comparison<'k, 's> {
    known: &'k Known,
    old: &'k str,
    new: &'s str,
    sensitive: OnceCell<Sensitive<'k>>,
    patches: Vec<Patch>,
}

impl<'k, 's> Comparison<'k, 's> {
    pub(super) fn of(known: &'k Known, new: &'s str) -> Self {
        Self {
            known,
            old: &known.source,
            new,
            sensitive: OnceCell::new(),
            patches: Vec::new(),
        }
    }

    pub(super) fn patches(mut self) -> Option<Vec<Patch>> {
        let (old, new) = (self.old.as_bytes(), self.new.as_bytes());
        let (mut at, mut is) = (0, 0);
        loop {
            let pairs = old[at..].iter().zip(&new[is..]);
            let same = pairs.take_while(|(a, b)| a == b).count();
            at += same;
            is += same;
            if at == old.len() && is == new.len() {
                return Some(self.patches);
            }
            let patch = self.patch(at, is)?;
            (at, is) = (patch.to, patch.ends);
            self.patches.push(patch);
            if self.patches.len() > MOST_PATCHES {
                return None;
            }
        }
    }

    /// What is another text where the first difference is: `at`, `is` in the new one. What was found within it so far goes.
    fn patch(&mut self, at: usize, is: usize) -> Option<Patch> {
        let end = self.patches.last().map_or(0, |it| it.to);
        let literals = self.known.places.literals.iter();
        let literal = literals
            .filter(|it| end <= it.from as usize && it.from as usize <= at && at <= it.to as usize);
        if let Some(patch) = literal.copied().find_map(|it| self.literal(it)) {
            return Some(patch);
        }
        let mut around: Vec<Free> = (self.known.places.free.iter().copied())
            .filter(|it| it.from as usize <= at && at <= it.to as usize)
            .collect();
        around.sort_unstable_by_key(|it| it.to - it.from);
        let found = around.into_iter().find_map(|it| self.free(it));
        let patch = found.or_else(|| self.statements(at, is))?;
        self.patches.retain(|it| it.to <= patch.from);
        Some(patch)
    }

    /// Where `from` is in the new text: before all that differs from there on.
    fn begin(&self, from: usize) -> usize {
        let before = self.patches.iter().rev().find(|it| it.to <= from);
        before.map_or(from, |it| from - it.to + it.ends)
    }

    /// Does a patch lie across `from`?
    fn is_cut(&self, from: usize) -> bool {
        self.patches.iter().any(|it| it.from < from && from < it.to)
    }

    fn literal(&self, literal: Literal) -> Option<Patch> {
        let (from, to) = (literal.from as usize, literal.to as usize);
        let begins = self.begin(from);
        let before = self.old.get(from..to)?;
        let rest = self.new.get(begins..)?;
        let is_block = || self.old[..from].ends_with("/*");
        let len = literal.kind.end(rest, is_block)?;
        let after = &rest[..len];
        let next = |source: &str, at: usize| source.as_bytes().get(at).copied();
        let is_same = next(self.old, to) == next(self.new, begins + len)
            && literal.kind.shape(before)? == literal.kind.shape(after)?;
        is_same.then_some(Patch {
            from,
            to,
            begins,
            ends: begins + len,
            what: What::Literal,
        })
    }

    fn free(&self, Free { from, to, inside }: Free) -> Option<Patch> {
        let (from, to) = (from as usize, to as usize);
        if self.is_cut(from) {
            return None;
        }
        let begins = self.begin(from);
        let ends = end_of(self.new, begins, inside, self.sensitive())?;
        let is_closed = self.new.as_bytes().get(ends) == self.old.as_bytes().get(to);
        // What a parameter was called meant something else before; what has gone may be why the module is asynchronous.
        let awaits = self.known.module.record.has_top_level_await;
        let matters = inside == Inside::Parameters || (awaits && inside != Inside::Function);
        let is_harmless = !matters || end_of(self.old, from, inside, self.sensitive()) == Some(to);
        (is_closed && is_harmless).then_some(Patch {
            from,
            to,
            begins,
            ends,
            what: What::Free,
        })
    }

    /// Statements of the top level in place of others, line by line. `at` is `is` in the new text.
    fn statements(&self, at: usize, is: usize) -> Option<Patch> {
        let line = self.old[..at].rfind('\n').map_or(0, |it| it + 1);
        let all = &self.known.places.statements;
        let first = all.partition_point(|it| it.to as usize <= line);
        // From there on, since what precedes the line may be a comment.
        let from = first.checked_sub(1).map_or(0, |it| all[it].to as usize);
        if self.is_cut(from) {
            return None;
        }
        let begins = self.begin(from);
        let is_line = |source: &str, at: usize| at == 0 || source.as_bytes()[at - 1] == b'\n';
        let next = all[first..].iter().map(|it| it.from as usize);
        let next = next.filter(|to| is_line(self.old, *to));
        let mut ends = next.take(MOST_STATEMENTS).filter_map(|to| {
            let beginning = beginning(&self.old[to..]);
            let is_there = |(it, _): &(usize, &str)| is_line(self.new, begins + it);
            let found = self.new.get(begins..)?.match_indices(beginning);
            let ends = begins + found.into_iter().find(is_there)?.0;
            (to > at || ends > is).then_some((to, ends))
        });
        let (to, ends) = ends.next().unwrap_or((self.old.len(), self.new.len()));
        let is_whole =
            |it: &TopLevel| it.from as usize >= to || (it.to as usize <= to && it.is_free);
        if !all[first..].iter().all(is_whole) {
            return None;
        }
        let before = items_of(self.old, from, to, self.sensitive())?;
        let after = items_of(self.new, begins, ends, self.sensitive())?;
        // What stands before may end without a semicolon: it must not go on with what follows now.
        let is_apart = from == 0
            || self.old.as_bytes()[from - 1] == b';'
            || match after.first() {
                Some(item) => self.new[begins..item.from].contains('\n'),
                None => self.new[begins..ends].contains('\n') && begins_apart(&self.new[ends..]),
            };
        let is_good = is_apart && self.are_new(&before, &after);
        is_good.then_some(Patch {
            from,
            to,
            begins,
            ends,
            what: What::Statements(before, after),
        })
    }

    /// Are the functions of `after` of names that nobody else has?
    fn are_new(&self, before: &[Item], after: &[Item]) -> bool {
        let names = |items: &'_ [Item]| -> Vec<String> {
            let functions = items.iter().filter_map(|it| it.function.as_ref());
            functions.map(|(name, ..)| name.clone()).collect()
        };
        let (gone, come) = (names(before), names(after));
        let others = self.patches.iter().filter_map(Patch::statements);
        let others: Vec<String> = others.flat_map(|(_, after)| names(after)).collect();
        come.iter().enumerate().all(|(index, name)| {
            let is_known = self.known.places.names.contains(name) && !gone.contains(name);
            !is_known && !others.contains(name) && !come[..index].contains(name)
        })
    }

    fn sensitive(&self) -> &Sensitive<'k> {
        self.sensitive.get_or_init(|| {
            let record = &self.known.module.record;
            let imports = record.imports.iter().map(|it| it.local.as_str());
            let cells = record.cells.iter().map(|it| it.local.as_str());
            imports.chain(cells).collect()
        })
    }
}

/// By which a statement is found again that is another one further on.
fn beginning(statement: &str) -> &str {
    let end = statement.find(['\n', '(', '{', '[', '=', ';', '"', '\'']);
    &statement[..end.map_or(statement.len(), |it| it + 1)]
}

/// Can nothing of it go on with a statement before it?
fn begins_apart(rest: &str) -> bool {
    let rest = &rest[after_trivia(rest, 0) as usize..];
    let word = rest.split(|it: char| !it.is_alphanumeric()).next();
    let goes_on = ["in", "instanceof", "of", "as", "from", "with", "else"];
    rest.is_empty() || word.is_some_and(|it| !it.is_empty() && !goes_on.contains(&it))
}

/// What has to stay: of `1` and `1.5` only the latter can be called on, `1.5.toFixed()`; a comment of several lines ends
/// a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Lines,
    Integer,
    Fraction,
}

impl LiteralKind {
    /// How long one is that `rest` begins with. `None`: that depends on more than what is said here.
    fn end(self, rest: &str, is_block: impl FnOnce() -> bool) -> Option<usize> {
        match self {
            Self::Number => {
                let is_digit = |it: &u8| it.is_ascii_digit() || *it == b'.';
                Some(rest.bytes().take_while(|it| is_digit(it)).count())
            }
            Self::String => rest.find(['"', '\'', '\\', '\n', '\r']),
            Self::Template => {
                let ends = |(at, it): &(usize, char)| match it {
                    '`' | '\\' => true,
                    '$' => rest[at + 1..].starts_with('{'),
                    _ => false,
                };
                rest.char_indices().find(ends).map(|(at, _)| at)
            }
            Self::Comment if is_block() => rest.find("*/"),
            Self::Comment => Some(rest.find(is_line_end).unwrap_or(rest.len())),
        }
    }

    fn shape(self, text: &str) -> Option<Shape> {
        match self {
            Self::Number => number(text),
            Self::String | Self::Template => (!text.contains('\\')).then_some(Shape::Text),
            Self::Comment if text.contains(is_line_end) => Some(Shape::Lines),
            Self::Comment => Some(Shape::Text),
        }
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
