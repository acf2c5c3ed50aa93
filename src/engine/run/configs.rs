//! Tsconfigs and `package.json` files that are edited while the modules they govern run.

use super::Run;
use crate::change::Snapshot;
use crate::engine::Content;
use crate::engine::session::Reading;
use crate::resolve::links;
use crate::tsconfig::{self, is_manifest};
use crate::watch::Touch;
use std::path::{Path, PathBuf};
use std::time::Instant;

impl Run {
    /// Those that were read since the last time, once a program has come to its event loop ([`Session::begin_watches`]
    /// says so). What was saved in between is looked at.
    ///
    /// [`Session::begin_watches`]: crate::engine::Session::begin_watches
    pub(super) fn watch_configs(&mut self, now: Instant) {
        if self.engine.is_starting() {
            return;
        }
        self.watch_links(now);
        for (path, text) in tsconfig::unwatched() {
            let events = self.watcher.acquire(&path, now);
            self.take_events(events, now);
            let reader = &self.engine.reader;
            let content = match &text {
                Some(text) => Content::of_bytes(text.as_bytes()),
                None => Content::Missing,
            };
            reader.contents.replace(&path, Reading { content, at: now });
            if !tsconfig::differing([path.as_path()]).is_empty() {
                self.touch(path, Touch::Unsure, now);
            }
        }
    }

    /// The same of symbolic links that modules were asked for through.
    fn watch_links(&mut self, now: Instant) {
        for link in links::unwatched() {
            let events = self.watcher.acquire(&link, now);
            self.take_events(events, now);
            // It may have been led elsewhere in between.
            self.touch(link, Touch::Complete, now);
        }
    }

    /// Modules may be there that files can be tried on that were saved before.
    pub(super) fn try_early_configs(&mut self, acquired: &[PathBuf], now: Instant) {
        if !self.early.is_empty() && !acquired.is_empty() {
            for path in std::mem::take(&mut self.early) {
                self.touch(path, Touch::Unsure, now);
            }
        }
    }

    /// The configurations among `paths`, before all else: by them the others are loaded.
    pub(super) fn configs_first(paths: &mut [PathBuf]) -> Vec<PathBuf> {
        paths.sort_by_key(|path| !tsconfig::concerns(path));
        let configs = paths.iter().take_while(|path| tsconfig::concerns(path));
        configs.cloned().collect()
    }

    /// `path` was saved, one of `configs`, and held `snapshot`. Returns the modules that are evaluated
    /// anew for it, and whether something is wrong that the next save may mend in a moment.
    pub(super) fn reconfigure(
        &mut self,
        path: &Path,
        snapshot: &Snapshot,
        configs: &[PathBuf],
        may_wait: bool,
    ) -> (Vec<PathBuf>, bool) {
        let governs = self.engine.governs_any();
        let saved = configs.iter().chain(&self.refused);
        let (saved, early): (Vec<&Path>, Vec<&Path>) =
            saved.map(PathBuf::as_path).partition(|it| governs(it));
        // What was read goes on to hold for the modules that are being loaded, until these can be asked.
        let early = early.into_iter().filter(|it| tsconfig::is_known(it));
        self.early.extend(early.map(Path::to_path_buf));
        let mut trial = tsconfig::differing(saved);
        // Emptied to be written, since it was looked at or before its own turn, which comes.
        let is_blank = |text: &tsconfig::Text| text.as_ref().is_some_and(|it| it.trim().is_empty());
        let was_blank =
            matches!(snapshot, Snapshot::Content { bytes, .. } if bytes.trim_ascii().is_empty());
        trial.retain(|name, text| !is_blank(text) || (was_blank && name == path));
        // A package without one is hardly meant: it is about to be written anew.
        trial.retain(|name, text| text.is_some() || !is_manifest(name));
        let done = self.engine.reconfigure(trial);
        self.refused.retain(|it| !governs(it));
        let mut waits = false;
        if let Some(refused) = done.refused {
            waits = may_wait;
            if !may_wait {
                (refused.session.notice)(told(&refused.error));
            }
            self.refused.extend(refused.files.into_keys());
        }
        (done.modules, waits)
    }
}

fn told(error: &crate::error::Error) -> String {
    let file = error.file.as_deref().unwrap_or(Path::new("tsconfig.json"));
    let place = match error.line {
        0 => String::new(),
        line => format!(":{line}:{}", error.column),
    };
    let frame = error.frame.iter().map(|it| format!("\n{it}"));
    format!(
        "{}{place} is not taken, what it said before still holds: {}{}",
        file.display(),
        error.message,
        frame.collect::<String>()
    )
}
