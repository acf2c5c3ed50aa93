//! The engine thread: the only place where watcher, settling and sessions meet.

mod configs;
mod examine;
mod loop_reader;
mod shared;
mod temporary;
mod trees;
mod unreadable;
mod untaken;
mod verify;
mod wait;

use examine::Looked;
pub use loop_reader::LoopReader;
use shared::Shared;
use trees::Tree;
use untaken::Untaken;

use super::{Content, Engine, Session, SessionId, TriggerId, WatchDelta};
use crate::change::{PathFilter, Settle, Timing};
use crate::resolve::{links, preserves_symlinks};
use crate::tsconfig;
use crate::watch::{BackendEvent, Touch, WatchEvent, WatchOptions, WatchStatus, Watcher};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant, SystemTime};

pub enum Command {
    Backend(BackendEvent),
    /// There may be a deadline that the engine's thread does not know of.
    Proceed,
    Watch(WatchDelta),
    /// There are tsconfigs that are not watched.
    Configs,
    Touched(PathBuf),
    /// A file has become a symbolic link, or leads elsewhere.
    Relinked(PathBuf),
    /// What a file of CommonJS leads to by `import()` is looked for.
    Imports {
        session: SessionId,
        path: PathBuf,
    },
    /// A save is to be rehearsed on the thread that sees saves.
    Rehearse,
    AddTree {
        session: SessionId,
        trigger: TriggerId,
        filter: PathFilter,
        ignore: Arc<PathFilter>,
        /// What is saved from then on counts.
        asked: SystemTime,
    },
    RemoveTree {
        session: SessionId,
        trigger: TriggerId,
    },
    CloseSession(SessionId),
    Status(Sender<WatchStatus>),
}

/// How long a change that does not parse or resolve may wait to be mended by the next one before
/// it is reported.
const PROBLEM_HOLD: Duration = Duration::from_millis(80);

struct Run {
    engine: &'static Engine,
    watcher: Watcher,
    settle: Settle,
    trees: Vec<Tree>,
    /// Files appeared or vanished since the resolver's cache was made.
    resolver_is_stale: bool,
    /// Which, as far as anybody was told; Node remembers where requests led.
    moved: Vec<PathBuf>,
    /// What was read and is gone, as `moved` has told. That it is back moves it again, though it counts as read.
    vanished: FxHashSet<PathBuf>,
    /// Content that was already held back once: it is dispatched the second time.
    held: FxHashMap<PathBuf, Content>,
    /// Files that were found empty, and until when they are waited for.
    emptied: FxHashMap<PathBuf, Instant>,
    /// Files that are new under a watch path, and until when they may go again.
    new: FxHashMap<PathBuf, Instant>,
    /// Tsconfigs that were saved and do not hold.
    refused: BTreeSet<PathBuf>,
    /// Tsconfigs that were saved when there was no module yet to try them on.
    early: BTreeSet<PathBuf>,
    /// Events were lost: the files of graphs that have not been examined since.
    unseen: Option<FxHashSet<PathBuf>>,
    /// Files in use that can't be read, and since when; `None`: it was told.
    unreadable: FxHashMap<PathBuf, Option<Instant>>,
    untaken: Untaken,
    /// By the program's loop, which comes back to it when it has told the program.
    looked: Vec<Looked>,
}

pub fn start(
    engine: &'static Engine,
    commands: Sender<Command>,
    receiver: Receiver<Command>,
    options: WatchOptions,
    timing: Timing,
) {
    let body = move || {
        wait::wake_precisely();
        let shared = Arc::new(Shared::new(engine, commands));
        let watcher = Watcher::system(shared.sink(), options);
        shared.open(Run {
            engine,
            watcher,
            settle: Settle::new(timing),
            trees: Vec::new(),
            resolver_is_stale: false,
            moved: Vec::new(),
            vanished: FxHashSet::default(),
            held: FxHashMap::default(),
            emptied: FxHashMap::default(),
            new: FxHashMap::default(),
            refused: BTreeSet::default(),
            early: BTreeSet::default(),
            unseen: None,
            unreadable: FxHashMap::default(),
            untaken: Untaken::default(),
            looked: Vec::new(),
        });
        // A defect in here must neither end the watching nor the process: the command that hit it
        // is dropped, and the sessions are told.
        while let Some(stop) = guarded(engine, || shared.step(&receiver)) {
            if stop {
                break;
            }
        }
    };
    // Failing to start a thread is a machine out of threads; updates then never come, as if
    // nothing had changed, which is all that can be done.
    let _ = std::thread::Builder::new()
        .name("heatsync".into())
        .spawn(body);
}

