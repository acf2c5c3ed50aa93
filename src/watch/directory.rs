//! One watched directory: who uses it and how it is watched.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::roll::Roll;
use super::{PollReason, TreeId};

pub(super) struct Directory {
    /// Files below it, tree roots below it, and trees it belongs to. Nobody: it is dropped.
    pub users: usize,
    /// The nearest directory upwards, itself included, that holds a project marker.
    pub project: Option<PathBuf>,
    /// The acquired files directly in it.
    pub files: BTreeSet<PathBuf>,
    pub trees: BTreeSet<TreeId>,
    pub state: State,
}

/// ```text
/// install ─▶ Native | Polled | Lost
/// Native, Polled ── it, or an ancestor, went away or was replaced ─▶ Lost
/// Lost ── found ─▶ Native | Polled
/// Native ── the backend failed ─▶ Polled
/// ```
pub(super) enum State {
    Native {
        /// Whose inode the watch is on: a directory of another inode may take the name.
        inode: Option<u64>,
    },
    Polled(Polled),
    Lost(Search),
}

pub(super) struct Polled {
    pub reason: PollReason,
    pub inode: Option<u64>,
    pub roll: Roll,
}

impl Polled {
    pub fn new(reason: PollReason, inode: Option<u64>) -> Self {
        Self {
            reason,
            inode,
            roll: Roll::default(),
        }
    }
}

/// When to look for a lost directory again: after 50 ms, then half as often each time, down to
/// once a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Search {
    next: Option<Instant>,
    pause: Duration,
}

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(1);

impl Search {
    /// Wants to be tried at once.
    pub const fn new(now: Instant) -> Self {
        Self {
            next: Some(now),
            pause: FIRST_PAUSE,
        }
    }

    /// The directory is not there. `event_will_tell`: its parent is watched natively, or is lost
    /// itself and looked for; then, once the quick tries are over, the search sleeps until an
    /// event wakes it, so that an idle process is idle.
    pub fn missed(self, now: Instant, event_will_tell: bool) -> Self {
        let next = if self.pause >= LAST_PAUSE && event_will_tell {
            None
        } else {
            Some(now + self.pause)
        };
        Self {
            next,
            pause: (self.pause * 2).min(LAST_PAUSE),
        }
    }

    pub const fn next(self) -> Option<Instant> {
        self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(event_will_tell: bool) -> Vec<Option<u128>> {
        let mut now = Instant::now();
        let mut search = Search::new(now);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            search = search.missed(now, event_will_tell);
            pauses.push(search.next().map(|next| (next - now).as_millis()));
            now = search.next().unwrap_or(now);
        }
        pauses
    }

    #[test]
    fn a_search_backs_off_to_a_second_and_sleeps_when_an_event_will_tell() {
        let quick = [Some(50), Some(100), Some(200), Some(400), Some(800)];
        assert_eq!(pauses(false), [&quick[..], &[Some(1000); 3]].concat());
        assert_eq!(pauses(true), [&quick[..], &[None; 3]].concat());
    }
}
