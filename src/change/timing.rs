//! How long what was touched is waited with, and for what ([`Settle`](super::Settle)).

use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// A single complete file waits this long for a second one …
    pub gather: Duration,
    /// … and this long if the last one had no company. Waiting is most of what a save takes, and who
    /// edits one file at a time never has a second; whoever saves several (a formatter, "save all",
    /// a generator) does so again.
    pub gather_alone: Duration,
    /// A burst is over when nothing was touched for this long …
    pub burst_quiet: Duration,
    /// The same once it is a crowd, see `CROWD`.
    pub crowd_quiet: Duration,
    /// … or this long after it began.
    pub burst_cap: Duration,
    /// While events are unread, complete files wait for them this long at a time …
    pub unread_again: Duration,
    /// … but no longer than this in all.
    pub unread_cap: Duration,
    /// An unclosed file is read when it was not written to for this long …
    pub partial_quiet: Duration,
    /// … and taken when it reads the same this much later: one long write is a single event, at its
    /// end.
    pub partial_again: Duration,
    /// A name that is gone may come back for this long (delete and recreate).
    pub gone_hold: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            // From closing one file to the truncation of the next a program takes up to half a
            // millisecond (ext4).
            gather: Duration::from_micros(800),
            gather_alone: Duration::ZERO,
            burst_quiet: Duration::from_millis(2),
            crowd_quiet: Duration::from_millis(6),
            burst_cap: Duration::from_millis(60),
            unread_again: Duration::from_millis(1),
            unread_cap: Duration::from_secs(1),
            partial_quiet: Duration::from_millis(20),
            partial_again: Duration::from_millis(50),
            gone_hold: Duration::from_millis(80),
        }
    }
}
