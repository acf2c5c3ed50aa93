//! What was saved between a module's load and the start of its watch.

use super::Run;
use crate::engine::{Content, Reader};
use crate::watch::{FsKind, Touch};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// Systems stamp files by a clock that stands still for some milliseconds at a time.
const CLOCK_TICK: Duration = Duration::from_millis(50);

/// When a folder, or one that it is in, was last touched; `None`: can't be told.
type Folders<'p> = FxHashMap<&'p Path, Option<SystemTime>>;

impl Run {
    /// A file may have been edited between its load and the start of its watch; it may be half
    /// written, too, so it is looked at as if the watch had seen it.
    pub(super) fn verify(&mut self, paths: &[PathBuf], now: Instant) {
        let mut folders = Folders::default();
        let reader = &self.engine.reader;
        for path in paths {
            let Some(content) = self.present_content(path, &mut folders) else {
                // It is waited for where it is looked at.
                self.touch(path.clone(), Touch::Complete, now);
                continue;
            };
            let mut is_news = false;
            for session in self.interested(path) {
                let mut state = session.state.lock();
                state.learn(path, content, |path| reader.saved_at(path));
                state.learn_unreloaded(path, content);
                is_news |= state.is_news(path, content) || state.is_saved_unreloaded(path, content);
            }
            if is_news {
                let touch = match content {
                    Content::Present { .. } if self.may_be_half_written(path) => Touch::Partial,
                    Content::Present { .. } => Touch::Complete,
                    Content::Missing => Touch::Gone,
                };
                self.touch(path.clone(), touch, now);
            }
        }
    }

    /// Whether the watch may have begun in the middle of its write: what was written before is in no
    /// event, and one write of a large file is seen from outside as it grows.
    fn may_be_half_written(&self, path: &Path) -> bool {
        const LONG: u64 = 256 * 1024;
        /// Within it a write has ended, also on a machine whose cores are all taken.
        const RECENT: Duration = Duration::from_millis(250);
        let Ok(stat) = self.engine.reader.fs.stat(path) else {
            return false;
        };
        let modified = u64::try_from(stat.mtime_ns).map(Duration::from_nanos);
        let modified = modified.ok().map(|since| SystemTime::UNIX_EPOCH + since);
        let touched = self.engine.reader.fs.touched_at(path).or(modified);
        // A time to come is one that nothing can be told by.
        let age = touched.and_then(|at| SystemTime::now().duration_since(at).ok());
        stat.len >= LONG || age.is_some_and(|age| age < RECENT)
    }

    /// What `path` holds. It is read only if it may be something else than what was read last: of
    /// thousands of modules a moment after they were loaded none is.
    fn present_content<'p>(&self, path: &'p Path, folders: &mut Folders<'p>) -> Option<Content> {
        let reader = &self.engine.reader;
        self.unchanged_content(path, folders)
            .or_else(|| reader.read(path).1)
    }

    fn unchanged_content<'p>(&self, path: &'p Path, folders: &mut Folders<'p>) -> Option<Content> {
        let Reader { fs, contents, .. } = &self.engine.reader;
        let reading = contents.reading(path)?;
        if reading.content == Content::Missing {
            return None;
        }
        let begun = SystemTime::now().checked_sub(reading.at.elapsed() + CLOCK_TICK)?;
        let folder = path.parent()?;
        let moved = *folders.entry(folder).or_insert_with(|| {
            // Elsewhere the clock is another one.
            let is_local = fs.kind_of_file_system(folder) == FsKind::Local;
            let times = || folder.ancestors().map(|it| fs.touched_at(it)).collect();
            let times: Vec<SystemTime> = is_local.then(times).flatten()?;
            times.into_iter().max()
        });
        // A file that is replaced is touched; so is a folder that is, but not the files in it.
        let is_older = moved? < begun && fs.touched_at(path)? < begun;
        is_older.then_some(reading.content)
    }
}

impl Reader {
    /// `None`: can't be told. Elsewhere the clock is another one.
    pub fn saved_at(&self, path: &Path) -> Option<SystemTime> {
        let is_local = self.fs.kind_of_file_system(path.parent()?) == FsKind::Local;
        is_local.then(|| self.fs.saved_at(path)).flatten()
    }
}
