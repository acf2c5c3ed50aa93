//! Boundaries, and what has to be watched because of them.

use super::SessionState;
use crate::graph::ModuleId;
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};

/// Paths to start or stop watching.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct WatchDelta {
    pub acquire: Vec<PathBuf>,
    pub release: Vec<PathBuf>,
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
        self.watch_is_stale = true;
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
        if !std::mem::take(&mut self.watch_is_stale) {
            return WatchDelta::default();
        }
        let deep = self
            .graph
            .ids()
            .filter(|&id| self.graph.boundary(id).watched_deep > 0);
        let mut needed = self.graph.reachable(deep.collect::<Vec<_>>());
        needed.extend(
            self.graph
                .ids()
                .filter(|&id| self.graph.boundary(id).watched_shallow > 0),
        );
        let wanted: FxHashSet<PathBuf> = self.wanted.keys().cloned().collect();

        let path = |id: &ModuleId| self.graph.path(*id).to_path_buf();
        let mut acquire: Vec<PathBuf> = needed.difference(&self.watched).map(path).collect();
        acquire.extend(wanted.difference(&self.watched_wanted).cloned());
        acquire.sort();
        let mut release: Vec<PathBuf> = self.watched.difference(&needed).map(path).collect();
        release.extend(self.watched_wanted.difference(&wanted).cloned());
        release.sort();
        self.watched = needed;
        self.watched_wanted = wanted;
        WatchDelta { acquire, release }
    }

    pub fn watched_paths(&self) -> impl Iterator<Item = &Path> {
        let modules = self.watched.iter().map(|&id| self.graph.path(id));
        modules.chain(self.watched_wanted.iter().map(PathBuf::as_path))
    }

    pub fn is_watched(&self, path: &Path) -> bool {
        self.graph
            .id(path)
            .is_some_and(|id| self.watched.contains(&id))
    }
}
