//! What runs and is nobody's to reload: finding it, and telling of a save.

use super::session::SessionState;
use super::{Content, Engine, Reader, Session, run::Command};
use crate::change::Snapshot;
use crate::graph::Format;
use parking_lot::Mutex;
use std::path::{Path, PathBuf};

impl Session {
    /// Node reads CommonJS: what it imports by `import()` is found by a thread that nobody waits for, if there can be any.
    pub(super) fn look_for_imports(&self, path: &Path, bytes: &[u8]) {
        if self.state.lock().tells_of_imports() && mentions_import(bytes) {
            self.engine.send(Command::Imports {
                session: self.id,
                path: path.to_path_buf(),
            });
        }
    }
}

impl Engine {
    pub(super) fn note_imports(&self, session: &Session, path: &Path) {
        let (Snapshot::Content { bytes, .. }, _) = self.reader.read(path) else {
            return;
        };
        let source = String::from_utf8_lossy(&bytes);
        let found = self.reader.inspect_all(path, &source, Format::CommonJs);
        note_imported(&session.state, &self.reader, path, &found.dynamic);
        session.watch_what_is_needed();
    }
}

/// `import()` in `importer` leads to these. What is followed as well, when one of them is saved, is nothing to tell of.
pub(super) fn note_imported(
    state: &Mutex<SessionState>,
    reader: &Reader,
    importer: &Path,
    paths: &[PathBuf],
) {
    for path in paths {
        let content = reader.contents.get(path);
        let content = content.filter(|it| *it != Content::Missing);
        state.lock().note_imported(importer, path, content);
    }
}

/// Before the parenthesis there may be white space, which hardly anybody writes.
fn mentions_import(source: &[u8]) -> bool {
    memchr::memmem::find(source, b"import(").is_some()
}
