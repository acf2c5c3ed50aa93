//! Boundaries, and what has to be watched because of them.

use super::{Content, Loaded, SessionState};
use crate::graph::ModuleId;
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Paths to start or stop watching.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct WatchDelta {
    pub acquire: Vec<PathBuf>,
    pub release: Vec<PathBuf>,
}

/// How much is watched with a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// And everything it leads to.
    Below,
    /// Perhaps nothing else.
    Itself,
}

impl SessionState {
    pub fn add_boundary(&mut self, path: &Path, deep: bool, watch: bool) {
        let id = self.intern(path);
        let boundary = self.graph.boundary_mut(id);
        let (count, watched) = match deep {
            true => (&mut boundary.deep, &mut boundary.watched_deep),
            false => (&mut boundary.shallow, &mut boundary.watched_shallow),
        };
        *count += 1;
        *watched += u32::from(watch);
        // By itself it leads nowhere: a program may require thousands of such, one after the other.
        match deep {
            true => self.watch_is_stale = true,
            false if watch => self.watched_alone.push(id),
            false => {}
        }
    }

    pub fn remove_boundary(&mut self, path: &Path, deep: bool, watch: bool) {
        let Some(id) = self.graph.id(path) else {
            return;
        };
        let boundary = self.graph.boundary_mut(id);
        let (count, watched) = match deep {
            true => (&mut boundary.deep, &mut boundary.watched_deep),
            false => (&mut boundary.shallow, &mut boundary.watched_shallow),
        };
        *count = count.saturating_sub(1);
        *watched = watched.saturating_sub(u32::from(watch));
        self.watch_is_stale = true;
    }

    /// Compares what is watched with what the boundaries now lead to. Costs nothing when no edge
    /// changed, which is nearly every update.
    pub fn watch_delta(&mut self) -> WatchDelta {
        let alone = std::mem::take(&mut self.watched_alone);
        if !std::mem::take(&mut self.watch_is_stale) {
            let is_new = |id: &ModuleId| self.watched.insert(*id);
            let acquire: Vec<ModuleId> = alone.into_iter().filter(is_new).collect();
            return WatchDelta {
                acquire: acquire
                    .iter()
                    .map(|id| self.graph.path(*id).to_path_buf())
                    .collect(),
                release: Vec::new(),
            };
        }
        let mut needed = self.needed();
        self.catch_up_all(&needed);
        let unreloaded = self.unreloaded_to_watch(&needed);
        needed.extend(
            self.graph
                .ids()
                .filter(|&id| self.graph.boundary(id).watched_shallow > 0),
        );
        let wanted: FxHashSet<PathBuf> = self.wanted.keys().cloned().collect();

        let path = |id: &ModuleId| self.graph.path(*id).to_path_buf();
        let mut acquire: Vec<PathBuf> = needed.difference(&self.watched).map(path).collect();
        acquire.extend(wanted.difference(&self.watched_wanted).cloned());
        acquire.extend(unreloaded);
        acquire.sort();
        let mut release: Vec<PathBuf> = self.watched.difference(&needed).map(path).collect();
        release.extend(self.watched_wanted.difference(&wanted).cloned());
        release.sort();
        self.watched = needed;
        self.watched_wanted = wanted;
        WatchDelta { acquire, release }
    }

