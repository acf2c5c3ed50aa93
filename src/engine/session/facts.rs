//! What a session knows of a module, and what a look at its file finds.

use super::{Content, Error, Format};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// What a module's running instance was made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Loaded {
    /// Loaded from content nobody hashed in time; the first look at the file becomes the truth.
    #[default]
    Unknown,
    From(Content),
    /// The first load failed: any new content is news.
    Never,
}

impl Loaded {
    /// Both are known.
    pub(super) fn is_other_text_than(self, other: Self) -> bool {
        matches!((self, other), (Self::From(it), Self::From(other)) if it != other)
    }
}

/// What a file held, and when the reading of it began: of two readings the later begun one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub content: Content,
    pub at: Instant,
}

/// The text in which the names that ES modules may import of CommonJS were found, and which finding that was.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    pub content: Content,
    pub turn: u32,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    /// [`Named::turn`] of what was compared with the text that was evaluated.
    pub(super) named: u32,
    pub(super) loaded: Loaded,
    /// What this session was last told that the file holds. Only this is judged by: what other
    /// sessions, or the engine, have read since will be told in its turn.
    pub(super) seen: Option<Reading>,
    /// What it imports was found in this, not told by who has loaded it.
    pub(super) linked: Option<Content>,
    /// The content with which the last update failed.
    pub(super) attempted: Option<Content>,
    /// … and that is to be tried again, unless its file holds what it runs from by then: nothing is to be evaluated of that.
    pub(super) again: bool,
    /// When that was begun, or when what was tried again since was saved.
    pub(super) failed: Option<SystemTime>,
    /// Its instance threw when it was imported, outside every update.
    pub(super) threw: bool,
    /// With whom: all members of a group that failed have the same number.
    pub(super) failed_in: Option<u32>,
    /// Taken along in the next update whatever its content says.
    pub(super) forced: bool,
    /// Out of every boundary's reach while what it imports was evaluated anew: its instance knows the
    /// one before. Made up for when it is within reach again.
    pub(super) outdated: bool,
    /// Its new content does not parse or resolve; the next save may mend that in a moment.
    pub(super) held: bool,
}

impl Facts {
    /// To be evaluated anew although its file holds what it was made from.
    pub(super) fn is_due(&self) -> bool {
        self.forced || self.outdated
    }

    /// What was tried last, if anything was.
    pub(super) fn has_tried(&mut self, content: Option<Content>) {
        self.attempted = content;
        self.again = false;
    }
}

/// What a syntax error or an unresolved import looked like, with the source it was found in.
#[derive(Clone, Debug)]
pub struct Problem {
    pub error: Error,
    /// The text that does not parse.
    pub source: Option<String>,
    /// The specifier that does not resolve.
    pub specifier: Option<String>,
}

/// What a look at a module's new content found.
#[derive(Debug)]
pub struct Findings {
    pub format: Format,
    /// What it imports statically; `None` when that is seen better at run time (CommonJS), or can't
    /// be told (it does not parse).
    pub imports: Option<Vec<PathBuf>>,
    pub problems: Vec<Problem>,
    /// Files whose creation could mend a problem.
    pub wanted: Vec<PathBuf>,
    /// Files whose change could, and what they hold.
    pub installs: Vec<(PathBuf, Content)>,
    pub bytes: Arc<[u8]>,
    /// They parse, and are what the update evaluates, whatever is saved since; of an ES module the loader has them, too
    /// ([`crate::engine::Compile`]).
    pub is_whole: bool,
}
