//! The waits of the engine's thread end when they are to, not some time later.

use super::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

/// Linux rounds a thread's timed waits up by 50 µs unless it asks for less: as long as everything
/// else between a save and its examination takes.
pub(super) fn wake_precisely() {
    #[cfg(target_os = "linux")]
    {
        let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1_000));
    }
}

/// Waits for a command until `deadline`, or until shortly before: then it is time to look whether
/// that still is the deadline. The last moment is waited awake: being woken takes as long as the
/// wait itself, and it is only ever the gathering of a change, a few microseconds a save.
pub(super) fn wait_until(
    receiver: &Receiver<Command>,
    deadline: Instant,
) -> Result<Command, RecvTimeoutError> {
    const AWAKE: Duration = Duration::from_micros(100);
    let remaining = deadline.saturating_duration_since(Instant::now());
    if remaining > AWAKE {
        return receiver.recv_timeout(remaining - AWAKE);
    }
    loop {
        match receiver.try_recv() {
            Ok(command) => return Ok(command),
            Err(TryRecvError::Disconnected) => return Err(RecvTimeoutError::Disconnected),
            Err(TryRecvError::Empty) if Instant::now() >= deadline => {
                return Err(RecvTimeoutError::Timeout);
            }
            Err(TryRecvError::Empty) => std::hint::spin_loop(),
        }
    }
}
