//! What a Node environment tells of loads that failed, and of what was asked for in vain: what would mend that is waited for.

use super::prepare::installable;
use super::{Content, Session};
use crate::graph::Format;
use crate::resolve::{Mode, missing_candidates};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

impl Session {
    /// The first load of `path` failed, and someone waits for it to be mended.
    pub fn failed_first_load(&self, path: &Path) {
        let (_, reading) = self.engine.reader.examine(path);
        let now = SystemTime::now();
        self.state.lock().failed_first_load(path, reading, now);
    }

    /// The load of `path` failed, and what was loaded before runs on.
    pub fn failed_load(&self, path: &Path) {
        let (_, reading) = self.engine.reader.examine(path);
        let now = SystemTime::now();
        self.state.lock().failed_load(path, reading, now);
    }

    /// The load of `path` that was told went well.
    pub fn went_live(&self, path: &Path) {
        self.state.lock().went_live(path);
        self.watch_what_is_needed();
    }

    /// These were evaluated when they were imported, outside every update, and threw. True: that is news, and what was
    /// loaded on the way is to be told to [`Self::blame`].
    pub fn threw(&self, paths: &[PathBuf]) -> bool {
        if !self.state.lock().threw(paths, SystemTime::now()) {
            return false;
        }
        for path in paths {
            let missing = self.missing_below(path);
            self.state.lock().blame(std::slice::from_ref(path), missing);
        }
        true
    }

    /// `path`, which is being evaluated, has asked for `request` in vain, and may go on without it. `gone`: it goes on
    /// with that file's last version.
    pub fn asked_in_vain(&self, path: &Path, request: &str, mode: Mode, gone: Option<&Path>) {
        let mut wanted = missing_candidates(request, path, mode);
        if wanted.is_empty() {
            wanted = installable(request, path);
        }
        wanted.retain(|file| Some(file.as_path()) != gone);
        self.goes_without(path, wanted);
    }

    /// `path` has asked for `file`, which is there, but can't be loaded, and goes on without it.
    pub fn goes_without_failed(&self, path: &Path, file: &Path) {
        let missing = self.missing_below(file).into_iter();
        self.goes_without(path, missing.map(|(path, _)| path).collect());
        let contents = &self.engine.reader.contents;
        let content = |path: &Path| contents.get(path);
        self.state.lock().goes_without_failed(path, file, content);
        self.watch_what_is_needed();
    }

    fn goes_without(&self, path: &Path, wanted: Vec<PathBuf>) {
        let reader = &self.engine.reader;
        // Found, but of no use: a folder's package.json.
        let held = |file: PathBuf| {
            let content = reader.read(&file).1?;
            Some((file, content))
        };
        let wanted = wanted.into_iter().filter_map(held).collect();
        self.state.lock().asked_in_vain(path, wanted);
        self.watch_what_is_needed();
    }

    /// What `path` asks for that is not there.
    fn missing_below(&self, path: &Path) -> Vec<(PathBuf, Option<Content>)> {
        let reader = &self.engine.reader;
        let source = reader.text(path).unwrap_or_default();
        let format = self.format(path).unwrap_or(Format::Json);
        let wanted = reader.inspect(path, &source, format).wanted.into_iter();
        wanted.map(|it| (it, Some(Content::Missing))).collect()
    }

    /// `files` could not be evaluated. `attempted` were loaded while they were: a change of one of
    /// them may mend it, whoever imports it.
    pub fn blame(&self, files: &[PathBuf], attempted: &[PathBuf]) {
        let contents = &self.engine.reader.contents;
        let mut readings = Vec::with_capacity(attempted.len());
        for path in attempted {
            readings.push((path.clone(), contents.get(path)));
            readings.extend(self.missing_below(path));
        }
        self.state.lock().blame(files, readings);
        self.watch_what_is_needed();
    }
}
