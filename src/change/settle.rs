//! When are touched files examined? At once, but not while more is coming.
//!
//! Each path has a [`Stage`] that consumes itself and returns the next, and each stage gives the
//! time its path is ripe. Paths that ripen together leave together.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Timing;
use crate::watch::Touch;

/// How long a path counts as young after its first unfinished write: a program that has just
/// begun to write a second file is about to finish it.
const YOUNG: Duration = Duration::from_millis(5);

/// From this many files on it is a checkout or a generator at work, which may well be held up for a
/// few milliseconds in between; what it leaves is better taken at once.
const CROWD: usize = 16;

/// A touch of another file this soon after a set left would have been company for it.
const COMPANY: Duration = Duration::from_millis(5);

/// What is waited for with one path. `since`: when the stage began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// All is there; only company is waited for.
    Ready { since: Instant, last: Instant },
    /// Somebody writes. `ends`: its end will be told.
    Writing {
        since: Instant,
        last: Instant,
        ends: bool,
    },
    /// The name is gone and may come back.
    Absent { since: Instant, last: Instant },
    /// The engine wants to look (again) at this time.
    Held { until: Instant },
}

impl Stage {
    fn first(touch: Touch, now: Instant) -> Self {
        let (since, last) = (now, now);
        match touch {
            Touch::Complete => Self::Ready { since, last },
            Touch::Partial | Touch::Unsure => Self::Writing {
                since,
                last,
                ends: touch == Touch::Partial,
            },
            Touch::Gone => Self::Absent { since, last },
        }
    }

    fn touched(self, touch: Touch, now: Instant) -> Self {
        let last = now;
        match (self, touch) {
            // Complete again: it has waited for company long enough from the first time on.
            (Self::Ready { since, .. }, Touch::Complete) => Self::Ready { since, last },
            // Written again: quiet starts anew, youth does not.
            (Self::Writing { since, .. }, Touch::Partial | Touch::Unsure) => Self::Writing {
                since,
                last,
                ends: touch == Touch::Partial,
            },
            // Gone again (several events say so): the name had its time from the first on.
            (Self::Absent { since, .. }, Touch::Gone) => Self::Absent { since, last },
            // Anything else is news: closed, opened again, deleted, back, or no longer held.
            (
                Self::Ready { .. } | Self::Writing { .. } | Self::Absent { .. } | Self::Held { .. },
                touch,
            ) => Self::first(touch, now),
        }
    }

    const fn last_touch(self) -> Option<Instant> {
        match self {
            Self::Ready { last, .. } | Self::Writing { last, .. } | Self::Absent { last, .. } => {
                Some(last)
            }
            Self::Held { .. } => None,
        }
    }
}

struct Pending {
    stage: Stage,
    /// Order of arrival.
    order: u64,
}

/// Decides *when* touched paths are examined. Pure: no IO, no clock.
///
/// *Architecture Invariant:* every touched path leaves exactly once after its last touch.
pub struct Settle {
    timing: Timing,
    pending: FxHashMap<PathBuf, Pending>,
    arrivals: u64,
    /// The last touch of the set that left last: what follows it closely belongs to its burst.
    previous: Option<Left>,
    /// The set that left last was a single path without company. Company is expected at first.
    was_alone: bool,
    /// Something was touched right after the set before had left.
    was_company: bool,
    /// What left unclosed, and has not been closed since.
    unclosed: FxHashSet<PathBuf>,
    /// When events were last known to be unread.
    unread: Option<Instant>,
}

/// When complete paths leave, and the latest they may.
#[derive(Clone, Copy)]
struct Gate {
    at: Instant,
    cap: Instant,
    /// Several were touched together.
    is_burst: bool,
}

struct Left {
    last: Instant,
    /// Its path, if it was a single one: the same file saved twice is no burst.
    only: Option<PathBuf>,
}

impl Settle {
    #[must_use]
    pub fn new(timing: Timing) -> Self {
        Self {
            timing,
            pending: FxHashMap::default(),
            arrivals: 0,
            previous: None,
            was_alone: false,
            was_company: false,
            unclosed: FxHashSet::default(),
            unread: None,
        }
    }

