//! Has the thread that reads events read all there are?
//!
//! What is written at once arrives within microseconds, unless the machine is so busy that the thread
//! that reads events has to wait for a core. The time between two events then says nothing about the
//! program that writes; that the thread does not sleep says it all.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The backend's thread, known from its first event on.
#[derive(Default)]
pub(super) struct EventReader {
    /// What Linux tells of the thread; `None` where nothing does (macOS and Windows hand over their
    /// events in batches, after a delay of their own).
    stat: OnceLock<Option<PathBuf>>,
    /// It has handed us an event, and we have not given it back: it may sleep, waiting for a lock of ours.
    is_with_us: AtomicBool,
}

/// An event that the thread has handed us, until we are done with it.
pub(super) struct Reading<'a>(&'a AtomicBool);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl EventReader {
    /// The thread that calls it is the one, and has read an event.
    pub(super) fn begin(&self) -> Reading<'_> {
        self.note_thread();
        self.is_with_us.store(true, Ordering::Relaxed);
        Reading(&self.is_with_us)
    }

    fn note_thread(&self) {
        self.stat.get_or_init(|| {
            let task =
                cfg!(target_os = "linux").then(|| std::fs::read_link("/proc/thread-self"))?;
            Some(PathBuf::from("/proc").join(task.ok()?).join("stat"))
        });
    }

    /// Is it at work, or would it be if it had a core? `false` also if that can't be known.
    pub(super) fn is_behind(&self) -> bool {
        if self.is_with_us.load(Ordering::Relaxed) {
            return true;
        }
        let read = |stat: &PathBuf| std::fs::read(stat).ok();
        let stat = self.stat.get().and_then(Option::as_ref).and_then(read);
        stat.is_some_and(|stat| state(&stat) == Some(b'R'))
    }
}

/// The third field of proc_pid_stat(5); the second, the name in parentheses, may hold anything.
fn state(stat: &[u8]) -> Option<u8> {
    let name_end = stat.iter().rposition(|&byte| byte == b')')?;
    stat.get(name_end + 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_follows_the_name() {
        assert_eq!(state(b"71 (notify-rs inotify) S 1 70"), Some(b'S'));
        assert_eq!(state(b"71 (odd) R (name) R 1 70"), Some(b'R'));
        assert_eq!(state(b"71 (cut)"), None);
        assert_eq!(state(b""), None);
    }

    #[test]
    fn nothing_is_known_before_the_first_event() {
        assert!(!EventReader::default().is_behind());
    }

    #[test]
    fn while_an_event_is_ours_there_may_be_more() {
        let reader = EventReader::default();
        let reading = reader.begin();
        let (reader, is_behind) = (&reader, || reader.is_behind());
        // Asked by another thread: this one runs.
        std::thread::scope(|scope| assert!(scope.spawn(is_behind).join().expect("no panic")));
        drop(reading);
        assert!(!reader.is_with_us.load(Ordering::Relaxed));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_thread_that_runs_is_behind_and_one_that_sleeps_is_not() {
        let reader = EventReader::default();
        reader.note_thread();
        assert!(reader.is_behind(), "this thread runs: it asks");

        let reader = &EventReader::default();
        let (wake, woken) = std::sync::mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                reader.note_thread();
                woken.recv()
            });
            while reader.stat.get().is_none() || reader.is_behind() {
                std::thread::yield_now(); // ends once it sleeps
            }
            wake.send(()).expect("the thread waits for it");
        });
    }
}
