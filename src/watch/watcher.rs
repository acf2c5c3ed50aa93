//! The [`Watcher`]: which directories are in use, and the entrances for files and events. What it
//! does about lost directories is in `recover.rs`, polling in `polling.rs`, trees in `tree.rs`,
//! symbolic links in `links.rs`, file systems that ignore case in `spelling.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use rustc_hash::FxHashMap;

use super::backend::NoBackend;
use super::directory::{Directory, Search, State};
use super::events::Events;
use super::links::Links;
use super::spelling::Spellings;
use super::tree::Tree;
use super::{
    Backend, BackendEvent, EventQueue, FileSystem, LimitedBackend, Native, Notice, PollReason,
    RealFs, Sink, Touch, TreeId, WatchEvent, WatchOptions, WatchStatus,
};

/// Either makes its directory the root of a project.
const PROJECT_MARKERS: [&str; 2] = ["package.json", ".git"];

/// Owned by one thread. Every method that may change what is watched returns what the engine has
/// to know; a directory watched for the first time is not an event, the engine compares by itself.
pub struct Watcher {
    pub(super) backend: Box<dyn Backend>,
    pub(super) fs: Arc<dyn FileSystem>,
    pub(super) options: WatchOptions,
    files: FxHashMap<PathBuf, Acquired>,
    pub(super) links: Links,
    pub(super) spellings: Spellings,
    /// Ordered by path: what lies below a directory is one range, and parents come first.
    pub(super) directories: BTreeMap<PathBuf, Directory>,
    /// Indices over `directories` by state, kept by `set_state` and `drop_directory`.
    pub(super) lost: BTreeSet<PathBuf>,
    pub(super) polled: BTreeSet<PathBuf>,
    pub(super) next_poll: Option<Instant>,
    pub(super) trees: BTreeMap<TreeId, Tree>,
    pub(super) last_tree: u64,
    /// Set once the backend has failed: from then on everything is polled.
    pub(super) broken: Option<String>,
    said: Vec<Said>,
}

struct Acquired {
    count: usize,
    /// The directories it uses, as they were when it was acquired.
    chain: Vec<PathBuf>,
}

/// What makes a notice distinct: a reason is said for the first directory it meets.
#[derive(PartialEq, Eq)]
enum Said {
    Polling(PollReason),
    Failed(String),
}

impl Watcher {
    #[must_use]
    pub fn new(backend: Box<dyn Backend>, fs: Arc<dyn FileSystem>, options: WatchOptions) -> Self {
        Self {
            backend,
            fs,
            options,
            files: FxHashMap::default(),
            links: Links::default(),
            spellings: Spellings::of_platform(),
            directories: BTreeMap::new(),
            lost: BTreeSet::new(),
            polled: BTreeSet::new(),
            next_poll: None,
            trees: BTreeMap::new(),
            last_tree: 0,
            broken: None,
            said: Vec::new(),
        }
    }

    /// The operating system's own events and files. When the backend can't start, everything is
    /// polled and the first acquired file says why.
    #[must_use]
    pub fn system(sink: Sink, options: WatchOptions) -> Self {
        match Native::start(sink) {
            Ok(backend) => Self::over(Box::new(backend), options),
            Err(reason) => Self::over(Box::new(NoBackend { reason }), options),
        }
    }

    /// The operating system's files, and `backend`'s events.
    pub(super) fn over(mut backend: Box<dyn Backend>, options: WatchOptions) -> Self {
        if let Some(max) = options.max_watches {
            backend = Box::new(LimitedBackend::new(backend, max));
        }
        Self::new(backend, Arc::new(RealFs), options)
    }

    /// Watches the directory of `file` and its ancestors up to the project root. Counted: release
    /// it as often.
    pub fn acquire(&mut self, file: &Path, now: Instant) -> Vec<WatchEvent> {
        let mut out = Events::default();
        if let Some(acquired) = self.files.get_mut(file) {
            acquired.count += 1;
            return out.into_vec();
        }
        let Some(dir) = file.parent() else {
            return out.into_vec();
        };
        let chain = self.chain(dir);
        for dir in &chain {
            self.use_directory(dir, now, &mut out);
        }
        if let Some(directory) = self.directories.get_mut(dir) {
            directory.files.insert(file.to_path_buf());
            if let State::Polled(polled) = &mut directory.state {
                let stat = self.fs.stat(file).ok().filter(|stat| !stat.is_dir);
                polled.roll.learn(file.to_path_buf(), stat);
            }
        }
        self.spellings.add(file);
        self.files
            .insert(file.to_path_buf(), Acquired { count: 1, chain });
        out.into_vec()
    }

