//! Files that run here and that no update reloads: a save of one takes a restart, which is to be said.
//!
//! Nothing of an update depends on them. They are watched, and compared once updates have been told of.

use super::{Content, SessionState};
use crate::graph::ModuleId;
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};

/// Why no update reloads it, in a word that the runtime makes a sentence of.
pub type Why = &'static str;

/// WebAssembly that an ES module imports: Node's, once for all.
pub const WASM: Why = "wasm";
/// `import()` alone leads to it.
pub const IMPORTED: Why = "import()";
/// The program's entry point, which is evaluated once, and which something synced imports.
pub const ENTRY: Why = "entry";
/// The entry point leads to it, and nothing synced.
pub const OF_ENTRY: Why = "of the entry";
/// An update reloads it, which a worker thread does not take.
pub const UNTAKEN: Why = "untaken";
/// A symbolic link was led elsewhere, and what was loaded through it is asked for by nobody any more.
pub const LINK: Why = "link";
/// For what the runtime has reasons of its own.
pub const TOLD: Why = "told";

/// Of what a session is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Told {
    /// It evaluates nothing.
    #[default]
    Nothing,
    /// `import()` and the entry point are taken care of by the runtime.
    Wasm,
    All,
}

#[derive(Debug)]
pub(super) struct Unreloaded {
    /// What it held when it was told of, or at the first look at it since.
    content: Option<Content>,
    why: Why,
    /// Who counts on it: nobody is told of what nothing that is followed has to do with. Empty: everybody.
    importers: FxHashSet<ModuleId>,
    is_watched: bool,
}

impl Unreloaded {
    fn matters(&self, followed: &FxHashSet<ModuleId>) -> bool {
        self.importers.is_empty() || !self.importers.is_disjoint(followed)
    }
}

impl SessionState {
    /// From now on what is loaded, and found to be nobody's to reload, is noted.
    pub fn tell_unreloaded(&mut self, told: Told) {
        self.told = told;
    }

    pub fn tells_of_imports(&self) -> bool {
        self.told == Told::All
    }

    /// Node runs `path`, and goes on with that.
    pub fn note_unreloaded(&mut self, path: &Path, content: Option<Content>, why: Why) {
        self.note_unreloaded_of(None, path, content, why);
    }

    /// `importer` leads to `path` by `import()`.
    pub fn note_imported(&mut self, importer: &Path, path: &Path, content: Option<Content>) {
        let importer = self.intern(importer);
        self.note_unreloaded_of(Some(importer), path, content, IMPORTED);
    }

    /// Is what `importer` imports Node's, whoever imports it?
    pub(super) fn is_nodes(&mut self, importer: ModuleId, import: &Path) -> bool {
        let is_wasm =
            self.told != Told::Nothing && import.extension().is_some_and(|it| it == "wasm");
        if is_wasm {
            self.note_unreloaded_of(Some(importer), import, None, WASM);
        }
        is_wasm
    }

    fn note_unreloaded_of(
        &mut self,
        importer: Option<ModuleId>,
        path: &Path,
        content: Option<Content>,
        why: Why,
    ) {
        let known = self.unreloaded.get_mut(path);
        if known.is_some() && importer.is_none() {
            return;
        }
        self.watch_is_stale = true;
        match known {
            Some(known) => known.importers.extend(importer),
            None => {
                let unreloaded = Unreloaded {
                    content,
                    why,
                    importers: importer.into_iter().collect(),
                    is_watched: false,
                };
                self.unreloaded.insert(path.to_path_buf(), unreloaded);
            }
        }
    }

    /// If something that is followed imports the entry point, it counts on all that this imports.
    fn note_entry(&mut self, followed: &FxHashSet<ModuleId>) {
        let Some(entry) = self.entry.filter(|it| !followed.contains(it)) else {
            return;
        };
        if self.told != Told::All || self.entry_importers.is_disjoint(followed) {
            return;
        }
        for id in self.graph.reachable([entry]) {
            let path = self.graph.path(id).to_path_buf();
            let content = self.runs_from(&path);
            let why = if id == entry { ENTRY } else { OF_ENTRY };
            self.note_unreloaded(&path, content, why);
        }
    }

