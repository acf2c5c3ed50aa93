//! Installing watches, and getting them back after a directory went away, was replaced, or events
//! were lost.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::directory::{Polled, Search, State};
use super::events::Events;
use super::{FsKind, Notice, PollReason, Touch, TreeId, WatchError, Watcher, starting_at};

impl Watcher {
    /// How `dir` can be watched now.
    pub(super) fn install(&mut self, dir: &Path, now: Instant, out: &mut Events) -> State {
        let missing = |watcher: &Self| {
            let search = Search::new(now).missed(now, watcher.event_will_tell(dir));
            State::Lost(search)
        };
        let reason = if self.options.force_polling {
            PollReason::Forced
        } else if let Some(why) = &self.broken {
            PollReason::Unsupported(why.clone())
        } else if let FsKind::Network(name) = self.fs.kind_of_file_system(dir) {
            PollReason::NetworkFileSystem(name)
        } else {
            // A file in the directory's place would be watched, too; it is not what is wanted.
            if !self.fs.stat(dir).is_ok_and(|stat| stat.is_dir) {
                return missing(self);
            }
            match self.backend.watch(dir) {
                Ok(()) => {
                    // Asked after the watch is there, so that it is the watched inode, or a later
                    // one whose arrival raised an event.
                    return match self.fs.stat(dir) {
                        Ok(stat) if stat.is_dir => State::Native { inode: stat.inode },
                        _ => {
                            self.backend.unwatch(dir);
                            missing(self)
                        }
                    };
                }
                Err(WatchError::NotFound) => return missing(self),
                Err(WatchError::Limit) => PollReason::WatchLimit,
                Err(WatchError::Other(why)) => PollReason::Unsupported(why),
            }
        };
        let Ok(stat) = self.fs.stat(dir) else {
            return missing(self);
        };
        if !stat.is_dir {
            return missing(self);
        }
        let directory = dir.to_path_buf();
        let notice = Notice::Polling {
            directory,
            reason: reason.clone(),
        };
        self.notice(notice, out);
        State::Polled(Polled::new(reason, stat.inode))
    }

    /// Whether an event in the parent will announce `dir`, or the parent is waited for itself.
    fn event_will_tell(&self, dir: &Path) -> bool {
        let parent = dir.parent().and_then(|parent| self.directories.get(parent));
        parent.is_some_and(|parent| !matches!(parent.state, State::Polled(_)))
    }

    pub(super) fn on_path(&mut self, path: PathBuf, touch: Touch, now: Instant, out: &mut Events) {
        if touch == Touch::Gone {
            // inotify does not say what was moved away; we know our directories.
            let was_directory = self.known_below(&path).any(|dir| !self.lost.contains(dir));
            if was_directory {
                self.lose(&path, now, out);
            } else {
                out.path(path, touch);
            }
            return;
        }
        // A directory renamed over an (empty) watched one says nothing else in time.
        if self.was_replaced(&path) {
            self.lose(&path, now, out);
            return;
        }
        let waited_for: BTreeSet<PathBuf> = self
            .known_below(&path)
            .filter(|dir| self.lost.contains(*dir))
            .cloned()
            .collect();
        for dir in &waited_for {
            self.set_state(dir, State::Lost(Search::new(now)), now);
        }
        self.find(waited_for, now, out);
        // One that is waited for may turn out to be a file: `./x` could have been `./x/index.js`.
        let is_directory = self
            .directories
            .get(&path)
            .is_some_and(|directory| !matches!(directory.state, State::Lost(_)));
        if !is_directory && !self.join_trees(&path, now, out) {
            out.path(path, touch);
        }
    }

