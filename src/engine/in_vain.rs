//! What a Node environment tells of loads that failed, and of what was asked for in vain: what would mend that is waited for.

use super::installs::installable;
use super::reader::Inspection;
use super::{Content, Lack, Session};
use crate::graph::Format;
use crate::path::in_package;
use crate::resolve::{Mode, Resolved, missing_candidates};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Between the moment at which nothing was found and the one that is told.
const MEANWHILE: Duration = Duration::from_secs(1);

impl Session {
    /// The first load of `path` failed, and someone waits for it to be mended.
    pub fn failed_first_load(&self, path: &Path) {
        let (_, reading) = self.engine.reader.examine(path);
        let now = SystemTime::now();
        self.state.lock().failed_first_load(path, reading, now);
    }

    /// The load of `path` failed, and what was loaded before runs on.
    pub fn failed_load(&self, path: &Path) {
        let (_, reading) = self.engine.reader.examine(path);
        let now = SystemTime::now();
        self.state.lock().failed_load(path, reading, now);
    }

    /// An update was to evaluate `path`, which was not there.
    pub fn was_gone(&self, path: &Path) {
        let (_, reading) = self.engine.reader.examine(path);
        // It can't be read, which nobody knows to have changed.
        let Some(reading) = reading else { return };
        // What was there all the time, and is not found, would be tried for ever.
        if reading.content != Content::Missing && !came_within(path, MEANWHILE) {
            return;
        }
        let now = SystemTime::now();
        self.state.lock().was_gone(path, reading, now);
    }

    /// See [`super::SessionState::give_back`].
    pub fn give_back(&self, id: u32) {
        let ended = self.state.lock().files_in_flight(id);
        if let Some(compiler) = self.compiler() {
            for path in &ended {
                compiler.ended(path);
            }
        }
        self.state.lock().give_back(id);
    }

    /// An update in flight has put back what `path` was told to be loaded from, before any of it ran.
    pub fn read_in_vain(&self, path: &Path) {
        self.state.lock().read_in_vain(path);
    }

    /// See `SessionState::begin_attempt`.
    pub fn begin_attempt(&self) {
        self.state.lock().begin_attempt();
    }

    /// See `SessionState::end_attempt`.
    pub fn end_attempt(&self, is_linked: bool) {
        let in_vain = self.state.lock().end_attempt(is_linked);
        // Were its text kept, the next attempt would be made from it, and tell nobody.
        if let Some(compiler) = self.compiler() {
            in_vain.iter().for_each(|path| compiler.ended(path));
        }
    }

    /// The load of `path` that was told went well.
    pub fn went_live(&self, path: &Path) {
        self.state.lock().went_live(path);
        self.watch_what_is_needed();
    }

    /// What imports `path` here was given the instance that `other`, a session of the same environment, was evaluating. What the
    /// file holds may be newer.
    pub fn shares(&self, path: &Path, other: &Self) {
        let Some(content) = other.state.lock().runs_from(path) else {
            return;
        };
        let is_shared = self.state.lock().is_shared(path, content);
        if is_shared {
            self.engine.look_at(self, path);
        }
    }

    /// These were evaluated when they were imported, outside every update, and threw. True: that is news, and what was
    /// loaded on the way is to be told to [`Self::blame`].
    pub fn threw(&self, paths: &[PathBuf]) -> bool {
        if !self.state.lock().threw(paths, SystemTime::now()) {
            return false;
        }
        for path in paths {
            let lacks = self.lacks(path);
            self.state.lock().blame(std::slice::from_ref(path), lacks);
        }
        true
    }

    /// `path`, which is being evaluated, has asked for `request` in vain, and may go on without it.
    pub fn asked_in_vain(&self, path: &Path, request: &str, mode: Mode, lack: Lack) {
        // What is there all the same, since it does not parse, is no news as it is.
        let wanted = self.wanted_for(path, request, mode);
        let has_come = mode == Mode::Require && self.has_come_since(&wanted, path, request);
        self.goes_without(path, wanted, Some(lack));
        if has_come {
            self.state.lock().came_at_once(path, lack);
        }
    }

    /// Node's `require()` did not find any of `wanted` a moment ago. Is there by now what it would find? An event of that may have been
    /// seen already.
    fn has_come_since(&self, wanted: &[(PathBuf, Content)], path: &Path, request: &str) -> bool {
        let mut there = wanted
            .iter()
            .filter(|(_, content)| *content != Content::Missing)
            .peekable();
        there.peek().is_some()
            && self
                .come_meanwhile(path, request, Mode::Require, MEANWHILE)
                .is_some_and(|come| there.any(|(wanted, _)| *wanted == come))
    }

    /// `gone`, which `path` calls `request`, is not there any more, and goes on as it was. Should it be back, nothing is new.
    pub fn may_lead_elsewhere(&self, path: &Path, request: &str, mode: Mode, gone: &Path) {
        let mut wanted = self.wanted_for(path, request, mode);
        // What was there before the update in flight began, that update would have found.
        let begun = self.state.lock().in_flight_since();
        let taken = begun.and_then(|begun| begun.elapsed().ok());
        let time = MEANWHILE + taken.unwrap_or_default();
        if let Some(come) = self.come_meanwhile(path, request, mode, time) {
            // Its event may be to come, and is one of a file that is known then.
            self.engine.tell_moved(std::slice::from_ref(&come));
            wanted.retain(|(file, _)| *file != come);
            wanted.push((come, Content::Missing));
        }
        wanted.retain(|(file, _)| file != gone);
        self.goes_without(path, wanted, None);
    }

