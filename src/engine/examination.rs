//! Waking a session while its change is still being looked at.
//!
//! Being woken takes a thread longer than the engine's look at a file. So the session's thread is
//! woken before the look; by the time it asks, the answer is there, or nearly, and it waits for it
//! awake, but leaves its core to whoever wants it: that may be the one who looks. Several files that
//! change together are taken together: who asks while they are looked at is sent away, and woken then.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// How long a session's thread waits awake: a save that is under way ends, and is examined, within
/// this. What takes longer wakes the session again.
const PATIENCE: Duration = Duration::from_micros(400);

const IDLE: u8 = 0;
const UNDER_WAY: u8 = 1;
/// Under way, and the session's thread is in [`Examination::wait`].
const AWAITED: u8 = 2;
/// Several files are looked at: what is known of them so far is no change that anybody has made.
const SEVERAL: u8 = 3;
/// The same, and the session's thread has asked and been sent away.
const ASKED: u8 = 4;

#[derive(Debug, Default)]
pub struct Examination(AtomicU8);

/// What the session's thread knows of a change that has been examined.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is waiting right now, and sure to see the result.
    Awaited,
    /// It has to be woken (again) if there is anything: it may have asked before, or have been busy
    /// with something else.
    Unknown,
    /// It has to be woken: it was sent away with what there was before, too.
    Asked,
}

impl Examination {
    /// A change is there that may be the session's. True when its thread has to be woken now, false
    /// when that has been done.
    pub fn begin(&self) -> bool {
        self.0
            .compare_exchange(IDLE, UNDER_WAY, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    /// The change is one of several files, which are to be taken together.
    pub fn begin_several(&self) {
        self.0.fetch_max(SEVERAL, Ordering::AcqRel);
    }

    /// The change has been examined.
    pub fn end(&self) -> Ended {
        match self.0.swap(IDLE, Ordering::AcqRel) {
            AWAITED => Ended::Awaited,
            ASKED => Ended::Asked,
            _ => Ended::Unknown,
        }
    }

    /// Called on the session's thread before it asks for an update. False: it is not to be taken
    /// now, since only a part of it is known; the session will be woken.
    #[must_use]
    pub fn wait(&self) -> bool {
        let start = Instant::now();
        let becomes = |from, to| {
            self.0
                .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
                .is_ok()
        };
        loop {
            match self.0.load(Ordering::Acquire) {
                AWAITED if start.elapsed() >= PATIENCE => {
                    if becomes(AWAITED, UNDER_WAY) {
                        return true;
                    }
                }
                AWAITED => std::thread::yield_now(),
                UNDER_WAY => {
                    becomes(UNDER_WAY, AWAITED);
                }
                SEVERAL => {
                    becomes(SEVERAL, ASKED);
                }
                ASKED => return false,
                _ => return true,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::ScopedJoinHandle;

    fn until_awaited(examination: &Examination, waiting: &ScopedJoinHandle<'_, bool>) {
        while examination.0.load(Ordering::Acquire) != AWAITED && !waiting.is_finished() {
            std::hint::spin_loop();
        }
    }

    #[test]
    fn a_session_is_woken_early_once() {
        let examination = Examination::default();
        assert!(examination.begin());
        assert!(!examination.begin(), "it is on its way");
    }

    #[test]
    fn who_is_not_waiting_is_woken_again() {
        let examination = Examination::default();
        assert_eq!(examination.end(), Ended::Unknown, "not woken for this one");
        examination.begin();
        assert_eq!(examination.end(), Ended::Unknown, "who knows what it did");
        examination.begin();
        assert!(examination.wait());
        assert_eq!(examination.end(), Ended::Unknown, "it has given up");
        assert!(examination.wait(), "nothing is under way: at once");
    }

    #[test]
    fn who_waits_sees_the_result() {
        let examination = Examination::default();
        examination.begin();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| examination.wait());
            until_awaited(&examination, &waiting);
            // Unless the machine stopped us for longer than the patience.
            assert!(examination.end() == Ended::Awaited || waiting.is_finished());
        });
    }

    #[test]
    fn several_files_are_taken_together() {
        let examination = Examination::default();
        examination.begin_several();
        assert!(!examination.begin(), "it is woken when all is known");
        assert_eq!(examination.end(), Ended::Unknown);
        examination.begin_several();
        assert!(!examination.wait());
        assert!(!examination.wait());
        examination.begin_several();
        assert_eq!(examination.end(), Ended::Asked);
        assert!(examination.wait());
    }

    #[test]
    fn one_file_may_turn_out_to_be_several() {
        let examination = Examination::default();
        examination.begin();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| examination.wait());
            until_awaited(&examination, &waiting);
            examination.begin_several();
            let is_sent_away = !waiting.join().expect("no panic");
            assert_eq!(examination.end() == Ended::Asked, is_sent_away);
        });
    }
}