    /// A file that was never acquired is ignored.
    pub fn release(&mut self, file: &Path) {
        let Some(acquired) = self.files.get_mut(file) else {
            return;
        };
        acquired.count -= 1;
        if acquired.count > 0 {
            return;
        }
        let Some(acquired) = self.files.remove(file) else {
            return;
        };
        self.spellings.remove(file);
        if let Some(directory) = file.parent().and_then(|dir| self.directories.get_mut(dir)) {
            directory.files.remove(file);
            // In a tree it stays of interest as part of the listing.
            if let (State::Polled(polled), true) =
                (&mut directory.state, directory.trees.is_empty())
            {
                polled.roll.forget(file);
            }
        }
        for dir in acquired.chain.iter().rev() {
            self.drop_directory(dir);
        }
        if let Some(target) = self.links.remove(file) {
            self.release(&target);
        }
    }

    pub(super) fn has_acquired(&self, file: &Path) -> bool {
        self.files.contains_key(file)
    }

    pub fn on_backend(&mut self, event: BackendEvent, now: Instant) -> Vec<WatchEvent> {
        let mut out = Events::default();
        match event {
            BackendEvent::Path { path, touch, .. } => {
                let others = self.spellings.other_directories(&path);
                self.on_path(path, touch, now, &mut out);
                for other in others {
                    self.on_path(other, touch, now, &mut out);
                }
            }
            BackendEvent::DirectoryGone(path) => {
                self.lose(&path, now, &mut out);
                for other in self.spellings.other_directories(&path) {
                    self.lose(&other, now, &mut out);
                }
            }
            BackendEvent::Overflow => self.on_overflow(now, &mut out),
            BackendEvent::Failed(why) => self.on_failed(why, now, &mut out),
            BackendEvent::AllRead | BackendEvent::Rehearsal => {}
        }
        self.spellings.follow(&mut out);
        self.links.follow(&mut out);
        out.into_vec()
    }

    /// Does an event of `path` change nothing about what is watched, so that `on_backend` would only
    /// hand it back? That is so for files in natively watched directories that no link leads to, and that are in use under
    /// no other spelling.
    #[must_use]
    pub fn is_plain(&self, path: &Path, touch: Touch, is_file: bool) -> bool {
        let is_native = |dir: &Path| {
            let directory = self.directories.get(dir);
            directory.is_some_and(|it| matches!(it.state, State::Native { .. }))
        };
        path.parent().is_some_and(is_native)
            && !self.links.is_target(path)
            && !self.spellings.has_other(path)
            && self.spellings.other_directories(path).is_empty()
            && self.known_below(path).next().is_none()
            && (is_file
                || touch == Touch::Gone
                || !self.fs.stat(path).is_ok_and(|stat| stat.is_dir))
    }

    /// See [`Backend::queue`].
    #[must_use]
    pub fn queue(&self) -> Option<Arc<dyn EventQueue>> {
        self.backend.queue()
    }

    /// See [`Backend::rehearse`].
    pub fn rehearse(&mut self) {
        self.backend.rehearse();
    }

    /// Polls, and looks for lost directories, as far as it is time.
    pub fn tick(&mut self, now: Instant) -> Vec<WatchEvent> {
        let mut out = Events::default();
        if self.next_poll.is_some_and(|next| next <= now) {
            self.poll_all(now, &mut out);
        }
        let due: BTreeSet<PathBuf> = self
            .lost
            .iter()
            .filter(|dir| self.search_of(dir).is_some_and(|next| next <= now))
            .cloned()
            .collect();
        self.find(due, now, &mut out);
        self.spellings.follow(&mut out);
        self.links.follow(&mut out);
        out.into_vec()
    }

