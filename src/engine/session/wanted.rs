//! Failed modules, and the files whose change could mend them.

use super::{Content, Loaded, SessionState};
use crate::graph::ModuleId;
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};

/// A file whose change could mend a failed module.
#[derive(Debug)]
pub(super) struct Wanted {
    /// What it held when it was of no help.
    pub(super) content: Option<Content>,
    pub(super) waiting: FxHashSet<ModuleId>,
}

impl SessionState {
    pub(super) fn is_wanted(&self, path: &Path, content: Content) -> bool {
        self.wanted
            .get(path)
            .is_some_and(|wanted| wanted.content != Some(content))
    }

    /// What waits for `path` is tried again, now that it holds something else.
    pub(super) fn no_more_wanted(&mut self, path: &Path, content: Content) {
        if self.is_wanted(path, content)
            && let Some(wanted) = self.wanted.remove(path)
        {
            self.watch_is_stale = true;
            for id in wanted.waiting {
                self.facts_mut(id).forced = true;
                self.dirty.insert(id);
            }
        }
    }

    /// The modules `files` could not be evaluated; `attempted` were loaded on the way.
    pub fn blame(&mut self, files: &[PathBuf], attempted: Vec<(PathBuf, Option<Content>)>) {
        let ids = files.iter().filter_map(|path| self.graph.id(path));
        // What changed and failed; a module that only lay between comes along by itself.
        let failed: Vec<ModuleId> = ids
            .filter(|id| self.dirty.contains(id) || self.facts[id.index()].loaded == Loaded::Never)
            .collect();
        for (path, content) in attempted {
            if !files.contains(&path) {
                self.want(path, content, failed.iter().copied());
            }
        }
    }

    pub(super) fn want(
        &mut self,
        path: PathBuf,
        content: Option<Content>,
        waiting: impl IntoIterator<Item = ModuleId>,
    ) {
        self.watch_is_stale = true;
        let new = || Wanted {
            content,
            waiting: FxHashSet::default(),
        };
        let wanted = self.wanted.entry(path).or_insert_with(new);
        wanted.waiting.extend(waiting);
    }

    /// The modules whose failed import the appearance of `path` may mend.
    pub fn waiting_for(&self, path: &Path) -> Vec<PathBuf> {
        let waiting = self.wanted.get(path).into_iter().flat_map(|it| &it.waiting);
        waiting
            .map(|&id| self.graph.path(id).to_path_buf())
            .collect()
    }

    pub(super) fn forget_problems(&mut self, id: ModuleId) {
        self.problems.remove(&id);
        if self.wanted.is_empty() {
            return;
        }
        self.wanted.retain(|_, wanted| {
            wanted.waiting.remove(&id);
            !wanted.waiting.is_empty()
        });
        self.watch_is_stale = true;
    }
}