    /// `path` has been evaluated, and has `had` of what it has asked for in vain.
    pub fn was_evaluated(&self, path: &Path, had: &[Lack]) {
        let mut state = self.state.lock();
        state.was_evaluated(path, had);
        let has_work = state.has_work();
        drop(state);
        self.watch_what_is_needed();
        if has_work {
            (self.wake)();
        }
    }

    pub(super) fn wanted_for(
        &self,
        path: &Path,
        request: &str,
        mode: Mode,
    ) -> Vec<(PathBuf, Content)> {
        let reader = &self.engine.reader;
        let wanted = missing_candidates(request, path, mode);
        if !wanted.is_empty() {
            return reader.held_by(wanted);
        }
        let mut manifests = reader.held_by(installable(request, path));
        let is_there = |(_, content): &(PathBuf, Content)| *content != Content::Missing;
        if manifests.iter().any(is_there) {
            // Not as a whole. What is not there at all is waited for by its name: it may never come, and others may.
            manifests.extend(reader.installs(path));
        }
        let targets = reader.resolver.missing_targets(request, path, mode);
        manifests.extend(reader.held_by(targets));
        manifests
    }

    /// What `request` leads to by now, and did not `time` ago.
    fn come_meanwhile(
        &self,
        path: &Path,
        request: &str,
        mode: Mode,
        time: Duration,
    ) -> Option<PathBuf> {
        let resolver = &self.engine.reader.resolver;
        resolver.forget_missing();
        let Ok(Resolved::File { path, .. }) = resolver.resolve(request, path, mode) else {
            return None;
        };
        // What was there all the time, and Node does not find, would be tried for ever.
        came_within(&path, time).then_some(path)
    }

    /// `path`, which is being evaluated, has asked for what can't be loaded because of `failed`, and goes on without it.
    pub fn goes_without_failed(&self, path: &Path, failed: &[PathBuf], lack: Lack) {
        for file in failed {
            let reader = &self.engine.reader;
            let missing = match in_package(file) {
                true => reader.installs(file),
                false => reader.held_by(self.inspect(file).wanted),
            };
            self.goes_without(path, missing, Some(lack));
        }
        let contents = &self.engine.reader.contents;
        let content = |path: &Path| contents.get(path);
        self.state
            .lock()
            .goes_without_failed(path, failed, lack, content);
        self.watch_what_is_needed();
    }

    fn goes_without(&self, path: &Path, wanted: Vec<(PathBuf, Content)>, lack: Option<Lack>) {
        self.state.lock().asked_in_vain(path, wanted, lack);
        self.watch_what_is_needed();
    }

    /// What `path` asks for that is not there, and what an installation of that would change.
    fn lacks(&self, path: &Path) -> Vec<(PathBuf, Option<Content>)> {
        let reader = &self.engine.reader;
        // It has thrown, and hardly ever for another reason than that not all of its package is there.
        if in_package(path) {
            return known(reader.installs(path));
        }
        let found = self.inspect(path);
        // What the resolver remembers not to be there may have come.
        let mut all = known(reader.held_by(found.wanted));
        all.extend(known(found.installs));
        all
    }

    fn inspect(&self, path: &Path) -> Inspection {
        let reader = &self.engine.reader;
        let source = reader.text(path).unwrap_or_default();
        let format = self.format(path).unwrap_or(Format::Json);
        reader.inspect(path, &source, format)
    }

    /// `files` could not be evaluated. `attempted` were loaded while they were: a change of one of
    /// them may mend it, whoever imports it.
    pub fn blame(&self, files: &[PathBuf], attempted: &[PathBuf]) {
        let contents = &self.engine.reader.contents;
        let mut readings = Vec::with_capacity(attempted.len());
        for path in attempted {
            readings.push((path.clone(), contents.get(path)));
            readings.extend(self.lacks(path));
        }
        self.state.lock().blame(files, readings);
        self.watch_what_is_needed();
    }
}

fn known(all: Vec<(PathBuf, Content)>) -> Vec<(PathBuf, Option<Content>)> {
    let known = |(path, content)| (path, Some(content));
    all.into_iter().map(known).collect()
}

fn came_within(path: &Path, time: Duration) -> bool {
    let Ok(metadata) = path.metadata() else {
        return false;
    };
    // What was moved here has been changed long ago.
    #[cfg(unix)]
    let moved = {
        use std::os::unix::fs::MetadataExt;
        let (seconds, rest) = (metadata.ctime(), metadata.ctime_nsec());
        let age = u64::try_from(seconds).ok().zip(u32::try_from(rest).ok());
        age.map(|(seconds, rest)| SystemTime::UNIX_EPOCH + Duration::new(seconds, rest))
    };
    #[cfg(not(unix))]
    let moved = metadata.created().ok();
    let Some(latest) = metadata.modified().ok().max(moved) else {
        return false;
    };
    // By a clock that is ahead of ours: just now.
    let age = SystemTime::now().duration_since(latest);
    age.map_or(true, |age| age < time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_all_the_time_has_not_come() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.js");
        assert!(!came_within(&path, MEANWHILE));
        std::fs::write(&path, "").expect("written");
        assert!(came_within(&path, Duration::from_secs(60)));
        assert!(!came_within(&path, Duration::ZERO));
    }
}
