//! Trees: every real directory below a root, growing as directories are created.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::directory::State;
use super::events::Events;
use super::{TreeFilter, TreeId, WatchEvent, Watcher};

pub(super) struct Tree {
    pub root: PathBuf,
    skip: TreeFilter,
    /// The directories above the root that are watched to see it go.
    above: Vec<PathBuf>,
    /// The root and all that joined.
    directories: BTreeSet<PathBuf>,
}

impl Watcher {
    /// Watches `root` and every directory below it that `skip` leaves in. Symlinked directories
    /// are not followed. A root that does not exist (yet) is waited for.
    pub fn acquire_tree(
        &mut self,
        root: &Path,
        skip: TreeFilter,
        now: Instant,
    ) -> (TreeId, Vec<WatchEvent>) {
        let mut out = Events::default();
        self.last_tree += 1;
        let id = TreeId(self.last_tree);
        let mut above = self.chain(root);
        above.pop(); // the root itself
        for dir in &above {
            self.use_directory(dir, now, &mut out);
        }
        let tree = Tree {
            root: root.to_path_buf(),
            skip,
            above,
            directories: BTreeSet::new(),
        };
        self.trees.insert(id, tree);
        self.grow_from_root(id, now, &mut out);
        (id, out.into_vec())
    }

    /// A tree that is not there is ignored.
    pub fn release_tree(&mut self, id: TreeId) {
        let Some(tree) = self.trees.remove(&id) else {
            return;
        };
        for dir in tree.directories.iter().rev() {
            self.leave(dir, id);
        }
        for dir in tree.above.iter().rev() {
            self.drop_directory(dir);
        }
    }

    pub(super) fn grow_from_root(&mut self, id: TreeId, now: Instant, out: &mut Events) {
        if let Some(tree) = self.trees.get(&id) {
            let root = tree.root.clone();
            self.grow(id, root, now, out);
        }
    }

    /// Each directory is watched before it is listed: what is created after the listing is an
    /// event, what was there before is in the listing.
    fn grow(&mut self, id: TreeId, start: PathBuf, now: Instant, out: &mut Events) {
        let mut stack = vec![start];
        while let Some(dir) = stack.pop() {
            let Some(tree) = self.trees.get_mut(&id) else {
                return;
            };
            let is_root = dir == tree.root;
            if !is_root && (tree.skip)(&dir) {
                continue;
            }
            if tree.directories.insert(dir.clone()) {
                let known = self.directories.contains_key(&dir);
                self.use_directory(&dir, now, out);
                if let Some(directory) = self.directories.get_mut(&dir) {
                    directory.trees.insert(id);
                }
                if known && self.lost.contains(&dir) {
                    self.find(BTreeSet::from([dir.clone()]), now, out);
                }
                if self.lost.contains(&dir) {
                    // Gone between listing and watching. Its parent says when it is back; only
                    // the root has nobody to say so.
                    if !is_root && let Some(tree) = self.trees.get_mut(&id) {
                        tree.directories.remove(&dir);
                        self.leave(&dir, id);
                    }
                    continue;
                }
                self.learn_all(&dir);
            }
            let entries = self.fs.read_dir(&dir).unwrap_or_default();
            stack.extend(
                entries
                    .into_iter()
                    .rev()
                    .filter(|e| e.is_dir)
                    .map(|e| e.path),
            );
        }
    }

    /// A name appeared in a watched directory. When it is a directory and belongs to a tree, it
    /// joins, and the engine compares what is in it already. `false`: it was none.
    pub(super) fn join_trees(&mut self, path: &Path, now: Instant, out: &mut Events) -> bool {
        let parent = path
            .parent()
            .and_then(|parent| self.directories.get(parent));
        let Some(parent) = parent.filter(|parent| !parent.trees.is_empty()) else {
            return false;
        };
        let trees: Vec<TreeId> = parent.trees.iter().copied().collect();
        if !self.fs.stat_link(path).is_ok_and(|stat| stat.is_dir) {
            return false;
        }
        for id in trees {
            let Some(tree) = self.trees.get(&id) else {
                continue;
            };
            if tree.directories.contains(path) || (tree.skip)(path) {
                continue;
            }
            out.rescan(Some(path));
            self.grow(id, path.to_path_buf(), now, out);
        }
        true
    }

    /// `dir` is back: the trees whose root it is, or whose directories it lies in, grow over it.
    pub(super) fn regrow(&mut self, dir: &Path, now: Instant, out: &mut Events) {
        let parent = dir.parent();
        let trees: Vec<TreeId> = self
            .trees
            .iter()
            .filter(|(_, tree)| {
                tree.root == dir || parent.is_some_and(|p| tree.directories.contains(p))
            })
            .map(|(id, _)| *id)
            .collect();
        for id in trees {
            self.grow(id, dir.to_path_buf(), now, out);
        }
    }

    /// Lost directories leave their trees, except roots: whoever makes temporary directories would
    /// leave us looking for them for ever. What comes back joins like any new directory.
    pub(super) fn prune_trees(&mut self, path: &Path) {
        let mut leaving = Vec::new();
        for (id, tree) in &mut self.trees {
            let root = &tree.root;
            let directories = &self.directories;
            tree.directories.retain(|dir| {
                let lost = directories
                    .get(dir)
                    .is_none_or(|directory| matches!(directory.state, State::Lost(_)));
                let leaves = dir.starts_with(path) && dir != root && lost;
                if leaves {
                    leaving.push((dir.clone(), *id));
                }
                !leaves
            });
        }
        for (dir, id) in leaving {
            self.leave(&dir, id);
        }
    }

    fn leave(&mut self, dir: &Path, id: TreeId) {
        if let Some(directory) = self.directories.get_mut(dir) {
            directory.trees.remove(&id);
        }
        self.drop_directory(dir);
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
