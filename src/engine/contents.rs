//! What every examined file holds right now, for all sessions of the process.

use super::session::Reading;
use crate::change::{ContentHash, Snapshot};
use dashmap::DashMap;
use std::path::{Path, PathBuf};

/// A file's content, as far as an update has to tell it from another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Present { hash: ContentHash, empty: bool },
    Missing,
}

impl Content {
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::Present {
            hash: ContentHash::of(bytes),
            empty: bytes.is_empty(),
        }
    }

    pub fn of_snapshot(snapshot: &Snapshot) -> Option<Self> {
        match snapshot {
            Snapshot::Content { hash, bytes } => Some(Self::Present {
                hash: *hash,
                empty: bytes.is_empty(),
            }),
            Snapshot::Missing => Some(Self::Missing),
            // Unreadable for a moment (locked by a scanner on Windows, a mode change): not news.
            Snapshot::Unreadable(_) => None,
        }
    }

    pub fn is_empty(self) -> bool {
        matches!(self, Self::Present { empty: true, .. })
    }
}

/// Path → content last seen, and when the reading of it began. Written by the threads that load
/// modules (one per Node environment) and by the engine thread, hence the concurrent map; a thread
/// that was slow to tell must not hide what another has read since.
#[derive(Debug, Default)]
pub struct Contents(DashMap<PathBuf, Reading>);

impl Contents {
    pub fn get(&self, path: &Path) -> Option<Content> {
        self.0.get(path).map(|entry| entry.content)
    }

    pub fn reading(&self, path: &Path) -> Option<Reading> {
        self.0.get(path).map(|entry| *entry)
    }

    /// Remembers what `path` held, unless something newer is known.
    pub fn replace(&self, path: &Path, reading: Reading) {
        self.0
            .entry(path.to_path_buf())
            .and_modify(|known| {
                if known.at <= reading.at {
                    *known = reading;
                }
            })
            .or_insert(reading);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn the_latest_reading_counts_not_the_latest_telling() {
        let contents = Contents::default();
        let path = Path::new("/a.js");
        let [old, new] = [b"1", b"2"].map(|text| Content::of_bytes(text));
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        contents.replace(
            path,
            Reading {
                content: new,
                at: after(1),
            },
        );
        contents.replace(
            path,
            Reading {
                content: old,
                at: after(0),
            },
        );
        assert_eq!(contents.get(path), Some(new));
        contents.replace(
            path,
            Reading {
                content: old,
                at: after(2),
            },
        );
        assert_eq!(contents.get(path), Some(old));
    }
}
