//! Files in use that are there and can't be read (`chmod`, a save as another user): what runs goes on, and what they hold is news
//! as soon as they can be. No event tells of that, so they are tried again and again.

use super::Run;
use crate::change::EMPTY_HOLD;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What is locked for a moment, by a scanner on Windows, is nobody's concern.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often one is tried that was told of.
const SELDOM: Duration = Duration::from_millis(300);

impl Run {
    pub(super) fn wait_until_readable(&mut self, path: PathBuf, why: &str, now: Instant) {
        let since = self.unreadable.entry(path.clone()).or_insert(Some(now));
        let is_overdue = since.is_some_and(|since| since + PATIENCE <= now);
        if is_overdue {
            *since = None;
        }
        let hold = since.map_or(SELDOM, |_| EMPTY_HOLD);
        if is_overdue {
            // One of them, for all.
            if let Some(session) = self.interested(&path).first() {
                let path = path.display();
                (session.notice)(format!("{path} can't be read: {why}; what runs goes on"));
            }
        }
        self.settle.hold(path, now + hold);
    }
}
