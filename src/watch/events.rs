//! What one look at the backend, or at the clock, has for the engine.

use std::path::{Path, PathBuf};

use super::{Notice, Touch, WatchEvent};

/// Collects events; a rescan that an earlier one covers is left out, as the engine acts on them
/// only after the whole list was made.
#[derive(Default)]
pub(super) struct Events(Vec<WatchEvent>);

impl Events {
    pub fn path(&mut self, path: PathBuf, touch: Touch) {
        self.0.push(WatchEvent::Path { path, touch });
    }

    pub fn rescan(&mut self, under: Option<&Path>) {
        let covered = self.0.iter().any(|event| match (event, under) {
            (WatchEvent::Rescan { under: None }, _) => true,
            (WatchEvent::Rescan { under: Some(wide) }, Some(under)) => under.starts_with(wide),
            _ => false,
        });
        if !covered {
            let under = under.map(Path::to_path_buf);
            self.0.push(WatchEvent::Rescan { under });
        }
    }

    pub fn notice(&mut self, notice: Notice) {
        self.0.push(WatchEvent::Notice(notice));
    }

    pub fn iter(&self) -> impl Iterator<Item = &WatchEvent> {
        self.0.iter()
    }

    pub fn into_vec(self) -> Vec<WatchEvent> {
        self.0
    }
}
