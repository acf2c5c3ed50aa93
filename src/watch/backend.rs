//! What a source of native events is, and the decorator that runs out of watches on purpose.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::Touch;

/// What a backend reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackendEvent {
    Path {
        path: PathBuf,
        touch: Touch,
        /// The event itself says that the path is no directory's: nobody need look. A look at a file
        /// that is just being created waits until its writer has let go of the directory.
        is_file: bool,
    },
    /// A directory was deleted or moved away.
    DirectoryGone(PathBuf),
    /// The queue overflowed: events are missing.
    Overflow,
    /// No event can be trusted to arrive any more.
    Failed(String),
    /// What was read at once has been reported: of a backend that has an [`EventQueue`].
    AllRead,
    /// Nothing has happened: what a save takes is to be rehearsed on this thread, see [`Backend::rehearse`].
    Rehearsal,
}

/// Given to a backend and called on the backend's own thread, or on one that reads its [`EventQueue`]. It must only queue: a
/// backend's `watch` may wait for that thread, so a sink that waits for the engine would lock both.
pub type Sink = Arc<dyn Fn(BackendEvent) + Send + Sync>;

/// Watches single directories, not what lies below them.
pub trait Backend: Send {
    fn watch(&mut self, dir: &Path) -> Result<(), WatchError>;
    /// Unknown directories are ignored.
    fn unwatch(&mut self, dir: &Path);
    /// Soon reports [`BackendEvent::Rehearsal`] on the thread that reports events, if it has such a thread.
    fn rehearse(&mut self) {}
    /// Where its events wait to be read, if others may read them.
    fn queue(&self) -> Option<Arc<dyn EventQueue>> {
        None
    }
    fn name(&self) -> &'static str;
}

/// Events that wait to be read: by the backend's thread, unless a program's event loop waits for them, too, and is there first.
pub trait EventQueue: Send + Sync {
    /// Readable while there are any. It may be waited for, not read.
    fn descriptor(&self) -> i32;
    /// Somebody else waits for the descriptor, or does no longer.
    fn attended(&self, is_attended: bool);
    /// Others than who attends are concerned by what is reported, from now on: it is not to wait until who attends has time.
    fn concerns_others(&self);
    /// Reads what there is, and reports it on this thread; of very many only the first. True: there may be more.
    fn read(&self) -> bool;
    /// To be asked by who is told of an event: was anything read with it that comes after it?
    fn has_next(&self) -> bool;
    /// Waits until something happens. False: nothing has, for so long.
    fn wait(&self, time: Duration) -> bool;
    /// Has something happened that is not reported yet, or not to its end?
    fn is_unread(&self) -> bool;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchError {
    /// No watch is left (ENOSPC, ENFILE).
    Limit,
    NotFound,
    Other(String),
}

/// Gives [`WatchError::Limit`] once `max` directories are watched. Users cap their watches with
/// it, and tests inject ENOSPC with it.
pub struct LimitedBackend {
    inner: Box<dyn Backend>,
    max: usize,
    watched: BTreeSet<PathBuf>,
}

impl LimitedBackend {
    #[must_use]
    pub fn new(inner: Box<dyn Backend>, max: usize) -> Self {
        Self {
            inner,
            max,
            watched: BTreeSet::new(),
        }
    }
}

impl Backend for LimitedBackend {
    fn watch(&mut self, dir: &Path) -> Result<(), WatchError> {
        if self.watched.len() >= self.max && !self.watched.contains(dir) {
            return Err(WatchError::Limit);
        }
        self.inner.watch(dir)?;
        self.watched.insert(dir.to_path_buf());
        Ok(())
    }

    fn unwatch(&mut self, dir: &Path) {
        self.watched.remove(dir);
        self.inner.unwatch(dir);
    }

    fn rehearse(&mut self) {
        self.inner.rehearse();
    }

    fn queue(&self) -> Option<Arc<dyn EventQueue>> {
        self.inner.queue()
    }

    fn name(&self) -> &'static str {
        self.inner.name()
    }
}

/// Stands in when no native backend could be started: every directory is polled, for `reason`.
pub(super) struct NoBackend {
    pub reason: WatchError,
}

impl Backend for NoBackend {
    fn watch(&mut self, _dir: &Path) -> Result<(), WatchError> {
        Err(self.reason.clone())
    }

    fn unwatch(&mut self, _dir: &Path) {}

    fn name(&self) -> &'static str {
        "none"
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::FakeBackend;
    use super::*;

    #[test]
    fn the_limit_counts_distinct_watches_and_frees_released_ones() {
        let (inner, _log) = FakeBackend::new();
        let mut backend = LimitedBackend::new(Box::new(inner), 2);
        assert_eq!(backend.watch(Path::new("/a")), Ok(()));
        assert_eq!(backend.watch(Path::new("/b")), Ok(()));
        assert_eq!(backend.watch(Path::new("/b")), Ok(()), "already watched");
        assert_eq!(backend.watch(Path::new("/c")), Err(WatchError::Limit));
        backend.unwatch(Path::new("/a"));
        assert_eq!(backend.watch(Path::new("/c")), Ok(()));
        assert_eq!(backend.name(), "fake");
    }

    #[test]
    fn a_failed_watch_takes_no_place() {
        let (inner, log) = FakeBackend::new();
        log.fail("/a", WatchError::NotFound);
        let mut backend = LimitedBackend::new(Box::new(inner), 1);
        assert_eq!(backend.watch(Path::new("/a")), Err(WatchError::NotFound));
        assert_eq!(backend.watch(Path::new("/b")), Ok(()));
    }
}
