//! Watch paths of `hmr()`: folders and globs, whether in a graph or not.

use super::Run;
use crate::change::PathFilter;
use crate::engine::{Content, SessionId, TriggerId};
use crate::watch::{TreeFilter, TreeId};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

pub struct Tree {
    pub session: SessionId,
    pub trigger: TriggerId,
    pub filter: PathFilter,
    pub ignore: Arc<PathFilter>,
    pub ids: Vec<TreeId>,
}

impl Tree {
    pub fn matches(&self, path: &Path) -> bool {
        self.filter.matches(path) && !self.ignore.matches(path)
    }
}

impl Run {
    pub(super) fn pull_triggers(
        &self,
        path: &Path,
        before: Option<Content>,
        content: Content,
        woken: &mut FxHashSet<SessionId>,
    ) {
        if before == Some(content) {
            return;
        }
        for tree in self.trees.iter().filter(|tree| tree.matches(path)) {
            if let Some(session) = self.engine.session(tree.session) {
                session.state.lock().triggered(tree.trigger, path);
                woken.insert(tree.session);
            }
        }
    }

    pub(super) fn pull_all_triggers(&self) {
        for tree in &self.trees {
            let (Some(session), Some((root, _))) = (
                self.engine.session(tree.session),
                tree.filter.roots().into_iter().next(),
            ) else {
                continue;
            };
            // Taken along when what is in the graph has been looked at: one update, not two.
            session.state.lock().triggered(tree.trigger, &root);
        }
    }

    /// The files below `directory` that a watch path means, whether in a graph or not.
    pub(super) fn list_for_trees(&self, directory: &Path, files: &mut Vec<PathBuf>) {
        let fs = &self.engine.reader.fs;
        let mut open = vec![directory.to_path_buf()];
        while let Some(directory) = open.pop() {
            // Left out by every tree: `node_modules` must not be walked.
            if self.trees.iter().all(|it| it.ignore.excludes(&directory)) {
                continue;
            }
            // Gone again already: its own event says so.
            for entry in fs.read_dir(&directory).unwrap_or_default() {
                if entry.is_dir {
                    open.push(entry.path);
                } else if self.trees.iter().any(|tree| tree.matches(&entry.path)) {
                    files.push(entry.path);
                }
            }
        }
    }

    pub(super) fn add_tree(
        &mut self,
        session: SessionId,
        trigger: TriggerId,
        filter: PathFilter,
        ignore: Arc<PathFilter>,
        now: Instant,
    ) {
        let mut tree = Tree {
            session,
            trigger,
            filter,
            ignore,
            ids: Vec::new(),
        };
        let ignored = tree.ignore.clone();
        let skip: TreeFilter = Arc::new(move |directory: &Path| ignored.excludes(directory));
        let nothing_below: TreeFilter = Arc::new(|_: &Path| true);
        for (root, is_recursive) in tree.filter.roots() {
            let skip = if is_recursive {
                skip.clone()
            } else {
                nothing_below.clone()
            };
            let (id, events) = self.watcher.acquire_tree(&root, skip, now);
            tree.ids.push(id);
            self.take_events(events, now);
        }
        self.trees.push(tree);
    }

    pub(super) fn remove_trees(&mut self, is_gone: impl Fn(&Tree) -> bool) {
        let (gone, kept) = std::mem::take(&mut self.trees)
            .into_iter()
            .partition(|tree| is_gone(tree));
        self.trees = kept;
        let gone: Vec<Tree> = gone;
        for id in gone.into_iter().flat_map(|tree| tree.ids) {
            self.watcher.release_tree(id);
        }
    }
}
