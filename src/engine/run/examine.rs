//! The heart of the engine: touched files have settled; whose news are they?

use super::loop_reader::is_reading;
use super::{Command, PROBLEM_HOLD, Run};
use crate::change::{EMPTIED_HOLD, Snapshot};
use crate::engine::SessionId;
use crate::engine::contents::Content;
use crate::engine::examination::Ended;
use crate::engine::session::Reading;
use crate::resolve::links;
use crate::watch::BackendEvent;
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What is looked at together, and what is found.
struct Round {
    now: Instant,
    paths: Vec<PathBuf>,
    configs: Vec<PathBuf>,
    has_links: bool,
    moved: Vec<PathBuf>,
    /// With `moved`, what is found to be missing.
    gone: Vec<PathBuf>,
    /// Modules that a tsconfig, a package.json or a link makes something else of.
    reconfigured: FxHashSet<PathBuf>,
    woken: FxHashSet<SessionId>,
}

/// What was looked at together, of which the sessions know.
pub(super) struct Looked {
    gone: Vec<PathBuf>,
    paths: Vec<PathBuf>,
}

impl Round {
    fn reconfigure(&mut self, modules: Vec<PathBuf>) {
        for module in modules {
            if !self.paths.contains(&module) {
                self.paths.push(module.clone());
                self.reconfigured.insert(module);
            }
        }
    }
}

impl Run {
    pub(super) fn examine(&mut self, paths: Vec<PathBuf>, now: Instant) {
        // One file: wake those it concerns while it is looked at. Several: once all is known, and until
        // then nobody takes a part of it.
        if let [only] = paths.as_slice() {
            for session in self.interested(only) {
                if session.examination.begin() {
                    (session.wake)();
                }
            }
        }
        let moved = std::mem::take(&mut self.moved);
        if std::mem::take(&mut self.resolver_is_stale) {
            self.engine.tell_moved(&moved);
        }
        let mut paths = self.with_those_waiting(paths);
        let configs = Self::configs_first(&mut paths);
        let has_links = paths.iter().any(|it| links::is_link(it));
        if paths.len() > 1 || !configs.is_empty() || has_links {
            for session in self.engine.sessions.read().values() {
                session.examination.begin_several();
            }
        }
        let mut round = Round {
            now,
            paths,
            configs,
            has_links,
            gone: moved.clone(),
            moved,
            reconfigured: FxHashSet::default(),
            woken: FxHashSet::default(),
        };
        let mut next = 0;
        while let Some(path) = round.paths.get(next).cloned() {
            next += 1;
            self.look_at(path, &mut round);
        }
        self.pull_after_lost_events(&round.paths, &mut round.woken);
        self.update_watches(&round.woken);
        self.end_examination(round.woken, now);
        self.settle.looked_until(Instant::now());
        let Round { gone, paths, .. } = round;
        let looked = Looked { gone, paths };
        match is_reading() && self.is_of_this_thread_alone() {
            true => self.looked.push(looked),
            false => self.end_look(looked),
        }
    }

    /// What is left to do of looks whose news are with the program by now.
    pub(super) fn end_looks(&mut self) {
        for looked in std::mem::take(&mut self.looked) {
            self.end_look(looked);
        }
    }

    /// Last: nobody waits for it, and it is not for this thread to set watches.
    #[inline(never)] // or it is there twice
    fn end_look(&mut self, Looked { gone, paths }: Looked) {
        self.tell_of_outlived(&gone);
        for path in paths {
            self.tell_of_unreloaded(&path);
            if self.watcher.is_relinked(&path) {
                self.engine.send(Command::Relinked(path));
            }
        }
    }

    /// Is nobody told of it on another thread? That one's program would wait for what this one's makes of the news.
    fn is_of_this_thread_alone(&self) -> bool {
        let here = std::thread::current().id();
        let sessions = self.engine.sessions.read();
        sessions.values().all(|session| session.thread == here)
    }

    fn look_at(&mut self, path: PathBuf, round: &mut Round) {
        let now = round.now;
        if round.has_links && links::is_link(&path) {
            round.reconfigure(self.relead(&path));
            if self.interested(&path).is_empty() {
                self.settle.is_taken(&path);
                return;
            }
        }
        let before = self.engine.reader.contents.get(&path);
        let at = Instant::now();
        let (snapshot, content) = self.engine.reader.read(&path);
        let Some(content) = content else {
            let why = match snapshot {
                Snapshot::Unreadable(why) => why,
                _ => String::new(),
            };
            self.wait_until_readable(path, &why, now);
            return;
        };
        self.unreadable.remove(&path);
        let is_missing = content == Content::Missing;
        let is_back = !is_missing && self.vanished.contains(&path);
        let is_other = before.is_some_and(|it| (it == Content::Missing) != is_missing);
        if is_back || (is_other && !round.moved.contains(&path)) {
            // What tells of it has not been read yet; or it was while nobody watched, between a program's reading it and its
            // first turn of the event loop.
            self.engine.tell_moved(std::slice::from_ref(&path));
        }
        // Also of those who have begun to ignore it since: other changes have waited for it.
        for session in self.engine.sessions.read().values() {
            if session.state.lock().end_hold(&path) {
                round.woken.insert(session.id);
            }
        }
        let is_first_look = self.held.get(&path) != Some(&content);
        if let Some(until) = self.awaited_until(&path, before, content, is_first_look, now) {
            self.held.insert(path.clone(), content);
            self.settle.hold(path, until);
            return;
        }
        self.settle.is_taken(&path);
        self.vanished.remove(&path);
        if is_missing && before.is_some_and(|it| it != Content::Missing) {
            round.gone.push(path.clone());
        }
        let reading = Reading { content, at };
        self.engine.reader.contents.replace(&path, reading);

        let mut is_waited_out = false;
        if round.configs.contains(&path) {
            let (modules, waits) =
                self.reconfigure(&path, &snapshot, &round.configs, is_first_look);
            is_waited_out |= waits;
            round.reconfigure(modules);
        }
        for session in self.interested(&path) {
            is_waited_out |= self
                .engine
                .note(&session, &path, &snapshot, reading, is_first_look);
            round.woken.insert(session.id);
        }
        if !round.reconfigured.contains(&path) {
            self.pull_triggers(&path, before, content, &mut round.woken);
        }
        if is_waited_out {
            self.held.insert(path.clone(), content);
            self.settle.hold(path, now + PROBLEM_HOLD);
            return;
        }
        self.held.remove(&path);
    }

