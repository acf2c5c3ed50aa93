//! Modules that were saved, transformed by the thread that saw it (`engine::Compile`): when the
//! session's thread is awake, what it is to evaluate is there.
//!
//! What is kept here belongs to one update: it is given out once, and only to the update that is
//! about that very content. Whoever finds nothing here reads the file.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use super::{Likeness, Loaded, Loader, Target, text_of};
use crate::{
    engine::{Ahead, AsBefore, Compile, Content, Named, Reading},
    error::Error,
    scan::{CommonJsExports, commonjs_exports, without_mark},
    transform::{Known, Place, transform_known},
    typescript::is_typescript,
};

/// An update that comes later than this finds other files perhaps than the change did.
const FRESH: Duration = Duration::from_secs(5);

/// So many files at once are edited by a program, or were edited long ago.
const KNOWN: usize = 16;

/// A module like others; it imports nothing, so that nothing is looked for.
const REHEARSAL: &str = include_str!("rehearsal.mjs");

#[derive(Debug, Default)]
pub(super) struct Changed {
    modules: Mutex<FxHashMap<PathBuf, (Loaded, Text)>>,
    /// Of the updates in flight: what other bodies of these modules are made of.
    planned: Mutex<FxHashMap<PathBuf, Text>>,
    /// As they were saved last.
    known: Mutex<FxHashMap<PathBuf, Saved>>,
    /// What CommonJS says of its exports, as it was saved last.
    commonjs: Mutex<FxHashMap<PathBuf, (Content, CommonJsExports)>>,
    /// The same, whatever updates have ended since.
    named: AsBefore<CommonJsExports>,
    /// Where names of CommonJS were found last.
    found_in: Mutex<FxHashMap<PathBuf, Named>>,
    turns: AtomicU32,
    /// What is known of the disk may be wrong.
    moved: AtomicBool,
}

/// A module as it was saved last, where requests led, and what its next version is like if they lead there again.
#[derive(Debug)]
struct Saved {
    module: Known,
    targets: Vec<Target>,
    typeless: Option<Arc<Path>>,
    likeness: Arc<Likeness>,
}

#[derive(Clone, Debug)]
struct Text {
    bytes: Arc<[u8]>,
    reading: Reading,
}

impl Text {
    fn is(&self, content: Content) -> bool {
        self.reading.content == content
    }
}

impl Loader {
    /// What an update in flight evaluates as `path`, whatever the file holds by now.
    pub fn planned_text(&self, path: &Path) -> Option<(String, Reading)> {
        let planned = self.changed.planned.lock();
        let Text { bytes, reading } = planned.get(path)?;
        Some((text_of(bytes.to_vec()), *reading))
    }

    fn names_in(&self, path: &Path, source: &str) -> CommonJsExports {
        let named = &self.changed.named;
        named.found(path, source).unwrap_or_else(|| {
            let found = commonjs_exports(source);
            named.learn(path, source, found.clone());
            found
        })
    }

    pub fn has_planned_text(&self, path: &Path) -> bool {
        self.changed.planned.lock().contains_key(path)
    }

    /// What the update in flight evaluates as the CommonJS file `path` says of its exports, if the thread that saw it was
    /// there first.
    pub(super) fn planned_exports(&self, path: &Path) -> Option<(CommonJsExports, Content)> {
        let content = self.changed.planned.lock().get(path)?.reading.content;
        let commonjs = self.changed.commonjs.lock();
        let (seen, found) = commonjs.get(path)?;
        (*seen == content).then(|| (found.clone(), content))
    }

    /// The names of the CommonJS file `path` are those of this text.
    pub(super) fn names_are_of(&self, path: &Path, content: Content) {
        let turn = self.changed.turns.fetch_add(1, Ordering::Relaxed) + 1;
        let content = content.under(0);
        let mut found_in = self.changed.found_in.lock();
        found_in.insert(path.to_path_buf(), Named { content, turn });
    }

    /// To be called before an update asks where specifiers lead. Forgets everything that was found on
    /// disk only if the engine saw a reason to; else what was not there.
    pub fn refresh(&self) {
        if self.changed.moved.swap(false, Ordering::AcqRel) {
            self.resolver.clear_cache();
        } else {
            self.resolver.forget_missing();
        }
    }

