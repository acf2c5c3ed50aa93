//! A save after another one of the file: what the transform would make of it, without parsing it.
//!
//! Input: `const price = 17; export { price }`, what the transform made of it, and `const price = 18; export { price }`.
//! Output: what the transform would make of that, to the letter.
//!
//! After rust-analyzer's `reparse_token` and `reparse_block`. What pays is less the parsing than the code that is not run
//! for it: after a pause nothing of a parser is in the processor's caches, and bringing it there takes longer than to
//! parse a file of a few KB.
//!
//! What may have another text: the *literals* (and comments), of which nothing else depends; *free* stretches, in which
//! the transform had nothing to do, and has nothing to do now (`harmless`); whole statements of the top level. What is
//! no module is not found out here: V8 refuses it, or it is not taken.

use std::sync::Arc;

use super::{
    Transformed,
    compare::Comparison,
    edits::shifts_of,
    harmless::{Inside, Item},
    names::Names,
    own,
};
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

/// What is between brackets, or behind `=` up to the semicolon, where the transform has changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Free {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) inside: Inside,
}

/// A statement of the top level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TopLevel {
    pub(super) from: u32,
    pub(super) to: u32,
    /// The transform has changed nothing in it.
    pub(super) is_free: bool,
}

/// What of a source may have another text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) literals: Vec<Literal>,
    pub(super) free: Vec<Free>,
    pub(super) statements: Vec<TopLevel>,
    /// Names of functions and variables of the top level: V8 does not mind two functions of one name in a function.
    pub(super) names: Vec<String>,
}

/// A source, what the transform made of it outside every import cycle, and where it may be another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub(super) source: String,
    pub module: Transformed,
    pub(super) places: Places,
}

/// `from..to` of the source before is `begins..ends` of the new one.
#[derive(Debug, Clone)]
pub(super) struct Patch {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) begins: usize,
    pub(super) ends: usize,
    pub(super) what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Literal,
    Free,
    /// Those that were there, and those in their place.
    Statements(Vec<Item>, Vec<Item>),
}

impl Patch {
    pub(super) fn statements(&self) -> Option<(&[Item], &[Item])> {
        match &self.what {
            What::Statements(before, after) => Some((before, after)),
            What::Literal | What::Free => None,
        }
    }
}

impl Known {
    /// The same of `source`; `None` where it has to be parsed.
    pub fn retext(self, source: &str) -> Option<Self> {
        let patches = Comparison::of(&self, source).patches()?;
        self.patched(source, &patches)
    }

    fn patched(mut self, source: &str, patches: &[Patch]) -> Option<Self> {
        if patches.iter().any(|it| self.may_rename(it, source)) {
            return None;
        }
        let Transformed {
            record,
            shifts,
            recipe,
            code,
            parameters: _,
        } = &mut self.module;
        let moved = |at: u32| moved(patches, at);
        let recipe = Arc::make_mut(recipe);
        for edit in &mut recipe.edits {
            let overlaps = |it: &Patch| edit.from < it.to && edit.to > it.from;
            if patches.iter().any(overlaps) {
                return None;
            }
            edit.from = moved(edit.from as u32) as usize;
            edit.to = moved(edit.to as u32) as usize;
        }
        // Whoever was given the text before has mostly let go of the record by now; else this is a copy.
        let record = own(record);
        let requests = record.requests.iter_mut().map(|it| &mut it.span);
        let imports = record.imports.iter_mut().map(|it| &mut it.span);
        let indirect = record.indirect.iter_mut().map(|it| &mut it.span);
        for span in requests.chain(imports).chain(indirect) {
            *span = Span::new(moved(span.start), moved(span.end));
        }
        *code = recipe.apply(source)?;
        if !shifts.is_empty() {
            *shifts = shifts_of(source, &recipe.edits);
        }
        self.places.patch(patches);
        source.clone_into(&mut self.source);
        Some(self)
    }

    /// May the transform choose other names for what is its own?
    fn may_rename(&self, patch: &Patch, source: &str) -> bool {
        /// What stands before and behind may be the rest of a name.
        const AROUND: usize = 12;
        let is_near = |source: &str, from: usize, to: usize| {
            let bytes = source.as_bytes();
            let near = &bytes[from.saturating_sub(AROUND)..(to + AROUND).min(bytes.len())];
            let has = |name: &str| memchr::memmem::find(near, name.as_bytes()).is_some();
            has("$") || has("import_meta") || has("no_args")
        };
        let is_ours = is_near(&self.source, patch.from, patch.to)
            || is_near(source, patch.begins, patch.ends);
        let has_constants = !self.module.record.stand_ins.is_empty();
        let is_plain = |text: Option<&str>| text.is_some_and(str::is_ascii);
        (is_ours && Names::new(&self.source) != Names::new(source))
            || (has_constants
                && !(is_plain(self.source.get(patch.from..patch.to))
                    && is_plain(source.get(patch.begins..patch.ends))))
    }
}

/// Where `at` is now; within a patch it is nowhere.
fn moved(patches: &[Patch], at: u32) -> u32 {
    let before = patches.iter().rev().find(|it| at as usize >= it.to);
    before.map_or(at, |it| (at as usize - it.to + it.ends) as u32)
}

impl Places {
    fn patch(&mut self, patches: &[Patch]) {
        let of_literals = |patch: &Patch| patch.what == What::Literal;
        let within = |patch: &Patch| patch.statements().is_none();
        (self.literals).retain_mut(|it| move_along(patches, &mut it.from, &mut it.to, of_literals));
        (self.free).retain_mut(|it| move_along(patches, &mut it.from, &mut it.to, within));
        (self.statements).retain_mut(|it| move_along(patches, &mut it.from, &mut it.to, within));
        for (before, after) in patches.iter().filter_map(Patch::statements) {
            for (name, ..) in before.iter().filter_map(|it| it.function.as_ref()) {
                self.names.retain(|it| it != name);
            }
            for (name, from, to) in after.iter().filter_map(|it| it.function.as_ref()) {
                self.names.push(name.clone());
                self.free.push(Free {
                    from: *from as u32,
                    to: *to as u32,
                    inside: Inside::Function,
                });
            }
            self.statements.extend(after.iter().map(|it| TopLevel {
                from: it.from as u32,
                to: it.to as u32,
                is_free: true,
            }));
        }
        self.statements.sort_unstable_by_key(|it| it.from);
    }
}

/// Moves a stretch with what stands before it. False: it has gone with what was there. `may_hold`: the patch is in it,
/// or is of it.
fn move_along(
    patches: &[Patch],
    from: &mut u32,
    to: &mut u32,
    may_hold: impl Fn(&Patch) -> bool,
) -> bool {
    let (first, last) = (*from as usize, *to as usize);
    let stays = patches.iter().all(|it| {
        // An empty comment that ends the file is of the last statements.
        let is_last = first == last && first == it.to && it.statements().is_some();
        let is_beside = last <= it.from || (it.to <= first && !is_last);
        is_beside || (first <= it.from && it.to <= last && may_hold(it))
    });
    // Of what is put in where nothing was: that is in a stretch, if that is empty, too.
    let is_filled = |it: &&Patch| it.from == first && it.to == last && may_hold(it);
    if let Some(it) = patches.iter().find(is_filled) {
        (*from, *to) = (it.begins as u32, it.ends as u32);
        return true;
    }
    (*from, *to) = (moved(patches, *from), moved(patches, *to));
    stays
}
