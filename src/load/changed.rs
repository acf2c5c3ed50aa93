//! Modules that were saved, transformed by the thread that saw it (`engine::Compile`): when the
//! session's thread is awake, what it is to evaluate is there.
//!
//! What is kept here belongs to one update: it is given out once, and only to the update that is
//! about that very content. Whoever finds nothing here reads the file.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use super::{Loaded, Loader, Target, text_of};
use crate::{
    engine::{Ahead, Compile, Content, Reading},
    transform::Place,
};

/// An update that comes later than this finds other files perhaps than the change did.
const FRESH: Duration = Duration::from_secs(5);

/// A module like others; it imports nothing, so that nothing is looked for.
const REHEARSAL: &str = include_str!("rehearsal.mjs");

#[derive(Debug, Default)]
pub(super) struct Changed {
    modules: Mutex<FxHashMap<PathBuf, (Loaded, Text)>>,
    /// Of the updates in flight: what other bodies of these modules are made of.
    planned: Mutex<FxHashMap<PathBuf, Text>>,
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

    /// To be called before an update asks where specifiers lead. Forgets everything that was found on
    /// disk only if the engine saw a reason to; else what was not there.
    pub fn refresh(&self) {
        if self.changed.moved.swap(false, Ordering::AcqRel) {
            self.resolver.clear_cache();
        } else {
            self.resolver.forget_missing();
        }
    }
}

impl Compile for Loader {
    fn changed(&self, path: &Path, bytes: &Arc<[u8]>, reading: Reading) -> Option<Ahead> {
        // Two sessions of one environment see the same change.
        if let Some((loaded, text)) = self.changed.modules.lock().get(path)
            && text.is(reading.content)
        {
            return loaded.ahead();
        }
        self.refresh();
        let text = text_of(bytes.to_vec());
        let loaded = self.load_source(path, &text, reading, Place::Acyclic, &[]);
        // Why not, and what it takes to mend it, is for others to find out.
        let loaded = loaded.ok().filter(|loaded| {
            let is_missing = |target: &Target| matches!(target, Target::Native { key: None });
            !loaded.targets.iter().any(is_missing)
        })?;
        let ahead = loaded.ahead();
        let bytes = Arc::clone(bytes);
        let mut modules = self.changed.modules.lock();
        modules.insert(path.to_path_buf(), (loaded, Text { bytes, reading }));
        ahead
    }

    fn planned(&self, path: &Path, content: Content, commonjs: Option<(Arc<[u8]>, Reading)>) {
        if let Some((bytes, reading)) = commonjs {
            let mut planned = self.changed.planned.lock();
            planned.insert(path.to_path_buf(), Text { bytes, reading });
            return;
        }
        let mut modules = self.changed.modules.lock();
        let Some((loaded, text)) = modules.remove(path) else {
            return;
        };
        if !text.is(content) {
            return;
        }
        self.drop_ahead(path);
        if text.reading.at.elapsed() < FRESH {
            self.ahead.lock().insert(path.to_path_buf(), Ok(loaded));
        }
        let mut planned = self.changed.planned.lock();
        planned.insert(path.to_path_buf(), text);
    }

    fn ended(&self, path: &Path) {
        self.drop_ahead(path);
        self.changed.planned.lock().remove(path);
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
        let root = folder.path().canonicalize().expect("a path");
        let [path, dep] = ["a.mjs", "dep.mjs"].map(|name| root.join(name));
        std::fs::write(&path, "export const a = 'on disk'").expect("written");
        std::fs::write(&dep, "").expect("written");
        let loader = Loader::new();
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
    }

    #[test]
    fn what_may_be_wrong_is_left_to_a_closer_look() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.mjs");
        let loader = Loader::new();
        for text in ["let a = ;", "import './none.mjs'"] {
            let told = loader.changed(&path, &bytes(text), reading(text));
            assert!(told.is_none());
        }
    }

    #[test]
    fn what_was_missing_is_looked_for_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a path");
        let (path, dep) = (root.join("a.mjs"), root.join("dep.mjs"));
        let loader = Loader::new();
        let text = "import './dep.mjs'";
        let look = || loader.changed(&path, &bytes(text), reading(text));
        assert!(look().is_none());
        std::fs::write(&dep, "").expect("written");
        assert_eq!(look().expect("good").imports, [dep]);
    }
}