    pub(super) fn known_below<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = &'a PathBuf> {
        self.directories
            .range::<Path, _>(starting_at(path))
            .map(|(dir, _)| dir)
            .take_while(move |dir| dir.starts_with(path))
    }

    fn was_replaced(&self, dir: &Path) -> bool {
        let watched = match self.directories.get(dir).map(|directory| &directory.state) {
            Some(State::Native { inode } | State::Polled(Polled { inode, .. })) => *inode,
            Some(State::Lost(_)) | None => return false,
        };
        self.fs
            .stat(dir)
            .map_or(true, |stat| !stat.is_dir || stat.inode != watched)
    }

    /// The topmost directory above `path` that is gone or another one, though no event has said so: an inode, and the watch
    /// on it, outlives its name while it is a process's working directory.
    pub fn outlived_above(&self, path: &Path) -> Option<PathBuf> {
        let above = path.ancestors().skip(1);
        let outlived = above.filter(|dir| self.was_replaced(dir)).last();
        outlived.map(Path::to_path_buf)
    }

    /// `path`, and with it what lies below, went away. Its watches are on inodes that no longer
    /// have these names: take them off, say so once, and look whether the names are back already.
    pub(super) fn lose(&mut self, path: &Path, now: Instant, out: &mut Events) {
        let below: Vec<PathBuf> = self.known_below(path).cloned().collect();
        let mut news = false;
        for dir in &below {
            match self.directories.get(dir).map(|directory| &directory.state) {
                Some(State::Native { .. }) => self.backend.unwatch(dir),
                Some(State::Polled(_)) => {}
                Some(State::Lost(_)) | None => continue,
            }
            news = true;
            self.set_state(dir, State::Lost(Search::new(now)), now);
        }
        self.prune_trees(path);
        if news {
            out.rescan(Some(path));
        }
        let below = below
            .into_iter()
            .filter(|dir| self.lost.contains(dir))
            .collect();
        self.find(below, now, out);
        // Pruned above, but there again under the same name.
        self.join_trees(path, now, out);
    }

    /// Looks for lost directories, parents first; with one that is back, all below it are looked
    /// for at once.
    pub(super) fn find(&mut self, mut queue: BTreeSet<PathBuf>, now: Instant, out: &mut Events) {
        let mut missing: Option<PathBuf> = None;
        while let Some(dir) = queue.pop_first() {
            let Some(State::Lost(search)) = self.directories.get(&dir).map(|d| &d.state) else {
                continue; // found on the way, as part of a tree
            };
            let search = *search;
            // Below a missing directory nothing need be asked for.
            let hopeless = missing.as_ref().is_some_and(|gone| dir.starts_with(gone));
            let state = if hopeless {
                State::Lost(search)
            } else {
                self.install(&dir, now, out)
            };
            if let State::Lost(_) = state {
                if !hopeless {
                    missing = Some(dir.clone());
                }
                let search = search.missed(now, self.event_will_tell(&dir));
                self.set_state(&dir, State::Lost(search), now);
                continue;
            }
            self.set_state(&dir, state, now);
            self.learn_all(&dir);
            out.rescan(Some(&dir));
            self.regrow(&dir, now, out);
            queue.extend(
                self.known_below(&dir)
                    .filter(|d| self.lost.contains(*d))
                    .cloned(),
            );
        }
    }

    /// Events are missing, also such that would have said that a directory was replaced (and an
    /// inode number may be in use again): watch all anew, then have everything compared.
    pub(super) fn on_overflow(&mut self, now: Instant, out: &mut Events) {
        out.rescan(None);
        let all: BTreeSet<PathBuf> = self.directories.keys().cloned().collect();
        for (dir, directory) in &mut self.directories {
            if let State::Native { .. } = directory.state {
                self.backend.unwatch(dir);
                directory.state = State::Lost(Search::new(now));
                self.lost.insert(dir.clone());
            }
        }
        let roots: Vec<PathBuf> = self.trees.values().map(|tree| tree.root.clone()).collect();
        for root in roots {
            self.prune_trees(&root);
        }
        self.find(all, now, out);
        let trees: Vec<TreeId> = self.trees.keys().copied().collect();
        for id in trees {
            self.grow_from_root(id, now, out);
        }
    }

    /// No event can be trusted to come: poll everything from now on.
    pub(super) fn on_failed(&mut self, why: String, now: Instant, out: &mut Events) {
        self.notice(Notice::BackendFailed(why.clone()), out);
        out.rescan(None);
        if self.broken.is_some() {
            return;
        }
        let native: Vec<(PathBuf, Option<u64>)> = self
            .directories
            .iter()
            .filter_map(|(dir, directory)| match directory.state {
                State::Native { inode } => Some((dir.clone(), inode)),
                State::Polled(_) | State::Lost(_) => None,
            })
            .collect();
        for (dir, inode) in native {
            self.backend.unwatch(&dir);
            let polled = Polled::new(PollReason::Unsupported(why.clone()), inode);
            self.set_state(&dir, State::Polled(polled), now);
            self.learn_all(&dir);
        }
        // A search that slept relied on events.
        let lost: BTreeSet<PathBuf> = self.lost.clone();
        for dir in &lost {
            self.set_state(dir, State::Lost(Search::new(now)), now);
        }
        self.broken = Some(why);
        self.find(lost, now, out);
    }
}