    /// Those of `paths` that are loaded from content nobody hashed in time.
    pub fn loaded_unseen<'p>(&self, paths: &'p [PathBuf]) -> Vec<&'p Path> {
        let is_unseen = |path: &&PathBuf| {
            let facts = self.graph.id(path).map(|id| &self.facts[id.index()]);
            facts.is_some_and(|facts| facts.loaded == Loaded::Unknown)
        };
        paths.iter().filter(is_unseen).map(|it| &**it).collect()
    }

    /// The first look at such a module: what ran before us is what its file holds, unless that was written since.
    pub fn learn(
        &mut self,
        path: &Path,
        content: Content,
        saved_at: impl Fn(&Path) -> Option<SystemTime>,
    ) {
        let Some(id) = self.graph.id(path) else {
            return;
        };
        if self.facts[id.index()].loaded != Loaded::Unknown {
            return;
        }
        let is_saved = |begun| saved_at(path).is_some_and(|at| at > begun);
        // Something else that nobody will ever see.
        let ran = match self.begun.is_some_and(is_saved) {
            true => Content::Missing,
            false => content,
        };
        self.facts_mut(id).loaded = Loaded::From(ran);
    }

    /// What the version of `path` that runs was loaded from, if it was loaded here.
    pub fn runs_from(&self, path: &Path) -> Option<Content> {
        match self.facts[self.graph.id(path)?.index()].loaded {
            Loaded::From(content) => Some(content),
            Loaded::Unknown | Loaded::Never => None,
        }
    }

    /// `path` was loaded from `content`, by another session. True: what it holds by now is to be looked at. What imports it here may be
    /// found only after that.
    pub fn is_shared(&mut self, path: &Path, content: Content) -> bool {
        let id = self.intern(path);
        if self.is_member(id) {
            return false;
        }
        self.facts_mut(id).loaded = Loaded::From(content);
        true
    }

    /// An update must not be planned without what has come within reach by the very change that it is about: the watches
    /// are computed after that was told, by another thread.
    pub(super) fn catch_up_early(&mut self) {
        if self.watch_is_stale {
            let needed = self.needed();
            self.catch_up_all(&needed);
        }
    }

    fn catch_up_all(&mut self, needed: &FxHashSet<ModuleId>) {
        let back = self.left_lately.extract_if(|id| needed.contains(id));
        let back: Vec<ModuleId> = back.collect();
        let reached: Vec<ModuleId> = needed.difference(&self.watched).copied().collect();
        for id in reached.into_iter().chain(back) {
            self.catch_up(id);
        }
    }

    /// What lies below a boundary that follows everything.
    pub(super) fn needed(&self) -> FxHashSet<ModuleId> {
        let deep = self
            .graph
            .ids()
            .filter(|&id| self.graph.boundary(id).watched_deep > 0);
        self.graph.reachable(deep.collect::<Vec<_>>())
    }

    pub(super) fn is_needed(&self, id: ModuleId) -> bool {
        match self.watch_is_stale {
            true => self.needed().contains(&id),
            false => self.watched.contains(&id),
        }
    }

    pub(super) fn is_within_reach(&self, id: ModuleId) -> bool {
        self.graph.boundary(id).watched_shallow > 0 || self.is_needed(id)
    }

    /// Within reach: if its instance knows old ones of what it imports, it is evaluated anew.
    pub(super) fn catch_up(&mut self, id: ModuleId) {
        let is_in_flight = self.is_member(id);
        let facts = self.facts_mut(id);
        // It goes on being outdated until it was evaluated: this update may fail.
        if facts.outdated && !is_in_flight {
            facts.forced = true;
            self.dirty.insert(id);
        }
    }

    pub fn watched_paths(&self) -> impl Iterator<Item = &Path> {
        let modules = self.watched.iter().map(|&id| self.graph.path(id));
        modules.chain(self.watched_wanted.iter().map(PathBuf::as_path))
    }

    pub fn how_watched(&self, path: &Path) -> Option<Reach> {
        let id = self.graph.id(path)?;
        let is_shallow = || self.graph.boundary(id).watched_shallow > 0;
        self.watched.contains(&id).then(|| match is_shallow() {
            true => Reach::Itself,
            false => Reach::Below,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Content, Format, Reading, SessionState, Update, WatchDelta};
    use std::path::Path;
    use std::time::{Instant, SystemTime};

    const ROOT: &str = "/root.js";
    const OUTSIDE: &str = "/outside.js";
    const DEP: &str = "/dep.js";

    fn reading(byte: u8) -> Reading {
        Reading {
            content: Content::of_bytes(&[byte]),
            at: Instant::now(),
        }
    }

    /// `outside` imports `dep`, which is to be evaluated anew below `root`.
    fn out_of_reach() -> (SessionState, Update) {
        let [root, outside, dep] = [ROOT, OUTSIDE, DEP].map(Path::new);
        let mut state = SessionState::default();
        for path in [root, outside, dep] {
            state.loading(path, Format::Esm, Some(reading(1)));
        }
        state.link(root, &[dep.into()]);
        state.link(outside, &[dep.into()]);
        state.add_boundary(root, true, true);
        state.watch_delta();
        assert!(state.examined(dep, reading(2)).is_some());
        let update = state
            .take_update(None, SystemTime::UNIX_EPOCH)
            .expect("an update");
        (state, update)
    }

    /// The next update is about these.
    #[track_caller]
    fn evaluates(state: &mut SessionState, expected: [&str; 2]) -> Update {
        let update = state
            .take_update(None, SystemTime::UNIX_EPOCH)
            .expect("another");
        let modules = update.groups[0].modules.iter();
        let names: Vec<&Path> = modules.map(|module| module.path.as_path()).collect();
        assert_eq!(names, expected.map(Path::new));
        update
    }

    #[test]
    fn what_holds_an_old_import_is_evaluated_anew_when_it_is_reached() {
        let (mut state, update) = out_of_reach();
        assert_eq!(update.groups[0].outside.len(), 1);
        assert!(!state.finish_update(update.id, &[true]));
        state.link(Path::new(ROOT), &[DEP.into(), OUTSIDE.into()]);
        state.watch_delta();
        let update = evaluates(&mut state, [OUTSIDE, ROOT]);
        assert!(!state.finish_update(update.id, &[true]));
        assert!(state.take_update(None, SystemTime::UNIX_EPOCH).is_none());
    }

    /// Somebody else has evaluated it, too.
    #[test]
    fn what_is_live_already_holds_no_old_import() {
        let (mut state, update) = out_of_reach();
        assert_eq!(update.groups[0].outside.len(), 1);
        state.accepted(update.id, &[OUTSIDE.into()]);
        assert!(!state.finish_update(update.id, &[true]));
        state.link(Path::new(ROOT), &[DEP.into(), OUTSIDE.into()]);
        state.watch_delta();
        assert!(state.take_update(None, SystemTime::UNIX_EPOCH).is_none());
    }

    /// Its importer did not import it for a moment, in which nobody has computed the watches.
    #[test]
    fn what_leaves_and_is_reached_again_is_evaluated_anew() {
        let [root, outside, dep] = [ROOT, OUTSIDE, DEP].map(Path::new);
        let mut state = SessionState::default();
        for path in [root, outside, dep] {
            state.loading(path, Format::Esm, Some(reading(1)));
        }
        state.link(root, &[dep.into(), outside.into()]);
        state.link(outside, &[dep.into()]);
        state.add_boundary(root, true, true);
        state.watch_delta();
        state.link(root, &[dep.into()]);
        assert!(state.examined(dep, reading(2)).is_some());
        let update = evaluates(&mut state, [DEP, ROOT]);
        assert!(!state.finish_update(update.id, &[true]));
        state.link(root, &[dep.into(), outside.into()]);
        let update = evaluates(&mut state, [OUTSIDE, ROOT]);
        state.watch_delta();
        assert!(!state.finish_update(update.id, &[true]), "nothing is left");
    }

    #[test]
    fn what_is_watched_alone_is_acquired_once_and_released_when_nobody_leads_to_it() {
        let (root, dep) = (Path::new(ROOT), Path::new(DEP));
        let mut state = SessionState::default();
        let delta = |acquire: &[&str], release: &[&str]| WatchDelta {
            acquire: acquire.iter().map(Into::into).collect(),
            release: release.iter().map(Into::into).collect(),
        };
        state.add_boundary(dep, false, true);
        assert_eq!(state.watch_delta(), delta(&[DEP], &[]));
        state.add_boundary(dep, false, true);
        assert_eq!(state.watch_delta(), WatchDelta::default());
        state.link(root, &[DEP.into()]);
        state.add_boundary(root, true, true);
        assert_eq!(state.watch_delta(), delta(&[ROOT], &[]));
        for _ in 0..2 {
            state.remove_boundary(dep, false, true);
            assert_eq!(state.watch_delta(), WatchDelta::default());
        }
        state.add_boundary(dep, false, true);
        state.remove_boundary(root, true, true);
        assert_eq!(state.watch_delta(), delta(&[], &[ROOT]));
        state.remove_boundary(dep, false, true);
        assert_eq!(state.watch_delta(), delta(&[], &[DEP]));
        state.add_boundary(dep, false, true);
        state.remove_boundary(dep, false, true);
        assert_eq!(
            state.watch_delta(),
            WatchDelta::default(),
            "gone before it was watched"
        );
    }

    /// The session asks before the watches are computed, as it does when it was woken early.
    #[test]
    fn it_is_part_of_the_very_update_that_reaches_it() {
        let (mut state, update) = out_of_reach();
        assert!(!state.finish_update(update.id, &[true]));
        assert!(state.examined(Path::new(ROOT), reading(2)).is_some());
        state.link(Path::new(ROOT), &[DEP.into(), OUTSIDE.into()]);
        let update = evaluates(&mut state, [OUTSIDE, ROOT]);
        state.watch_delta();
        assert!(!state.finish_update(update.id, &[true]), "nothing is left");
    }
}