/// Runs `step`; `None` would be the end. A panic in it is told to the sessions.
fn guarded(engine: &Engine, step: impl FnOnce() -> bool) -> Option<bool> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(step)) {
        Ok(stop) => Some(stop),
        Err(_) => {
            for session in engine.sessions.read().values() {
                session.examination.end();
                (session.notice)(
                    "an internal error was caught while looking at a change; save the file again, \
                     and please report this"
                        .to_owned(),
                );
            }
            Some(false)
        }
    }
}

impl Run {
    fn deadline(&self) -> Option<Instant> {
        let untaken = self.untaken.deadline();
        [self.settle.deadline(), self.watcher.deadline(), untaken]
            .into_iter()
            .flatten()
            .min()
    }

    /// What is due by now.
    fn proceed(&mut self, now: Instant) {
        self.end_looks();
        if self
            .watcher
            .deadline()
            .is_some_and(|deadline| deadline <= now)
        {
            let events = self.watcher.tick(now);
            self.take_events(events, now);
        }
        if let Some(paths) = self.settle.due(now) {
            self.examine(paths, now);
        }
        if self.untaken.deadline().is_some_and(|due| due <= now) {
            self.tell_of_untaken(now);
        }
    }

    fn handle(&mut self, command: Command) {
        let now = Instant::now();
        match command {
            Command::Backend(event) => {
                let events = self.watcher.on_backend(event, now);
                self.take_events(events, now);
            }
            Command::Watch(delta) => {
                for path in &delta.acquire {
                    let events = self.watcher.acquire(path, now);
                    self.take_events(events, now);
                    if preserves_symlinks() {
                        let events = self.watcher.relink(path, now);
                        self.take_events(events, now);
                    }
                }
                for path in &delta.release {
                    self.watcher.release(path);
                }
                self.verify(&delta.acquire, now);
                self.try_early_configs(&delta.acquire, now);
            }
            Command::Configs => self.watch_configs(now),
            Command::Proceed => {}
            Command::Imports { session, path } => {
                if let Some(session) = self.engine.session(session) {
                    self.engine.note_imports(&session, &path);
                }
            }
            Command::Rehearse => self.watcher.rehearse(),
            Command::Relinked(path) => {
                let events = self.watcher.relink(&path, now);
                self.take_events(events, now);
            }
            Command::Touched(path) => self.touch(path, Touch::Unsure, now),
            Command::AddTree {
                session,
                trigger,
                filter,
                ignore,
                asked,
            } => {
                let tree = Tree {
                    session,
                    trigger,
                    filter,
                    ignore,
                    ids: Vec::new(),
                    there: FxHashSet::default(),
                };
                self.add_tree(tree, asked, now);
            }
            Command::RemoveTree { session, trigger } => {
                self.remove_trees(|tree| tree.session == session && tree.trigger == trigger);
            }
            Command::CloseSession(session) => self.remove_trees(|tree| tree.session == session),
            Command::Status(reply) => {
                let _ = reply.send(self.watcher.status());
            }
        }
    }

    fn take_events(&mut self, events: Vec<WatchEvent>, now: Instant) {
        for event in events {
            match event {
                WatchEvent::Path { path, touch } => self.on_touched(path, touch, now),
                WatchEvent::Rescan { under } => {
                    self.resolver_is_stale = true;
                    for session in self.engine.sessions.read().values() {
                        session.moved.note_unknown();
                    }
                    self.rescan(under.as_deref(), now);
                }
                WatchEvent::Notice(notice) => self.tell_all(&notice.to_string()),
            }
        }
    }

