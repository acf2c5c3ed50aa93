//! File events: which directories are watched, and what happened in them.
//!
//! ```text
//! notify::Event ──mapping──▶ BackendEvent ──Watcher──▶ WatchEvent ──▶ change::Settle
//!  (system.rs)   (pure)                   (watcher.rs)
//! ```
//!
//! *Architecture Invariant:* only this folder names `notify`. Only directories are watched, never
//! files: an atomic save swaps the inode of the file, its directory sees the new name. No watch is
//! recursive under inotify. Whether content really changed is not decided here (`change/` hashes).
//!
//! *Architecture Invariant:* paths are real paths (symlinks resolved, and nothing else: `path/real.rs`), as Node names its modules.
//! inotify gives two spellings of one directory a single watch, and FSEvents always answers with
//! the real path, so events for any other spelling would never arrive.
//!
//! *Architecture Invariant:* `now` is an argument and IO goes through [`Backend`] and
//! [`FileSystem`]; [`Watcher`] belongs to one thread and starts none.

mod backend;
mod directory;
mod events;
mod fs;
mod fs_kind;
#[cfg(target_os = "linux")]
mod inotify;
#[cfg(target_os = "linux")]
mod inotify_event;
#[cfg(all(test, target_os = "linux"))]
mod inotify_queue_tests;
#[cfg(all(test, target_os = "linux"))]
mod inotify_tests;
#[cfg(target_os = "linux")]
mod inotify_watches;
mod links;
#[cfg(any(not(target_os = "linux"), test))]
mod mapping;
mod notice;
mod polling;
mod recover;
mod roll;
mod spelling;
#[cfg(any(not(target_os = "linux"), test))]
mod system;
#[cfg(test)]
pub(crate) mod test_support;
mod tree;
mod watcher;

use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use backend::{Backend, BackendEvent, EventQueue, LimitedBackend, Sink, WatchError};
pub use fs::{DirEntry, FileSystem, FsKind, RealFs, Stat};
#[cfg(target_os = "linux")]
use inotify::InotifyBackend as Native;
pub use notice::{Notice, PollReason};
#[cfg(all(test, target_os = "linux"))]
pub use system::NotifyBackend;
#[cfg(not(target_os = "linux"))]
use system::NotifyBackend as Native;
pub use watcher::Watcher;

/// What is known about a name's content after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Touch {
    /// The whole content is there: closed after writing, or moved into place. Read it now.
    Complete,
    /// The content is changing; `Complete` comes when the writer closes the file.
    Partial,
    /// The content is changing, and nobody says when that ends.
    Unsure,
    /// The name is gone: deleted or moved away.
    Gone,
}

/// What the [`Watcher`] tells the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchEvent {
    Path {
        path: PathBuf,
        touch: Touch,
    },
    /// Events may be missing: compare everything below `under` again (`None`: everything).
    Rescan {
        under: Option<PathBuf>,
    },
    /// Something to tell the user; each distinct one comes once in a watcher's life.
    Notice(Notice),
}

#[derive(Clone, Debug)]
pub struct WatchOptions {
    pub force_polling: bool,
    pub poll_interval: Duration,
    /// Past this many native watches, directories are polled.
    pub max_watches: Option<usize>,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            force_polling: false,
            poll_interval: Duration::from_millis(100),
            max_watches: None,
        }
    }
}

/// Says which directories below the root of a tree are left out (`true`: skip it and all below).
/// It is never asked about the root itself.
pub type TreeFilter = Arc<dyn Fn(&Path) -> bool + Send + Sync>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TreeId(u64);

/// How the watched directories are doing, for diagnostics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchStatus {
    pub backend: &'static str,
    /// Directories with a native watch.
    pub native: usize,
    pub polled: usize,
    /// Directories that went away (or are not there yet) and are being looked for.
    pub lost: usize,
    /// Why directories are polled now, each reason once.
    pub reasons: Vec<PollReason>,
}

/// The range of an ordered collection that starts at `path`. Paths are ordered by component, so
/// what lies below `path` follows it without a gap.
const fn starting_at(path: &Path) -> (Bound<&Path>, Bound<&Path>) {
    (Bound::Included(path), Bound::Unbounded)
}
