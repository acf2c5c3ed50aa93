//! What a program leads to, before it asks: begun while the program boots, given out while the rest is loaded, and told to
//! the engine ([`super::walk`] does the work).

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{Loader, Text, walk::Walk};
use crate::{engine::Ahead, path::in_package, scan::ModuleKind};

/// A program starts within that time, or what was read before has to be read again.
const RECENT: Duration = Duration::from_secs(1);

impl Loader {
    /// What `load_ahead` found of a file that was not given out yet.
    pub fn ahead(&self, path: &Path) -> Option<Ahead> {
        if let Some(loaded) = self.ahead.lock().get(path) {
            return loaded.as_ref().ok()?.ahead();
        }
        self.walk()?.ahead(path)
    }

    /// What was read of a file is old.
    pub(super) fn drop_ahead(&self, path: &Path) {
        self.ahead.lock().remove(path);
        if let Some(walk) = self.walk() {
            walk.withdraw(path);
        }
    }

    /// A program is about to start: loads its entry point and what that leads to on other threads, while
    /// this one goes on. [`Loader::load_ahead`] takes it from there.
    pub fn begin_ahead(self: &Arc<Self>, root: &Path) {
        self.begin_ahead_for(root, RECENT);
    }

    fn begin_ahead_for(self: &Arc<Self>, root: &Path, time: Duration) {
        if in_package(root) || self.kind(root) != ModuleKind::Esm {
            return;
        }
        let walk = Walk::of(root, &self.known);
        let until = Instant::now() + time;
        *self.begun.lock() = Some((until, Arc::clone(&walk)));
        // What nobody asks for is not kept.
        let loader = Arc::clone(self);
        let then = move || {
            thread::sleep(until.saturating_duration_since(Instant::now()));
            if let Some((_, walk)) = loader.begun.lock().take() {
                walk.end();
            }
        };
        walk.begin(self, Box::new(then));
    }

    /// Modules that are in the program's graph, and those that are no more, since this was called before: so that not all
    /// of thousands are told for each `import()`.
    pub fn knows(&self, come: Vec<PathBuf>, gone: &[PathBuf]) {
        self.known.update(come, gone);
    }

    /// Loads `root` and every module it leads to, but for those that are known, for [`Loader::text`] to give out once
    /// [`Loader::next_ahead`] has come to an end.
    pub fn load_ahead(&self, root: &Path) {
        let is_ahead = self.ahead.lock().contains_key(root);
        if is_ahead || self.walk().is_some_and(|walk| walk.has(root)) {
            return; // by whoever wants it watched, a moment ago
        }
        self.forget_ahead();
        let begun = self.begun.lock().take();
        let walk = match begun {
            Some((until, walk))
                if self.known.is_empty() && walk.has(root) && Instant::now() < until =>
            {
                walk
            }
            begun => {
                if let Some((_, walk)) = begun {
                    walk.end();
                }
                Walk::of(root, &self.known)
            }
        };
        *self.walk.lock() = Some(walk);
    }

    /// The next modules that were loaded ahead, given out here. Helps with the others meanwhile; none when all are.
    pub fn next_ahead(self: &Arc<Self>) -> Vec<Text> {
        self.walk()
            .map_or_else(Vec::new, |walk| walk.next_ready(self))
    }

    pub(super) fn walk(&self) -> Option<Arc<Walk>> {
        self.walk.lock().clone()
    }

