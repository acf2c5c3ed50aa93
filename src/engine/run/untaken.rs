//! Updates that a worker thread does not take: it is busy, or waits in `Atomics.wait`, as those of a pool may between
//! two tasks. It can't say so itself; the thread whose session is the oldest is asked to, once in the life of the process.

use super::Run;
use crate::engine::session::UNTAKEN;
use crate::engine::{Engine, Session, SessionId};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// As long as an update may hang before that is told of.
const OVERDUE: Duration = Duration::from_secs(5);

#[derive(Default)]
pub(super) struct Untaken {
    /// Sessions of worker threads that were woken, and have not been seen awake since.
    since: FxHashMap<SessionId, Instant>,
    is_told: bool,
}

impl Untaken {
    pub(super) fn deadline(&self) -> Option<Instant> {
        Some(*self.since.values().min()? + OVERDUE)
    }

    /// `session` is about to be woken.
    pub(super) fn note(&mut self, engine: &Engine, session: &Session, now: Instant) {
        let has_workers = engine.has_workers.load(Ordering::Relaxed);
        if self.is_told || !has_workers || engine.teller_for(session).is_none() {
            return;
        }
        let was_awake = session.is_awake.swap(false, Ordering::Relaxed);
        let since = self.since.entry(session.id).or_insert(now);
        if was_awake {
            *since = now;
        }
    }
}

impl Run {
    /// Tells of what is overdue.
    pub(super) fn tell_of_untaken(&mut self, now: Instant) {
        let Untaken { since, is_told } = &mut self.untaken;
        let engine = self.engine;
        since.retain(|id, since| {
            if *since + OVERDUE > now {
                return true;
            }
            *is_told |= engine.tell_untaken(*id);
            false
        });
        if *is_told {
            since.clear();
        }
    }
}

impl Engine {
    /// Of another thread, and older.
    fn teller_for(&self, session: &Session) -> Option<Arc<Session>> {
        let sessions = self.sessions.read();
        let oldest = sessions.values().min_by_key(|it| it.id)?;
        (oldest.thread != session.thread).then(|| oldest.clone())
    }

    /// Is there anything to tell, and somebody who does?
    fn tell_untaken(&self, id: SessionId) -> bool {
        let Some(session) = self.session(id) else {
            return false;
        };
        let path = session.state.lock().untaken();
        match (self.teller_for(&session), path) {
            (Some(teller), Some(path)) if !session.is_awake.load(Ordering::Relaxed) => {
                (teller.saved_unreloaded)(&path, UNTAKEN);
                true
            }
            _ => false,
        }
    }
}
