//! What every examined file holds right now, for all sessions of the process.

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

/// Path → content last seen. Written by the threads that load modules (one per Node environment)
/// and by the engine thread, hence the concurrent map.
#[derive(Debug, Default)]
pub struct Contents(DashMap<PathBuf, Content>);

impl Contents {
    pub fn get(&self, path: &Path) -> Option<Content> {
        self.0.get(path).map(|entry| *entry)
    }

    /// Remembers what `path` holds and returns what it held before.
    pub fn replace(&self, path: &Path, content: Content) -> Option<Content> {
        self.0.insert(path.to_path_buf(), content)
    }
}