    /// What nobody asked for would be old when somebody does.
    pub fn forget_ahead(&self) {
        self.ahead.lock().clear();
        if let Some(walk) = self.walk.lock().take() {
            walk.end();
            // A program's first walk is freed by the thread that has begun it.
            if walk.is_large() && Arc::strong_count(&walk) == 1 {
                let _ = thread::Builder::new().spawn(move || drop(walk));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{engine::Content, transform::Place};

    #[test]
    fn what_was_loaded_ahead_is_given_out_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        let path = |name: &str| root.join(name);
        let write = |name: &str, text: &str| std::fs::write(path(name), text).expect("written");
        write(
            "a.mjs",
            "import './b.mjs'; import './c.mjs'; import './known.mjs'",
        );
        write("b.mjs", "import './a.mjs'; import './broken.mjs'");
        write("c.mjs", "export const c = 1");
        write("known.mjs", "import './beyond.mjs'");
        write("beyond.mjs", "");
        write("broken.mjs", "let a = ;");
        let loader = Arc::new(Loader::default());
        loader.knows(vec![path("known.mjs"), path("c.mjs")], &[]);
        loader.knows(Vec::new(), &[path("c.mjs")]);
        loader.load_ahead(&path("a.mjs"));
        loader.walk().expect("a walk").help(&loader);
        let is_ahead = |name: &str| loader.walk().is_some_and(|walk| walk.has(&path(name)));
        assert!(
            ["a.mjs", "b.mjs", "broken.mjs", "c.mjs"]
                .iter()
                .all(|it| is_ahead(it))
        );
        assert!(!is_ahead("beyond.mjs"));
        let told = loader.ahead(&path("b.mjs")).expect("ahead");
        let bytes = std::fs::read(path("b.mjs")).expect("read");
        assert_eq!(told.reading.content, Content::of_bytes(&bytes));
        assert_eq!(told.imports, ["a.mjs", "broken.mjs"].map(path));
        assert!(loader.ahead(&path("broken.mjs")).is_none());
        assert!(loader.ahead(&path("known.mjs")).is_none());
        write("c.mjs", "export const c = 2");
        let load = |name: &str| loader.text(&path(name), Place::Acyclic, &[]);
        assert!(load("c.mjs").expect("ahead").code.contains("c = 1"));
        assert!(load("c.mjs").expect("anew").code.contains("c = 2"));
        assert!(load("broken.mjs").is_err());
        write("b.mjs", "export const b = 2");
        loader.forget_ahead();
        assert!(load("b.mjs").expect("anew").code.contains("b = 2"));
        write("d.mjs", "import './b.mjs'");
        for (come, gone, given) in [
            (vec![], vec![], vec!["b.mjs", "d.mjs"]),
            (vec![path("b.mjs")], vec![], vec!["d.mjs"]),
            (vec![], vec![path("b.mjs")], vec!["b.mjs", "d.mjs"]),
        ] {
            loader.knows(come, &gone);
            loader.load_ahead(&path("d.mjs"));
            let texts =
                std::iter::from_fn(|| Some(loader.next_ahead()).filter(|it| !it.is_empty()));
            let records: Vec<String> = texts.flatten().map(|it| it.record).collect();
            let is_of = |name: &&str| records.iter().any(|it| it.contains(&format!("{name}\"")));
            assert_eq!(records.len(), given.len(), "{records:?}");
            assert!(given.iter().all(is_of), "{records:?}");
            loader.forget_ahead();
        }
    }

    #[test]
    fn what_was_begun_is_given_to_the_program_that_starts() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        let path = |name: &str| root.join(name);
        let write = |name: &str, text: &str| std::fs::write(path(name), text).expect("written");
        write("a.mjs", "import './b.mjs'");
        write("b.mjs", "export const b = 1");
        write("c.mjs", "import './b.mjs'");
        let begin = |root: &str| {
            let loader = Arc::new(Loader::default());
            loader.begin_ahead_for(&path(root), Duration::from_secs(600));
            let begun = loader.begun.lock();
            if let Some((_, walk)) = begun.as_ref() {
                walk.help(&loader); // what its own threads have left
            }
            drop(begun);
            loader
        };
        let (same, other, unasked) = (begin("a.mjs"), begin("a.mjs"), begin("a.mjs"));
        write("b.mjs", "export const b = 2");
        let b = |loader: &Arc<Loader>| {
            let text = loader.text(&path("b.mjs"), Place::Acyclic, &[]);
            text.expect("a module").code
        };
        same.load_ahead(&path("a.mjs"));
        assert!(b(&same).contains("b = 1"));
        let rest = same.next_ahead();
        assert_eq!(rest.len(), 1, "each is given out once");
        assert!(rest[0].record.contains("a.mjs\""));
        assert!(same.next_ahead().is_empty());
        assert!(same.ahead(&path("b.mjs")).is_some(), "and told of still");
        other.load_ahead(&path("c.mjs"));
        assert!(b(&other).contains("b = 2"), "another program's");
        assert!(b(&unasked).contains("b = 2"), "no program's");
        write("d.cjs", "");
        assert!(begin("d.cjs").begun.lock().is_none());
        let late = Arc::new(Loader::default());
        late.begin_ahead_for(&path("a.mjs"), Duration::from_millis(1));
        while late.begun.lock().is_some() {
            thread::yield_now(); // it is not kept
        }
    }
}
