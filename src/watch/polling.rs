//! Directories that can't be watched natively: compare what the acquired files (and in a tree the
//! whole listing) look like, each interval.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::directory::State;
use super::events::Events;
use super::{Stat, Watcher};

impl Watcher {
    pub(super) fn poll_all(&mut self, now: Instant, out: &mut Events) {
        self.next_poll = Some(now + self.options.poll_interval);
        let polled: Vec<PathBuf> = self.polled.iter().cloned().collect();
        for dir in polled {
            self.poll(&dir, now, out);
        }
        if self.polled.is_empty() {
            self.next_poll = None;
        }
    }

    fn poll(&mut self, dir: &Path, now: Instant, out: &mut Events) {
        let Some(State::Polled(polled)) = self.directories.get(dir).map(|d| &d.state) else {
            return; // lost with its parent a moment ago
        };
        let inode = polled.inode;
        let alive = |stat: &Stat| stat.is_dir && stat.inode == inode;
        if !self.fs.stat(dir).is_ok_and(|stat| alive(&stat)) {
            self.lose(dir, now, out);
            return;
        }
        let (files, subdirectories) = self.look(dir);
        if let Some(State::Polled(polled)) = self.directories.get_mut(dir).map(|d| &mut d.state) {
            for (path, touch) in polled.roll.compare(files, now) {
                out.path(path, touch);
            }
        }
        for subdirectory in subdirectories {
            self.join_trees(&subdirectory, now, out);
        }
    }

    /// Takes the present state of a polled directory as known, without reporting it.
    pub(super) fn learn_all(&mut self, dir: &Path) {
        let (files, _) = self.look(dir);
        if let Some(State::Polled(polled)) = self.directories.get_mut(dir).map(|d| &mut d.state) {
            for (path, stat) in files {
                polled.roll.learn(path, stat);
            }
        }
    }

    /// The files of interest in a polled directory and, in a tree, its real sub-directories.
    fn look(&self, dir: &Path) -> (BTreeMap<PathBuf, Option<Stat>>, Vec<PathBuf>) {
        let mut files = BTreeMap::new();
        let mut subdirectories = Vec::new();
        let Some(directory) = self.directories.get(dir) else {
            return (files, subdirectories);
        };
        if !matches!(directory.state, State::Polled(_)) {
            return (files, subdirectories);
        }
        let stat = |path: &Path| self.fs.stat(path).ok().filter(|stat| !stat.is_dir);
        for file in &directory.files {
            files.insert(file.clone(), stat(file));
        }
        if !directory.trees.is_empty() {
            for entry in self.fs.read_dir(dir).unwrap_or_default() {
                if entry.is_dir {
                    subdirectories.push(entry.path);
                } else if let Entry::Vacant(slot) = files.entry(entry.path) {
                    let stat = stat(slot.key());
                    slot.insert(stat);
                }
            }
        }
        (files, subdirectories)
    }
}