    /// Those that are to be watched from now on.
    pub(super) fn unreloaded_to_watch(&mut self, followed: &FxHashSet<ModuleId>) -> Vec<PathBuf> {
        self.note_entry(followed);
        let mut acquire = Vec::new();
        for (path, unreloaded) in &mut self.unreloaded {
            if !unreloaded.is_watched && unreloaded.matters(followed) {
                unreloaded.is_watched = true;
                acquire.push(path.clone());
            }
        }
        acquire
    }

    /// The first look at it. False: it is none.
    pub fn learn_unreloaded(&mut self, path: &Path, content: Content) -> bool {
        let ran = self.runs_from(path);
        let Some(unreloaded) = self.unreloaded.get_mut(path) else {
            return false;
        };
        if unreloaded.content.is_none() {
            unreloaded.content = Some(ran.unwrap_or(content));
        }
        true
    }

    /// Was it saved since it was last looked at?
    pub fn is_saved_unreloaded(&self, path: &Path, content: Content) -> bool {
        let before = self.unreloaded.get(path).and_then(|it| it.content);
        before.is_some_and(|before| before != content && content != Content::Missing)
    }

    /// `path` holds `content` now, and something else before: why does what runs go on as it is? `None`: it does not, or
    /// holds what it held.
    pub fn saved_unreloaded(&mut self, path: &Path, content: Content) -> Option<Why> {
        self.learn_unreloaded(path, content);
        if !self.is_saved_unreloaded(path, content) {
            return None;
        }
        let id = self.graph.id(path);
        let is_followed = id.is_some_and(|id| self.watched.contains(&id));
        let unreloaded = self.unreloaded.get_mut(path)?;
        unreloaded.content = Some(content);
        (!is_followed && unreloaded.matters(&self.watched)).then_some(unreloaded.why)
    }

    pub fn unreloaded_paths(&self) -> impl Iterator<Item = &Path> {
        let watched = self.unreloaded.iter().filter(|it| it.1.is_watched);
        watched.map(|(path, _)| &**path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "/file.js";

    fn content(byte: u8) -> Content {
        Content::of_bytes(&[byte])
    }

    #[test]
    fn each_save_is_told_unless_somebody_follows_it() {
        let path = Path::new(FILE);
        let mut state = SessionState::default();
        assert_eq!(state.saved_unreloaded(path, content(1)), None, "unknown");
        let importer = Path::new("/importer.js");
        state.note_imported(importer, path, None);
        let delta = state.watch_delta();
        assert!(delta.acquire.is_empty(), "nobody follows who imports it");
        state.add_boundary(importer, true, true);
        let acquire = state.watch_delta().acquire;
        assert_eq!(acquire, [path, importer]);
        assert!(state.watch_delta().acquire.is_empty());
        assert_eq!(state.saved_unreloaded(path, content(1)), None, "first look");
        assert_eq!(state.saved_unreloaded(path, content(1)), None, "the same");
        assert_eq!(state.saved_unreloaded(path, content(2)), Some(IMPORTED));
        assert_eq!(state.saved_unreloaded(path, Content::Missing), None);
        assert_eq!(state.saved_unreloaded(path, content(2)), None, "back");
        state.add_boundary(path, true, true);
        state.watch_delta();
        assert_eq!(state.saved_unreloaded(path, content(3)), None, "followed");
        assert_eq!(state.unreloaded_paths().count(), 1);
    }

    #[test]
    fn the_entry_point_that_is_imported_and_what_it_alone_imports() {
        let [entry, own, shared, synced] =
            ["/entry.js", "/own.js", "/shared.js", "/synced.js"].map(Path::new);
        let mut state = SessionState::default();
        state.tell_unreloaded(Told::All);
        state.set_entry(entry);
        state.link(entry, &[own.into(), shared.into(), synced.into()]);
        state.add_boundary(synced, true, true);
        state.link(synced, &[shared.into()]);
        state.watch_delta();
        assert!(state.unreloaded.is_empty(), "nobody imports it");
        state.link(synced, &[shared.into(), entry.into()]);
        let acquire = state.watch_delta().acquire;
        assert!(acquire.contains(&entry.into()) && acquire.contains(&own.into()));
        for path in [entry, own, shared] {
            state.learn_unreloaded(path, content(1));
        }
        assert_eq!(state.saved_unreloaded(entry, content(2)), Some(ENTRY));
        assert_eq!(state.saved_unreloaded(own, content(2)), Some(OF_ENTRY));
        assert_eq!(state.saved_unreloaded(shared, content(2)), None);
    }
}
