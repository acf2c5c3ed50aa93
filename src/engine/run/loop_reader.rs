//! Events are read by a program's event loop, on the program's own thread.
//!
//! What is alone and complete may have to wait for company: the first save of a process, and the first after several
//! files came together ([`Timing::gather`](crate::change::Timing)). Were the engine's thread to end that wait, it and then
//! the program would have to be woken, on cores that have slept. So the loop waits itself, and the time is of use: what will
//! be called when the wait is over is called in vain, and is no longer cold then.

use super::shared::{PATIENCE, Shared};
use crate::watch::EventQueue;
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Longer than this no program is kept from its own work.
const MOST: Duration = Duration::from_millis(1);

thread_local! {
    /// Events are being read by this thread's event loop, which sees to what they lead to.
    static IS_READING: Cell<bool> = const { Cell::new(false) };
}

pub struct LoopReader {
    shared: Arc<Shared>,
    pub queue: Arc<dyn EventQueue>,
}

impl LoopReader {
    pub(super) fn new(shared: &Arc<Shared>, queue: Arc<dyn EventQueue>) -> Self {
        let shared = Arc::clone(shared);
        Self { shared, queue }
    }

    /// Reads what there is, as [`EventQueue::read`], and waits until it can be looked at, if that is but a moment. `warm_up` is
    /// called then, once, after the sessions that are concerned were woken in vain. True: there may be more to read.
    pub fn read(&self, warm_up: impl FnOnce()) -> bool {
        let is_more = self.read_here();
        if is_more {
            self.shared.tell_of_deadline();
            return true;
        }
        let Some((path, mut until)) = self.shared.company_awaited() else {
            return false;
        };
        let latest = Instant::now() + MOST;
        self.shared.wake_in_vain(&path);
        warm_up();
        loop {
            // Also when the time is over nothing is decided without what has happened by then.
            let left = until.saturating_duration_since(Instant::now());
            if !self.queue.wait(left) {
                self.shared.look();
                return false;
            }
            if self.read_here() {
                self.shared.tell_of_deadline();
                return true;
            }
            match self.shared.company_awaited() {
                Some((_, later)) if later.max(Instant::now()) <= latest => until = later,
                Some(_) => {
                    self.shared.tell_of_deadline();
                    return false;
                }
                // It has come, or somebody else has looked.
                None => return false,
            }
        }
    }

    /// What was read is with the program: what nobody waits for has time now.
    pub fn end(&self) {
        self.shared.end_looks();
    }

    fn read_here(&self) -> bool {
        IS_READING.set(true);
        let is_more = self.queue.read();
        IS_READING.set(false);
        is_more
    }
}

/// Does this thread's event loop read what is being reported? It asks [`Shared::company_awaited`] then.
pub(super) fn is_reading() -> bool {
    IS_READING.get()
}

impl Shared {
    /// A complete file that waits for company alone, and until when. The engine's thread is told if that, or anything
    /// else, is for it to wait for.
    fn company_awaited(&self) -> Option<(PathBuf, Instant)> {
        let awaited = self.alone();
        if awaited.is_none() {
            self.tell_of_deadline();
        }
        awaited
    }

    fn alone(&self) -> Option<(PathBuf, Instant)> {
        let guard = self.run.try_lock_for(PATIENCE)?;
        let run = guard.as_ref()?;
        let (path, until) = run.settle.alone()?;
        let is_next = run.deadline() == Some(until) && self.queued.load(Ordering::Relaxed) == 0;
        let is_soon = until <= Instant::now() + MOST;
        (is_next && is_soon).then(|| (path.to_path_buf(), until))
    }

    /// The sessions of this thread that `path` concerns.
    fn wake_in_vain(&self, path: &Path) {
        let Some(guard) = self.run.try_lock_for(PATIENCE) else {
            return;
        };
        let here = std::thread::current().id();
        let sessions = guard.as_ref().map(|run| run.interested(path));
        drop(guard);
        for session in sessions.into_iter().flatten() {
            if session.thread == here {
                (session.wake)();
            }
        }
    }

    /// The wait is over. Where somebody else is still reading, the engine's thread waits for the end of that.
    fn look(&self) {
        if self.queued.load(Ordering::Relaxed) == 0 && !self.is_behind() {
            self.examine_due();
        }
        self.tell_of_deadline();
    }
}
