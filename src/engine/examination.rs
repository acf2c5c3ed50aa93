//! Waking a session while its change is still being looked at.
//!
//! Being woken takes a thread longer than the engine's look at a file. So the session's thread is
//! woken before the look; by the time it asks, the answer is there, or nearly, and it waits for it
//! awake, but leaves its core to whoever wants it: that may be the one who looks.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// How long a session's thread waits awake: a save that is under way ends, and is examined, within
/// this. What takes longer wakes the session again.
const PATIENCE: Duration = Duration::from_micros(400);

const IDLE: u8 = 0;
const UNDER_WAY: u8 = 1;
/// Under way, and the session's thread is in [`Examination::wait`].
const AWAITED: u8 = 2;

#[derive(Debug, Default)]
pub struct Examination(AtomicU8);

impl Examination {
    /// A change is there that may be the session's. True when its thread has to be woken now, false
    /// when that has been done.
    pub fn begin(&self) -> bool {
        self.0
            .compare_exchange(IDLE, UNDER_WAY, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    /// The change has been examined. True when the session's thread has to be woken (again): it may
    /// have asked before, or have been busy with something else. Only one that is waiting right now
    /// is sure to see the result.
    pub fn end(&self) -> bool {
        self.0.swap(IDLE, Ordering::AcqRel) != AWAITED
    }

    /// Called on the session's thread before it asks for an update.
    pub fn wait(&self) {
        let is_under_way =
            self.0
                .compare_exchange(UNDER_WAY, AWAITED, Ordering::AcqRel, Ordering::Acquire);
        if is_under_way.is_err() {
            return;
        }
        let start = Instant::now();
        while self.0.load(Ordering::Acquire) == AWAITED {
            if start.elapsed() >= PATIENCE {
                let _ = self.0.compare_exchange(
                    AWAITED,
                    UNDER_WAY,
                    Ordering::AcqRel,
                    Ordering::Acquire,
                );
                return;
            }
            std::thread::yield_now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_woken_early_once() {
        let examination = Examination::default();
        assert!(examination.begin());
        assert!(!examination.begin(), "it is on its way");
    }

    #[test]
    fn who_is_not_waiting_is_woken_again() {
        let examination = Examination::default();
        assert!(examination.end(), "nobody was woken for this one");
        examination.begin();
        assert!(examination.end(), "woken, but who knows what it did then");
        examination.begin();
        examination.wait();
        assert!(examination.end(), "it has given up");
        examination.wait(); // nothing is under way: at once
    }

    #[test]
    fn who_waits_sees_the_result() {
        let examination = Examination::default();
        examination.begin();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| examination.wait());
            while examination.0.load(Ordering::Acquire) != AWAITED && !waiting.is_finished() {
                std::hint::spin_loop();
            }
            // Unless the machine stopped us for longer than the patience.
            assert!(!examination.end() || waiting.is_finished());
        });
    }
}
