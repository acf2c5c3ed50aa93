//! What a Node environment follows, and what is watched because of it.

use std::{
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

use super::{Session, SessionState, WatchDelta, run::Command};

impl Session {
    pub fn add_boundaries<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p Path>,
        deep: bool,
        watch: bool,
    ) {
        let delta = self.change_all(paths, |state, path| state.add_boundary(path, deep, watch));
        self.learn_loaded(&delta.acquire);
        self.watch(delta);
    }

    pub fn remove_boundaries<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p Path>,
        deep: bool,
        watch: bool,
    ) {
        let delta = self.change_all(paths, |state, path| {
            state.remove_boundary(path, deep, watch)
        });
        self.watch(delta);
    }

    /// No watch begins until [`Session::begin_watches`]. No update could be applied before the environment comes
    /// to its event loop, and what is saved until then is found when the watches begin. A program that ends
    /// before has none: to close them takes Linux 10 ms and more at a process's end.
    pub fn hold_watches(&self) {
        self.is_starting.store(true, Ordering::Relaxed);
    }

    pub fn begin_watches(&self) {
        self.is_starting.store(false, Ordering::Relaxed);
        self.watch_what_is_needed();
        self.engine.send(Command::Configs);
    }

    pub(super) fn watch_what_is_needed(&self) {
        let delta = self.delta(&mut self.state.lock());
        self.watch(delta);
    }

    /// Of many files at once: what has to be watched then is found by a walk through the whole graph.
    pub(super) fn change_all<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p Path>,
        change: impl Fn(&mut SessionState, &Path),
    ) -> WatchDelta {
        let mut state = self.state.lock();
        for path in paths {
            change(&mut state, path);
        }
        self.delta(&mut state)
    }

    fn delta(&self, state: &mut SessionState) -> WatchDelta {
        if self.is_starting.load(Ordering::Relaxed) {
            return WatchDelta::default();
        }
        let had_work = state.has_work();
        let delta = state.watch_delta();
        // What has come within reach may know old ones of what it imports: its file holds what it was, so that no look at it tells.
        if !had_work && state.has_work() {
            (self.wake)();
        }
        delta
    }

    pub(super) fn watch(&self, delta: WatchDelta) {
        if delta != WatchDelta::default() {
            self.engine.send(Command::Watch(delta));
        }
    }

    /// What was loaded before anybody listened is taken to be what its file holds when it begins to be followed, not
    /// when its watch begins, on another thread: the program may save it in between.
    fn learn_loaded(&self, paths: &[PathBuf]) {
        let reader = &self.engine.reader;
        let unknown = self.state.lock().loaded_unseen(paths);
        for path in unknown {
            let known = reader.contents.reading(path);
            if let Some(reading) = known.or_else(|| reader.examine(path).1) {
                let saved_at = |path: &Path| reader.saved_at(path);
                self.state.lock().learn(path, reading.content, saved_at);
            }
        }
    }
}