    fn on_touched(&mut self, path: PathBuf, touch: Touch, now: Instant) {
        let is_interesting = self.is_interesting(&path);
        let is_moved = self.may_change_resolution(&path, touch);
        if is_moved && (is_interesting || !self.is_temporary(&path)) {
            self.resolver_is_stale = true;
            self.moved.push(path.clone());
        }
        if is_interesting {
            self.touch(path, touch, now);
        }
    }

    /// Can what `path` was touched for make a specifier lead elsewhere? Not when a file that was
    /// there is still there, which is nearly every save.
    fn may_change_resolution(&mut self, path: &Path, touch: Touch) -> bool {
        let is_back = self.vanished.remove(path);
        let was_read = matches!(
            self.engine.reader.contents.get(path),
            Some(Content::Present { .. })
        );
        if touch == Touch::Gone && was_read {
            self.vanished.insert(path.to_path_buf());
        }
        touch == Touch::Gone
            || is_back
            || !was_read
            || path.file_name().is_some_and(|name| name == "package.json")
    }

    fn touch(&mut self, path: PathBuf, touch: Touch, now: Instant) {
        if touch == Touch::Partial {
            // Somebody writes. What was seen of it before (emptied, when the close of an earlier save was
            // looked at) was no look at this.
            self.held.remove(&path);
            self.emptied.remove(&path);
        }
        self.settle.touch(path, touch, now);
    }

    fn rescan(&mut self, under: Option<&Path>, now: Instant) {
        let mut paths: Vec<PathBuf> = Vec::new();
        for session in self.engine.sessions.read().values() {
            let state = session.state.lock();
            let below = |path: &&Path| under.is_none_or(|under| path.starts_with(under));
            let watched = state.watched_paths().chain(state.unreloaded_paths());
            paths.extend(watched.filter(below).map(Path::to_path_buf));
        }
        match under {
            // A directory that is new to a tree: what was written into it before it was watched.
            Some(under) => self.list_for_trees(under, &mut paths),
            None => self
                .unseen
                .get_or_insert_default()
                .extend(paths.iter().cloned()),
        }
        paths.sort();
        paths.dedup();
        for path in paths {
            let touch = if path.exists() {
                Touch::Complete
            } else {
                Touch::Gone
            };
            self.touch(path, touch, now);
        }
        let mut woken = FxHashSet::default();
        self.pull_after_lost_events(&[], &mut woken); // no graph has any
        self.wake(woken, now);
    }

    fn is_interesting(&self, path: &Path) -> bool {
        self.trees.iter().any(|tree| tree.matches(path))
            || tsconfig::concerns(path)
            || links::is_link(path)
            || self.is_in_a_graph(path)
    }

    /// Is it a module, or waited for by one?
    fn is_in_a_graph(&self, path: &Path) -> bool {
        let sessions = self.engine.sessions.read();
        sessions
            .values()
            .any(|session| session.state.lock().is_interested(path) && !session.ignores(path))
    }

    fn interested(&self, path: &Path) -> Vec<Arc<Session>> {
        let sessions = self.engine.sessions.read();
        let mut interested: Vec<_> = sessions
            .values()
            .filter(|session| session.state.lock().knows(path) && !session.ignores(path))
            .cloned()
            .collect();
        // Who evaluates ES modules itself is told first: others ask it before they take an update.
        interested.sort_by_key(|session| (session.compiler().is_none(), session.id));
        interested
    }

    fn update_watches(&self, sessions: &FxHashSet<SessionId>) {
        for session in sessions.iter().filter_map(|&id| self.engine.session(id)) {
            let delta = session.state.lock().watch_delta();
            if delta != WatchDelta::default() {
                self.engine.send(Command::Watch(delta));
            }
        }
    }

    fn wake(&mut self, sessions: FxHashSet<SessionId>, now: Instant) {
        for session in sessions
            .into_iter()
            .filter_map(|id| self.engine.session(id))
        {
            let state = session.state.lock();
            // An update that hangs is given up for what was saved since; what is undone is to be told of.
            let has_work = state.has_work() || !state.newer().is_empty() || state.has_restored();
            drop(state);
            if has_work {
                self.untaken.note(self.engine, &session, now);
                (session.wake)();
            }
        }
    }

    fn tell_all(&self, text: &str) {
        for session in self.engine.sessions.read().values() {
            (session.notice)(text.to_owned());
        }
    }
}