    /// The set that left last was looked at until now. What is read from here on came meanwhile, perhaps right
    /// behind it: how late it is read is the look's doing, or the machine's.
    pub fn looked_until(&mut self, now: Instant) {
        if let Some(previous) = &mut self.previous {
            previous.last = previous.last.max(now);
        }
    }

    pub fn touch(&mut self, path: PathBuf, touch: Touch, now: Instant) {
        let is_company =
            |left: &Left| now <= left.last + COMPANY && left.only.as_ref() != Some(&path);
        if self.previous.as_ref().is_some_and(is_company) {
            self.was_alone = false;
            self.was_company = true;
        }
        if matches!(touch, Touch::Complete | Touch::Gone) {
            self.unclosed.remove(&path);
        }
        if let Some(pending) = self.pending.get_mut(&path) {
            pending.stage = pending.stage.touched(touch, now);
        } else {
            self.enter(path, Stage::first(touch, now));
        }
    }

    /// Have `path` examined (again) at `until`. A touch, before or after, replaces the hold: the
    /// path is then examined for the touch's reason, after it.
    pub fn hold(&mut self, path: PathBuf, until: Instant) {
        match self.pending.get_mut(&path) {
            Some(Pending {
                stage: stage @ Stage::Held { .. },
                ..
            }) => *stage = Stage::Held { until },
            Some(_) => {}
            None => self.enter(path, Stage::Held { until }),
        }
    }

    /// When to read `path` again, which has left and was read: it may not be all there. `None`: it is.
    pub fn look_again(&self, path: &Path, now: Instant) -> Option<Instant> {
        let is_unclosed = self.unclosed.contains(path);
        is_unclosed.then(|| now + self.timing.partial_again)
    }

    /// There are events that have not been read yet: what is complete waits for them, as when they came
    /// has nothing to do with when they are read.
    pub fn note_unread(&mut self, now: Instant) {
        self.unread = Some(now);
    }

    /// `path` was read twice and has not changed: it counts as closed.
    pub fn is_taken(&mut self, path: &Path) {
        self.unclosed.remove(path);
    }

    fn enter(&mut self, path: PathBuf, stage: Stage) {
        self.arrivals += 1;
        let order = self.arrivals;
        self.pending.insert(path, Pending { stage, order });
    }