    /// When `tick` wants to run. `None`: nothing is polled or looked for.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let searches = self.lost.iter().filter_map(|dir| self.search_of(dir));
        searches.chain(self.next_poll).min()
    }

    #[must_use]
    pub fn status(&self) -> WatchStatus {
        let mut reasons = Vec::new();
        for dir in &self.polled {
            if let Some(State::Polled(polled)) = self.directories.get(dir).map(|d| &d.state)
                && !reasons.contains(&polled.reason)
            {
                reasons.push(polled.reason.clone());
            }
        }
        WatchStatus {
            backend: self.backend.name(),
            native: self.directories.len() - self.lost.len() - self.polled.len(),
            polled: self.polled.len(),
            lost: self.lost.len(),
            reasons,
        }
    }

    fn search_of(&self, dir: &Path) -> Option<Instant> {
        match &self.directories.get(dir)?.state {
            State::Lost(search) => search.next(),
            State::Native { .. } | State::Polled(_) => None,
        }
    }

    /// `dir` and its ancestors up to the project root, topmost first: when a directory is looked
    /// at, the one above is watched already, so nothing that happens in between is missed.
    pub(super) fn chain(&self, dir: &Path) -> Vec<PathBuf> {
        let top = self.project_of(dir).unwrap_or_else(|| dir.to_path_buf());
        let mut chain: Vec<PathBuf> = dir
            .ancestors()
            .take_while(|ancestor| ancestor.starts_with(&top))
            .map(Path::to_path_buf)
            .collect();
        chain.reverse();
        chain
    }

    fn project_of(&self, dir: &Path) -> Option<PathBuf> {
        for ancestor in dir.ancestors() {
            if let Some(known) = self.directories.get(ancestor) {
                return known.project.clone();
            }
            let marked = |marker| self.fs.stat(&ancestor.join(marker)).is_ok();
            if PROJECT_MARKERS.into_iter().any(marked) {
                return Some(ancestor.to_path_buf());
            }
        }
        None
    }

    pub(super) fn use_directory(&mut self, dir: &Path, now: Instant, out: &mut Events) {
        if let Some(directory) = self.directories.get_mut(dir) {
            directory.users += 1;
            return;
        }
        let directory = Directory {
            users: 1,
            project: self.project_of(dir),
            files: BTreeSet::new(),
            trees: BTreeSet::new(),
            state: State::Lost(Search::new(now)),
        };
        self.directories.insert(dir.to_path_buf(), directory);
        self.spellings.add_directory(dir);
        let state = self.install(dir, now, out);
        self.set_state(dir, state, now);
    }

    pub(super) fn drop_directory(&mut self, dir: &Path) {
        let Some(directory) = self.directories.get_mut(dir) else {
            return;
        };
        directory.users -= 1;
        if directory.users > 0 {
            return;
        }
        if let State::Native { .. } = directory.state {
            self.backend.unwatch(dir);
        }
        self.directories.remove(dir);
        self.spellings.remove_directory(dir);
        self.lost.remove(dir);
        self.polled.remove(dir);
        if self.polled.is_empty() {
            self.next_poll = None;
        }
    }

    pub(super) fn set_state(&mut self, dir: &Path, state: State, now: Instant) {
        let Some(directory) = self.directories.get_mut(dir) else {
            return;
        };
        self.lost.remove(dir);
        self.polled.remove(dir);
        match state {
            State::Native { .. } => {}
            State::Polled(_) => {
                self.polled.insert(dir.to_path_buf());
            }
            State::Lost(_) => {
                self.lost.insert(dir.to_path_buf());
            }
        }
        directory.state = state;
        self.next_poll = if self.polled.is_empty() {
            None
        } else {
            self.next_poll.or(Some(now + self.options.poll_interval))
        };
    }

    pub(super) fn notice(&mut self, notice: Notice, out: &mut Events) {
        let said = match &notice {
            // Who asked for polling need not be told.
            Notice::Polling {
                reason: PollReason::Forced,
                ..
            } => return,
            Notice::Polling { reason, .. } => Said::Polling(reason.clone()),
            Notice::BackendFailed(why) => Said::Failed(why.clone()),
        };
        if !self.said.contains(&said) {
            self.said.push(said);
            out.notice(notice);
        }
    }
}

#[cfg(test)]
#[path = "watcher_tests.rs"]
mod tests;
