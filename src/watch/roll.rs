//! What a polled directory held when it was last looked at: pure comparison, no IO.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Stat, Touch};

/// A change within the clock tick of the file's time stamp leaves time and length as they are
/// (git calls such entries racy; two seconds is FAT's tick, the coarsest in use). So a file that
/// changed is reported once more when its stamp is older than that; equal content is no change.
const RACY: Duration = Duration::from_secs(2);

#[derive(Default)]
pub(super) struct Roll {
    seen: BTreeMap<PathBuf, Seen>,
}

struct Seen {
    /// `None`: looked for, and not there.
    stat: Option<Stat>,
    again: Option<Instant>,
}

impl Roll {
    /// Remembers a file without reporting it.
    pub fn learn(&mut self, path: PathBuf, stat: Option<Stat>) {
        self.seen.insert(path, Seen { stat, again: None });
    }

    pub fn forget(&mut self, path: &Path) {
        self.seen.remove(path);
    }

    /// `current` holds every name of interest; a name seen before that is not in it is gone.
    pub fn compare(
        &mut self,
        mut current: BTreeMap<PathBuf, Option<Stat>>,
        now: Instant,
    ) -> Vec<(PathBuf, Touch)> {
        let mut touched = Vec::new();
        self.seen.retain(|path, seen| {
            let listed = current.remove(path);
            let stat = listed.flatten();
            let touch = match (seen.stat, stat) {
                (None, None) => None,
                (Some(_), None) => Some(Touch::Gone),
                (before, Some(_)) if before != stat => Some(Touch::Complete),
                _ if seen.again.is_some_and(|again| again <= now) => {
                    seen.again = None;
                    touched.push((path.clone(), Touch::Complete));
                    None
                }
                _ => None,
            };
            if let Some(touch) = touch {
                seen.stat = stat;
                seen.again = stat.map(|_| now + RACY);
                touched.push((path.clone(), touch));
            }
            listed.is_some()
        });
        for (path, stat) in current {
            if stat.is_some() {
                touched.push((path.clone(), Touch::Complete));
            }
            let again = stat.map(|_| now + RACY);
            self.seen.insert(path, Seen { stat, again });
        }
        touched.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        touched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stat(mtime_ns: i64, len: u64, inode: u64) -> Option<Stat> {
        Some(Stat {
            mtime_ns,
            ctime_ns: Some(1),
            len,
            inode: Some(inode),
            is_dir: false,
        })
    }

    /// Written, and given the time of modification that it had.
    fn written(stat: Option<Stat>) -> Option<Stat> {
        stat.map(|stat| Stat {
            ctime_ns: Some(2),
            ..stat
        })
    }

    fn compare(
        roll: &mut Roll,
        current: &[(&str, Option<Stat>)],
        now: Instant,
    ) -> Vec<(String, Touch)> {
        let current = current
            .iter()
            .map(|(path, stat)| (path.into(), *stat))
            .collect();
        let touched = roll.compare(current, now);
        touched
            .into_iter()
            .map(|(path, touch)| (path.display().to_string(), touch))
            .collect()
    }

    #[test]
    fn every_part_of_a_stat_counts() {
        let cases = [
            (stat(1, 1, 1), stat(1, 1, 1), None),
            (stat(1, 1, 1), stat(2, 1, 1), Some(Touch::Complete)),
            (stat(1, 1, 1), stat(1, 2, 1), Some(Touch::Complete)),
            (stat(1, 1, 1), stat(1, 1, 2), Some(Touch::Complete)),
            (stat(1, 1, 1), written(stat(1, 1, 1)), Some(Touch::Complete)),
            (stat(1, 1, 1), None, Some(Touch::Gone)),
            (None, stat(1, 1, 1), Some(Touch::Complete)),
            (None, None, None),
        ];
        for (before, after, expected) in cases {
            let mut roll = Roll::default();
            roll.learn("a".into(), before);
            let now = Instant::now();
            let touched = compare(&mut roll, &[("a", after)], now);
            let expected: Vec<_> = expected.map(|t| ("a".to_owned(), t)).into_iter().collect();
            assert_eq!(touched, expected, "{before:?} {after:?}");
            assert_eq!(compare(&mut roll, &[("a", after)], now), [], "said once");
        }
    }

    #[test]
    fn names_that_join_and_leave_the_listing() {
        let mut roll = Roll::default();
        let now = Instant::now();
        roll.learn("b".into(), stat(1, 1, 1));
        let touched = compare(&mut roll, &[("a", stat(1, 1, 2)), ("c", None)], now);
        let expected = [
            ("a".to_owned(), Touch::Complete),
            ("b".to_owned(), Touch::Gone),
        ];
        assert_eq!(touched, expected);
        roll.forget(Path::new("a"));
        let touched = compare(&mut roll, &[("a", stat(1, 1, 2))], now);
        assert_eq!(touched, [("a".to_owned(), Touch::Complete)], "forgotten");
    }

    #[test]
    fn a_changed_file_is_looked_at_once_more_when_its_stamp_has_aged() {
        let mut roll = Roll::default();
        let start = Instant::now();
        roll.learn("a".into(), stat(1, 1, 1));
        let after = [("a", stat(2, 1, 1))];
        let changed = [("a".to_owned(), Touch::Complete)];
        assert_eq!(compare(&mut roll, &after, start), changed);
        let almost = start + Duration::from_millis(1900);
        assert_eq!(compare(&mut roll, &after, almost), []);
        assert_eq!(compare(&mut roll, &after, start + RACY), changed);
        assert_eq!(compare(&mut roll, &after, start + 2 * RACY), []);
    }
}