    /// When the next set leaves. `None`: nothing is pending.
    ///
    /// It leaves when its first path is ripe, or with the next one when that ripens within
    /// `burst_quiet` (files written together are deleted, or stop being written, together), but
    /// never later than `burst_cap` after the first was ripe.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let gate = self.ready_gate();
        let mut ripe: Vec<Instant> = self
            .pending
            .values()
            .map(|pending| self.ripe(pending.stage, gate))
            .collect();
        ripe.sort_unstable();
        let first = *ripe.first()?;
        let mut cap = first + self.timing.burst_cap;
        if let Some(gate) = gate {
            cap = cap.min(gate.cap);
        }
        let leave = ripe.into_iter().skip(1).try_fold(first, |leave, next| {
            // The fold stops with an error at the first gap.
            if next <= leave + self.timing.burst_quiet && next <= cap {
                Ok(next)
            } else {
                Err(leave)
            }
        });
        Some(leave.unwrap_or_else(|at_gap| at_gap))
    }

    /// The paths whose content is to be examined now, oldest first; they are forgotten here.
    pub fn due(&mut self, now: Instant) -> Option<Vec<PathBuf>> {
        if self.deadline()? > now {
            return None;
        }
        let gate = self.ready_gate();
        let mut leaving: Vec<(u64, PathBuf)> = self
            .pending
            .iter()
            .filter(|(_, pending)| self.ripe(pending.stage, gate) <= now)
            .map(|(path, pending)| (pending.order, path.clone()))
            .collect();
        leaving.sort_unstable();
        let mut last = None;
        let mut paths = Vec::with_capacity(leaving.len());
        for (_, path) in leaving {
            if let Some(pending) = self.pending.remove(&path) {
                last = last.max(pending.stage.last_touch());
                if matches!(pending.stage, Stage::Writing { ends: true, .. }) {
                    self.unclosed.insert(path.clone());
                }
            }
            paths.push(path);
        }
        if let Some(last) = last {
            let only = match paths.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            };
            // The second half of a pair that came apart was not alone.
            let was_company = std::mem::take(&mut self.was_company);
            self.was_alone = only.is_some() && !was_company;
            self.previous = Some(Left { last, only });
        }
        Some(paths)
    }

    /// The decision table: when a path of this stage is ripe.
    fn ripe(&self, stage: Stage, gate: Option<Gate>) -> Instant {
        let timing = &self.timing;
        match stage {
            // The engine chose the time itself.
            Stage::Held { until } => until,
            // Complete: with the other complete ones, see `ready_gate`.
            Stage::Ready { since, .. } => gate.map_or(since + self.gather(), |gate| gate.at),
            // Unclosed: quiet.
            Stage::Writing { last, .. } => last + timing.partial_quiet,
            // Gone: it may come back.
            Stage::Absent { since, .. } => since + timing.gone_hold,
        }
    }

    /// When all complete paths are ripe, as one set. `None`: there is none.
    fn ready_gate(&self) -> Option<Gate> {
        let timing = &self.timing;
        let ready_since = |stage| match stage {
            Stage::Ready { since, .. } => Some(since),
            _ => None,
        };
        let stages = || self.pending.values().map(|pending| pending.stage);
        let first = stages().filter_map(ready_since).min()?;
        // Events that were unread when complete paths waited already.
        let unread = self.unread.filter(|seen| *seen >= first);
        let cap = first + unread.map_or(timing.burst_cap, |_| timing.unread_cap);

        // What was last touched long before the first complete path is not of its burst.
        let near = |last: Instant| last + timing.burst_quiet >= first;
        let near_touches = || {
            stages()
                .filter_map(Stage::last_touch)
                .filter(|last| near(*last))
        };
        let last = near_touches().max().unwrap_or(first);
        let young_until = stages().filter_map(|stage| match stage {
            Stage::Writing { since, .. } => Some(since + YOUNG),
            _ => None,
        });

        let is_burst = near_touches().nth(1).is_some() || self.continues_a_burst(first);
        let at = if is_burst {
            // Two or more: a burst; until it is quiet.
            match near_touches().nth(CROWD - 1) {
                None => last + timing.burst_quiet,
                Some(_) => last + timing.crowd_quiet,
            }
        } else {
            // Alone: just long enough for a second file saved by the same program.
            first + self.gather()
        };
        // Somebody has just begun to write another file: take it along if it is quick.
        let at = young_until.max().map_or(at, |young| at.max(young));
        let at = unread.map_or(at, |seen| at.max(seen + timing.unread_again));
        Some(Gate {
            at: at.min(cap),
            cap,
            is_burst,
        })
    }

    /// A complete file, if it is all that is pending, and when it leaves: it waits for company only.
    #[must_use]
    pub fn alone(&self) -> Option<(&Path, Instant)> {
        let mut pending = self.pending.iter();
        let (path, only) = pending.next()?;
        let is_alone = pending.next().is_none() && matches!(only.stage, Stage::Ready { .. });
        let gate = self.ready_gate().filter(|gate| !gate.is_burst)?;
        is_alone.then_some((path, gate.at))
    }

    /// Are several files, touched together, waiting to leave together?
    #[must_use]
    pub fn is_burst(&self) -> bool {
        self.ready_gate().is_some_and(|gate| gate.is_burst)
    }

    /// Is a crowd pending? Then each further touch is best handled together with others.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        self.pending.len() >= CROWD
    }

    fn gather(&self) -> Duration {
        match self.was_alone {
            true => self.timing.gather_alone,
            false => self.timing.gather,
        }
    }

    fn continues_a_burst(&self, first: Instant) -> bool {
        let Some(previous) = &self.previous else {
            return false;
        };
        let close = first <= previous.last + self.timing.burst_quiet;
        let other = |path: &PathBuf| previous.only.as_ref() != Some(path);
        close && self.pending.keys().any(other)
    }
}

#[cfg(test)]
#[path = "settle_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "alone_tests.rs"]
mod alone_tests;