    /// Until when more is to be expected of what was found to be `content`.
    fn awaited_until(
        &mut self,
        path: &PathBuf,
        before: Option<Content>,
        content: Content,
        is_first_look: bool,
        now: Instant,
    ) -> Option<Instant> {
        // What was missing may have come back with what it held, and be written again.
        let was_filled = before.is_some_and(|it| !it.is_empty());
        if content.is_empty() && was_filled {
            // Truncated: what comes is on its way, however busy the machine is. The close of an earlier save, which is read late
            // then, is no reason to look sooner.
            let until = *self
                .emptied
                .entry(path.clone())
                .or_insert(now + EMPTIED_HOLD);
            if now < until {
                return Some(until);
            }
        }
        self.emptied.remove(path);
        if content != Content::Missing
            && let Some(until) = self.may_go_until(path, before, now)
        {
            return Some(until);
        }
        self.new.remove(path);
        is_first_look
            .then(|| self.settle.look_again(path, now))
            .flatten()
    }

    /// The sessions that are concerned hear of it, and those that wait for it go on.
    fn end_examination(&mut self, mut woken: FxHashSet<SessionId>, now: Instant) {
        let mut is_awaited = false;
        for session in self.engine.sessions.read().values() {
            match session.examination.end() {
                // It sees the result, but may have asked for its triggers before it waited.
                Ended::Awaited if !session.state.lock().is_triggered() => {
                    woken.remove(&session.id);
                    is_awaited = true;
                }
                Ended::Asked => {
                    woken.insert(session.id);
                }
                Ended::Awaited | Ended::Unknown => {}
            }
        }
        let is_expected = is_awaited || !woken.is_empty();
        self.wake(woken, now);
        if is_expected && !self.is_on_a_programs_thread() {
            // What is left to do here (events of our own reading, among others) has time. Who waits may be
            // waiting for this very core: the program that saved has the other one, on a machine of two.
            std::thread::yield_now();
        }
    }

    /// A folder that went with one of the `gone`, and is somebody's working directory, does not say so itself.
    fn tell_of_outlived(&self, gone: &[PathBuf]) {
        let mut told: Option<PathBuf> = None;
        for path in gone {
            if told.as_ref().is_some_and(|it| path.starts_with(it)) {
                continue;
            }
            if let Some(folder) = self.watcher.outlived_above(path) {
                told = Some(folder.clone());
                let event = BackendEvent::DirectoryGone(folder);
                self.engine.send(Command::Backend(event));
            }
        }
    }

    /// Does a program's loop look itself? Nobody waits for its core then but others.
    fn is_on_a_programs_thread(&self) -> bool {
        let here = std::thread::current().id();
        let sessions = self.engine.sessions.read();
        sessions.values().any(|session| session.thread == here)
    }

    /// What no update reloads goes on as it is.
    fn tell_of_unreloaded(&self, path: &Path) {
        let Some(content) = self.engine.reader.contents.get(path) else {
            return;
        };
        for session in self.engine.sessions.read().values() {
            let why = session.state.lock().saved_unreloaded(path, content);
            if let Some(why) = why {
                (session.saved_unreloaded)(path, why);
            }
        }
    }

    /// The modules that the symbolic link `path` leads elsewhere.
    fn relead(&mut self, path: &PathBuf) -> Vec<PathBuf> {
        let led = links::led_elsewhere(path);
        // A program that has just begun may have loaded what nobody is known to have.
        let (led, nobodys): (Vec<_>, Vec<_>) = led
            .into_iter()
            .partition(|it| it.before.iter().any(|it| self.engine.is_followed(it)));
        if !nobodys.is_empty() {
            links::lead_back(nobodys);
            self.early.insert(path.clone());
        }
        if led.is_empty() {
            return Vec::new();
        }
        // Also when no event has told of it: before it was watched.
        self.engine.tell_moved(std::slice::from_ref(path));
        self.engine.relead(path, &led)
    }

    /// `paths`, and after them the modules that miss one of them: their imports resolve differently.
    pub(super) fn with_those_waiting(&self, mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
        for index in 0..paths.len() {
            for session in self.engine.sessions.read().values() {
                let state = session.state.lock();
                let waiting = state.waiting_for(&paths[index]);
                let importers = state.missed_by(&paths[index]);
                drop(state);
                for path in importers.iter().filter(|it| !waiting.contains(it)) {
                    self.engine.link_again(session, path);
                }
                for path in waiting {
                    self.engine.link_again(session, &path);
                    if !paths.contains(&path) {
                        paths.push(path);
                    }
                }
            }
        }
        paths
    }
}
