//! What every examined file holds right now, for all sessions of the process.

use super::session::Reading;
use crate::change::{ContentHash, Snapshot};
use dashmap::DashMap;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// A file's content, as far as an update has to tell it from another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Content {
    Present {
        hash: ContentHash,
        empty: bool,
        /// By which tsconfig it is compiled, and where a `package.json` leads it, where these have come to make a
        /// difference ([`Settings`]): the same text is another module then.
        setting: u64,
    },
    Missing,
}

impl Content {
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::Present {
            hash: ContentHash::of(bytes),
            empty: bytes.is_empty(),
            setting: 0,
        }
    }

    /// Under the settings of this number.
    #[must_use]
    pub fn under(mut self, number: u64) -> Self {
        if let Self::Present { setting, .. } = &mut self {
            *setting = number;
        }
        self
    }

    /// The number of its settings.
    #[must_use]
    pub const fn setting(&self) -> u64 {
        match self {
            Self::Present { setting, .. } => *setting,
            Self::Missing => 0,
        }
    }

    pub fn of_snapshot(snapshot: &Snapshot) -> Option<Self> {
        match snapshot {
            Snapshot::Content { hash, bytes } => Some(Self::Present {
                hash: *hash,
                empty: bytes.is_empty(),
                setting: 0,
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

/// What a file is loaded by beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Tsconfig,
    /// What the `package.json` files say that its requests lead through.
    Manifests,
    /// Where symbolic links lead that it asks through.
    Links,
}

/// Files that a tsconfig or a `package.json`, edited since they were loaded, makes something else of. By numbers: 0 is the
/// setting under which a file was loaded first.
#[derive(Debug, Default)]
pub struct Settings(DashMap<PathBuf, [Setting; 3]>);

#[derive(Debug, Default)]
struct Setting {
    first: u64,
    now: u64,
}

impl Settings {
    pub fn of(&self, path: &Path) -> u64 {
        let Some(all) = self.0.get(path) else {
            return 0;
        };
        let [tsconfig, manifests, links] = [all[0].now, all[1].now, all[2].now];
        // The same edit of two must not be none.
        tsconfig ^ manifests.rotate_left(1) ^ links.rotate_left(2)
    }

    /// `path` is under `after` from now on, and was under `before`.
    pub fn change(&self, path: &Path, by: By, before: &str, after: &str) {
        let number = |words: &str| xxh3_64(words.as_bytes()) | 1;
        let after = number(after);
        let mut entry = self.0.entry(path.to_path_buf()).or_default();
        let setting = &mut entry[by as usize];
        if setting.first == 0 {
            setting.first = number(before);
        }
        setting.now = if after == setting.first { 0 } else { after };
    }

    /// `path` is under another one than ever before.
    pub fn renew(&self, path: &Path, by: By) {
        let mut entry = self.0.entry(path.to_path_buf()).or_default();
        let setting = &mut entry[by as usize];
        setting.now = xxh3_64(&setting.now.to_ne_bytes()) | 1;
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

    #[test]
    fn a_setting_that_comes_back_is_the_first() {
        let path = Path::new("/a.ts");
        let settings = Settings::default();
        let seen = |before, after| {
            settings.change(path, By::Tsconfig, before, after);
            Content::of_bytes(b"1").under(settings.of(path))
        };
        let first = Content::of_bytes(b"1").under(settings.of(path));
        assert_eq!(first, Content::of_bytes(b"1"));
        let (other, third) = (seen("one", "other"), seen("other", "third"));
        assert!(first != other && other != third && third != first);
        assert_eq!(seen("third", "other"), other);
        assert_eq!(seen("other", "one"), first);
        assert_eq!(settings.of(Path::new("/b.ts")), 0);
        settings.change(path, By::Manifests, "one", "other");
        let led = settings.of(path);
        assert_eq!(seen("one", "other"), first.under(settings.of(path)));
        assert!(led != 0 && settings.of(path) != 0 && settings.of(path) != led);
    }
}