    /// [`Loader::load_source`] of JavaScript. Where the save before was of the same file, and but a literal is new,
    /// nothing is parsed.
    fn load_known(&self, path: &Path, text: &str, reading: Reading) -> Result<Loaded, Error> {
        let before = self.changed.known.lock().remove(path);
        let mut like = None;
        let next = before.and_then(|it| {
            // Columns that are not the source's are others after each edit.
            if it.module.module.shifts.is_empty() {
                like = Some((it.targets, it.typeless, it.likeness));
            }
            it.module.retext(without_mark(text))
        });
        let like = like.filter(|_| next.is_some());
        let module = match next {
            Some(module) => module,
            None => transform_known(text, path)?,
        };
        let mut loaded = self.resolved(path, module.module.clone());
        loaded.reading = Some(reading);
        let like = like.filter(|it| it.0 == loaded.targets && it.1 == loaded.typeless);
        let likeness = like.map(|it| it.2).unwrap_or_default();
        loaded.likeness = Some(Arc::clone(&likeness));
        let (targets, typeless) = (loaded.targets.clone(), loaded.typeless.clone());
        let mut all = self.changed.known.lock();
        if all.len() == KNOWN {
            all.clear();
        }
        let saved = Saved {
            module,
            targets,
            typeless,
            likeness,
        };
        all.insert(path.to_path_buf(), saved);
        Ok(loaded)
    }
}

impl Compile for Loader {
    fn is_planned(&self, path: &Path) -> bool {
        self.has_planned_text(path)
    }

    fn changed(&self, path: &Path, bytes: &Arc<[u8]>, reading: Reading) -> Option<Ahead> {
        // Two sessions of one environment see the same change.
        if let Some((loaded, text)) = self.changed.modules.lock().get(path)
            && text.is(reading.content)
        {
            return loaded.ahead();
        }
        self.refresh();
        let text = text_of(bytes.to_vec());
        let loaded = match is_typescript(path) {
            true => self.load_source(path, &text, reading, Place::Acyclic, &[]),
            false => self.load_known(path, &text, reading),
        };
        // Why not, and what it takes to mend it, is for others to find out.
        let loaded = loaded.ok()?;
        let ahead = loaded.ahead()?;
        let bytes = Arc::clone(bytes);
        let mut modules = self.changed.modules.lock();
        modules.insert(path.to_path_buf(), (loaded, Text { bytes, reading }));
        Some(ahead)
    }

    fn commonjs(&self, path: &Path, source: &str, content: Content) {
        // Of TypeScript it is the compiled text that says so.
        if !is_typescript(path) {
            let found = self.names_in(path, source);
            let mut all = self.changed.commonjs.lock();
            if all.len() == KNOWN {
                all.clear();
            }
            all.insert(path.to_path_buf(), (content, found));
        }
    }

    fn planned(&self, path: &Path, content: Content, text: Option<(Arc<[u8]>, Reading)>) {
        let made = self.changed.modules.lock().remove(path);
        // Another session's plan of an older text may have been given back.
        if made.is_some() || text.is_some() {
            self.drop_ahead(path);
        }
        let text = match made.filter(|(_, text)| text.is(content)) {
            Some((loaded, text)) => {
                if text.reading.at.elapsed() < FRESH {
                    self.ahead.lock().insert(path.to_path_buf(), Ok(loaded));
                }
                text
            }
            // Made in vain, for files have moved since: its text is what it was.
            None => match text {
                Some((bytes, reading)) => Text { bytes, reading },
                // What another session's update in flight has planned may be older than what this one counts as live.
                None => return self.planned_as_it_is(path, content),
            },
        };
        let mut planned = self.changed.planned.lock();
        planned.insert(path.to_path_buf(), text);
    }

    fn planned_as_it_is(&self, path: &Path, content: Content) {
        let planned = self.changed.planned.lock();
        let is_other = planned.get(path).is_some_and(|text| !text.is(content));
        drop(planned);
        if is_other {
            self.ended(path);
        }
    }

    fn ended(&self, path: &Path) {
        self.drop_ahead(path);
        self.changed.planned.lock().remove(path);
        self.changed.commonjs.lock().remove(path);
    }

    fn named(&self, path: &Path) -> Option<Named> {
        self.changed.found_in.lock().get(path).copied()
    }

    fn moved(&self) {
        self.changed.moved.store(true, Ordering::Release);
        self.changed.modules.lock().clear();
    }

    fn rehearse(&self) {
        let path = Path::new("rehearsal.mjs");
        let _ = self.load_text(path, REHEARSAL, Place::Acyclic, &[]);
    }
}

#[cfg(test)]
#[path = "changed_tests.rs"]
mod tests;
