//! Watch paths of `hmr()`: folders and globs, whether in a graph or not.

use super::Run;
use super::temporary::is_of_an_editor;
use crate::change::PathFilter;
use crate::engine::{Content, SessionId, TriggerId};
use crate::watch::{DirEntry, FileSystem, Touch, TreeFilter, TreeId};
use rustc_hash::{FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// So long a file that is new under a watch path, and in no graph, may turn out to be how another one is saved: written,
/// and renamed over it; or what was there before, until that is written.
const NEW_HOLD: Duration = Duration::from_millis(30);

pub struct Tree {
    pub session: SessionId,
    pub trigger: TriggerId,
    pub filter: PathFilter,
    pub ignore: Arc<PathFilter>,
    pub ids: Vec<TreeId>,
    /// What was there when it was set up, by hashes. What comes later is looked at.
    pub there: FxHashSet<u64>,
}

impl Tree {
    pub fn matches(&self, path: &Path) -> bool {
        self.filter.matches(path)
            && !self.ignore.matches(path)
            && (!is_of_an_editor(path) || self.filter.names(path))
    }

    /// Nothing in it is meant: it is neither watched nor walked.
    fn skips(&self, directory: &Path) -> bool {
        skips(&self.ignore, directory)
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
        // What has come and gone was how something else was saved.
        let is_past = content == Content::Missing && self.is_new_to_trees(path, before);
        if before == Some(content) || is_past {
            return;
        }
        for tree in self.trees.iter().filter(|tree| tree.matches(path)) {
            if let Some(session) = self.engine.session(tree.session) {
                session.state.lock().triggered(tree.trigger, path);
                woken.insert(tree.session);
            }
        }
    }

    fn is_new_to_trees(&self, path: &Path, before: Option<Content>) -> bool {
        match before {
            Some(before) => before == Content::Missing,
            None => {
                let path = hash(path);
                !self.trees.iter().any(|tree| tree.there.contains(&path))
            }
        }
    }

    /// Until when a file that only watch paths mean may go as it has come.
    pub(super) fn may_go_until(
        &mut self,
        path: &Path,
        before: Option<Content>,
        now: Instant,
    ) -> Option<Instant> {
        if self.trees.is_empty() || !self.is_new_to_trees(path, before) {
            return None;
        }
        let is_watched = self.trees.iter().any(|tree| tree.matches(path));
        if !is_watched || self.is_in_a_graph(path) {
            return None;
        }
        let until = self.new.entry(path.to_path_buf());
        let until = *until.or_insert(now + NEW_HOLD);
        (now < until).then_some(until)
    }

    /// Events were lost: what happened to files that are in no graph nobody can tell.
    fn pull_all_triggers(&self, woken: &mut FxHashSet<SessionId>) {
        for tree in &self.trees {
            let (Some(session), Some((root, _))) = (
                self.engine.session(tree.session),
                tree.filter.roots().into_iter().next(),
            ) else {
                continue;
            };
            session.state.lock().triggered(tree.trigger, &root);
            woken.insert(tree.session);
        }
    }

    /// Once the last of the files is examined that lost events may have been about. Before that, a session that
    /// has just ended an update would take its triggers alone, and have two updates.
    pub(super) fn pull_after_lost_events(
        &mut self,
        examined: &[PathBuf],
        woken: &mut FxHashSet<SessionId>,
    ) {
        let Some(unseen) = &mut self.unseen else {
            return;
        };
        for path in examined {
            unseen.remove(path);
        }
        if unseen.is_empty() {
            self.unseen = None;
            self.pull_all_triggers(woken);
        }
    }

    /// The files below `directory` that a watch path means, whether in a graph or not.
    pub(super) fn list_for_trees(&self, directory: &Path, files: &mut Vec<PathBuf>) {
        let fs = &self.engine.reader.fs;
        let mut open = vec![directory.to_path_buf()];
        while let Some(directory) = open.pop() {
            // Left out by every tree: `node_modules` must not be walked.
            if self.trees.iter().all(|it| it.skips(&directory)) {
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

    /// `asked`: when somebody wanted it. Whoever saves then does not know that it takes a moment to be watched.
    pub(super) fn add_tree(&mut self, mut tree: Tree, asked: SystemTime, now: Instant) {
        let ignored = tree.ignore.clone();
        let skip: TreeFilter = Arc::new(move |directory: &Path| skips(&ignored, directory));
        for (root, is_recursive) in tree.filter.roots() {
            let skip = if is_recursive {
                skip.clone()
            } else {
                all_but(tree.filter.plain_in(&root), skip.clone())
            };
            let (id, events) = self.watcher.acquire_tree(&root, skip, now);
            tree.ids.push(id);
            self.take_events(events, now);
        }
        let saved = list(asked, &mut tree, &*self.engine.reader.fs);
        self.trees.push(tree);
        for path in saved {
            // Nobody knows whether its writer has closed it.
            self.touch(path, Touch::Partial, now);
        }
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

/// A folder that is ignored itself: `**/node_modules`, where `**/node_modules/**` is what is in it.
fn skips(ignore: &PathFilter, directory: &Path) -> bool {
    ignore.matches(directory) || ignore.excludes(directory)
}

/// Of what is below a folder that is watched alone the folders that are named themselves, should they come.
fn all_but(named: Vec<PathBuf>, skip: TreeFilter) -> TreeFilter {
    Arc::new(move |directory: &Path| {
        !named.iter().any(|it| directory.starts_with(it)) || skip(directory)
    })
}

fn hash(path: &Path) -> u64 {
    let mut hasher = FxHasher::default();
    path.hash(&mut hasher);
    hasher.finish()
}

/// Notes which files there are, and gives those that were written or moved later than `asked`. Stamps are coarse: of the
/// first milliseconds some are missed, which is better than to take what was saved before for news.
fn list(asked: SystemTime, tree: &mut Tree, fs: &dyn FileSystem) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for (root, is_recursive) in tree.filter.roots_in(fs) {
        let mut open = vec![root];
        while let Some(directory) = open.pop() {
            for entry in fs.read_dir(&directory).unwrap_or_default() {
                let DirEntry { path, is_dir, .. } = entry;
                if is_dir {
                    if is_recursive && !tree.skips(&path) {
                        open.push(path);
                    }
                } else if tree.matches(&path) {
                    tree.there.insert(hash(&path));
                    if fs.saved_at(&path).is_some_and(|at| at > asked) {
                        files.push(path);
                    }
                }
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::RealFs;
    use std::fs;
    use std::time::Duration;

    /// What of a folder counts as saved since `asked`, by the names of the files.
    fn saved(folder: &Path, wanted: &[&str], asked: SystemTime) -> Vec<String> {
        let filter = |patterns: &[&str]| {
            let patterns: Vec<String> = patterns.iter().map(|&it| it.into()).collect();
            PathFilter::compile(folder, &patterns).unwrap()
        };
        let mut tree = Tree {
            session: 1,
            trigger: 1,
            filter: filter(wanted),
            ignore: Arc::new(filter(&["**/node_modules", "**/node_modules/**"])),
            ids: Vec::new(),
            there: Default::default(),
        };
        let mut names: Vec<String> = list(asked, &mut tree, &RealFs)
            .iter()
            .map(|path| {
                let name = path.strip_prefix(folder).unwrap();
                name.display().to_string().replace('\\', "/")
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_was_saved_before_the_watch_was_set() {
        let folder = tempfile::tempdir().unwrap();
        let folder = crate::path::real(folder.path());
        for name in ["a/b", "node_modules/x"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        for name in [
            ".env",
            "other",
            "a/one.ini",
            "a/b/two.ini",
            "node_modules/x/no.ini",
        ] {
            fs::write(folder.join(name), "").unwrap();
        }
        let asked = SystemTime::now() - Duration::from_secs(60);
        assert_eq!(saved(&folder, &[".env"], asked), [".env"]);
        assert_eq!(saved(&folder, &["a/*"], asked), ["a/one.ini"]);
        assert_eq!(
            saved(&folder, &["**/*.ini"], asked),
            ["a/b/two.ini", "a/one.ini"]
        );
        assert!(saved(&folder, &["none/*"], asked).is_empty());
        assert!(skips(
            &PathFilter::compile(&folder, &["**/node_modules".into()]).unwrap(),
            &folder.join("node_modules"),
        ));
        let later = SystemTime::now() + Duration::from_secs(60);
        assert!(saved(&folder, &["**"], later).is_empty());
    }
}
