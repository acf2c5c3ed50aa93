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

use super::{Loaded, Loader, text_of};
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
    known: Mutex<FxHashMap<PathBuf, Known>>,
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
        let known = match before.and_then(|it| it.retext(without_mark(text))) {
            Some(known) => known,
            None => transform_known(text, path)?,
        };
        let loaded = self.resolved(path, known.module.clone());
        let mut all = self.changed.known.lock();
        if all.len() == KNOWN {
            all.clear();
        }
        all.insert(path.to_path_buf(), known);
        Ok(Loaded {
            reading: Some(reading),
            ..loaded
        })
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
        let text = match made.filter(|(_, text)| text.is(content)) {
            Some((loaded, text)) => {
                self.drop_ahead(path);
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
mod tests {
    use super::*;
    use std::time::Instant;

    fn bytes(text: &str) -> Arc<[u8]> {
        Arc::from(text.as_bytes())
    }

    fn reading(text: &str) -> Reading {
        Reading {
            content: Content::of_bytes(text.as_bytes()),
            at: Instant::now(),
        }
    }

    #[test]
    fn a_change_is_given_to_the_update_that_is_about_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        let [path, dep] = ["a.mjs", "dep.mjs"].map(|name| root.join(name));
        std::fs::write(&path, "export const a = 'on disk'").expect("written");
        std::fs::write(&dep, "").expect("written");
        let loader = Arc::new(Loader::default());
        let loads = |text: &str| {
            let loaded = loader.text(&path, Place::Acyclic, &[]).expect("a module");
            loaded.code.contains(text)
        };
        let text = "import './dep.mjs'; export const a = 'seen'";
        let seen = reading(text);
        let told = loader.changed(&path, &bytes(text), seen).expect("good");
        assert_eq!(told.imports, [dep]);
        assert!(loads("on disk"), "no update is planned");
        loader.planned(&path, seen.content, None);
        assert!(loader.ahead(&path).is_some());
        assert!(loads("seen"));
        assert!(loader.ahead(&path).is_none(), "it is given out once");
        let cyclic = loader.load(&path, Place::Cyclic).expect("a module");
        assert!(cyclic.module.code.contains("seen"), "and is what it was");
        loader.ended(&path);
        assert!(loads("on disk"), "the update has ended");

        loader.changed(&path, &bytes(text), seen);
        loader.planned(&path, reading("something newer").content, None);
        assert!(loads("on disk"), "the update is about another content");

        loader.changed(&path, &bytes(text), seen);
        loader.planned(&path, seen.content, None);
        loader.ended(&path);
        assert!(loader.ahead(&path).is_none(), "the update has ended");

        loader.changed(&path, &bytes(text), seen);
        loader.moved();
        loader.planned(&path, seen.content, None);
        assert!(loads("on disk"), "what it imports may be elsewhere now");

        loader.changed(&path, &bytes(text), seen);
        loader.moved();
        loader.planned(&path, seen.content, Some((bytes(text), seen)));
        assert!(loader.ahead(&path).is_none());
        assert!(
            loads("seen"),
            "but it is the text that the engine counts as live"
        );
        loader.ended(&path);
    }

    #[test]
    fn what_was_undone_is_not_evaluated_as_another_session_has_planned() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = crate::path::real(folder.path()).join("a.mjs");
        let runs = "export const a = 'runs'";
        std::fs::write(&path, runs).expect("written");
        let loader = Arc::new(Loader::default());
        let loads = |text: &str| {
            let loaded = loader.text(&path, Place::Acyclic, &[]).expect("a module");
            loaded.code.contains(text)
        };
        let saved = "export const a = 'saved'";
        let seen = reading(saved);
        loader.planned(&path, seen.content, Some((bytes(saved), seen)));
        loader.planned_as_it_is(&path, seen.content);
        assert!(loads("saved"));
        loader.planned_as_it_is(&path, reading(runs).content);
        assert!(loads("runs"));
    }

    #[test]
    fn what_was_saved_again_is_not_evaluated_as_another_session_has_planned() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = crate::path::real(folder.path()).join("a.mjs");
        let newest = "export const a = 'newest'";
        std::fs::write(&path, newest).expect("written");
        let loader = Arc::new(Loader::default());
        let saved = "export const a = 'saved'";
        let seen = reading(saved);
        loader.planned(&path, seen.content, Some((bytes(saved), seen)));
        // Files have moved meanwhile, and its text was not kept.
        loader.planned(&path, reading(newest).content, None);
        let loaded = loader.text(&path, Place::Acyclic, &[]).expect("a module");
        assert!(loaded.code.contains("newest"));
    }

    #[test]
    fn a_save_after_another_of_the_file_is_itself() {
        let loader = Arc::new(Loader::default());
        let path = Path::new("a.mjs");
        let saves = |text: &str| {
            let told = loader.changed(path, &bytes(text), reading(text));
            loader.planned(path, Content::of_bytes(text.as_bytes()), None);
            let module = loader.text(path, Place::Acyclic, &[]).ok();
            loader.ended(path);
            told.and(module).map(|it| it.code)
        };
        let of_a_literal = |loader: &Loader| loader.changed.known.lock().contains_key(path);
        for value in ["1", "22", "x", "'three'", "'four'"] {
            let text = format!("export const a = {value};");
            let code = saves(&text).expect("a module");
            assert!(code.contains(&format!("const a = {value};")), "{code}");
            assert!(of_a_literal(&loader));
        }
        assert!(saves("export const a = 'four;").is_none());
        assert!(!of_a_literal(&loader), "what is no module is not known");
        assert!(saves("export const a = 'five';").is_some());
        // A file that Node reads as another text than its bytes say, and one that is no JavaScript.
        assert!(saves("\u{feff}\u{feff}export const a = 'six'").is_some());
        let (typed, text) = (Path::new("a.mts"), "export const a: string = 'six'");
        assert!(loader.changed(typed, &bytes(text), reading(text)).is_some());
    }

    #[test]
    fn what_may_be_wrong_is_left_to_a_closer_look() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.mjs");
        let loader = Loader::default();
        for text in ["let a = ;", "import './none.mjs'"] {
            let told = loader.changed(&path, &bytes(text), reading(text));
            assert!(told.is_none());
        }
    }

    #[test]
    fn what_commonjs_exports_is_what_its_update_evaluates() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.cjs");
        std::fs::write(&path, "exports.disk = 1").expect("written");
        let loader = Loader::default();
        let names = || Vec::from_iter(loader.commonjs_names(&path).expect("read"));
        let seen = |text: &str| {
            let seen = reading(text);
            loader.commonjs(&path, text, seen.content);
            seen
        };
        let first = seen("exports.first = 1");
        assert_eq!(names(), ["disk"], "no update is planned");
        let text = bytes("exports.planned = 1");
        loader.planned(&path, first.content, Some((text.clone(), first)));
        assert_eq!(names(), ["first"]);
        let second = reading("exports.planned = 1");
        loader.planned(&path, second.content, Some((text, second)));
        assert_eq!(names(), ["planned"], "it is of another content");
        loader.ended(&path);
        assert_eq!(names(), ["disk"]);
    }

    #[test]
    fn what_was_missing_is_looked_for_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        let (path, dep) = (root.join("a.mjs"), root.join("dep.mjs"));
        let loader = Loader::default();
        let text = "import './dep.mjs'";
        let look = || loader.changed(&path, &bytes(text), reading(text));
        assert!(look().is_none());
        std::fs::write(&dep, "").expect("written");
        assert_eq!(look().expect("good").imports, [dep]);
    }
}
