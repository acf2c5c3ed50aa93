//! Walks the static imports of ES modules ahead of evaluation, so that the graph and the content
//! each module is loaded from are known before the loader reads a file.

use super::reader::Reader;
use super::session::{Reach, Reading, SessionState};
use super::unreloaded::note_imported;
use crate::change::Snapshot;
use crate::graph::Format;
use crate::resolve::Resolver;
use parking_lot::Mutex;
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};

/// Makes sure that `root` and everything it imports statically is in the graph with its edges and
/// the content it is about to be loaded from. Files already loaded are only looked into when their
/// content is not the loaded one; they are marked dirty then, so that the update takes them along.
pub fn prepare(state: &Mutex<SessionState>, reader: &Reader, root: &Path) {
    prepare_with(state, reader, root, &|_| None);
}

/// The same for each of what a module imports.
pub fn prepare_all(state: &Mutex<SessionState>, reader: &Reader, imports: &[PathBuf]) {
    for import in imports {
        prepare(state, reader, import);
    }
}

/// What somebody who reads modules himself has found in one.
#[derive(Debug)]
pub struct Ahead {
    pub reading: Reading,
    /// Files of the project that it imports statically.
    pub imports: Vec<PathBuf>,
}

/// The same; `ahead` is asked for what somebody else has found a moment ago.
pub fn prepare_with(
    state: &Mutex<SessionState>,
    reader: &Reader,
    root: &Path,
    ahead: &dyn Fn(&Path) -> Option<Ahead>,
) {
    let mut seen: FxHashSet<PathBuf> = FxHashSet::default();
    let mut open = vec![root.to_path_buf()];
    while let Some(path) = open.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        // Also of what is known, and was loaded for an update that failed: it is loaded again, from this.
        if let Some(Ahead {
            mut reading,
            imports,
        }) = ahead(&path)
        {
            reading.content = reader.compiled(&path, reading.content);
            reader.contents.replace(&path, reading);
            let mut state = state.lock();
            state.loading(&path, Format::Esm, Some(reading));
            state.link_as(&path, reading.content, &imports);
            open.extend(imports);
            continue;
        }
        let (known, watched, misses, is_unread) = {
            let state = state.lock();
            let known = state.is_loaded(&path);
            let is_unread = known && state.is_unread(&path);
            (
                known,
                state.how_watched(&path),
                state.misses(&path),
                is_unread,
            )
        };
        // The engine looks at it whenever it is touched. What it imports may be there before anybody has told.
        let mut may_lead_further = known && misses == Some(true);
        match watched {
            _ if may_lead_further || is_unread => {}
            Some(Reach::Below) if known && misses.is_none() => continue,
            Some(_) if known => {
                open.extend(state.lock().imports_of(&path));
                continue;
            }
            _ => {}
        }
        // What is there for a moment only, and empty still, is loaded once it is written.
        let (snapshot, reading) = match known {
            true => reader.examine(&path),
            false => reader.examine_filled(&path),
        };
        let Some(reading) = reading else { continue };
        let is_unreloaded = state.lock().learn_unreloaded(&path, reading.content);
        if is_unreloaded && Resolver::is_no_text(&path) {
            continue;
        }
        if known {
            let mut state = state.lock();
            let is_dirty = state.examined(&path, reading).is_some();
            let imports = state.imports_of(&path);
            // Back at what runs: nobody else may look at it, if it is not watched.
            may_lead_further |= state
                .format_if_linked_otherwise(&path, reading.content)
                .is_some();
            drop(state);
            // That a file is an ES module its text alone may tell; of `root` it is known.
            let is_unread = is_unread || path == root && imports.is_empty();
            if !is_dirty && !is_unread && !may_lead_further {
                open.extend(imports);
                continue;
            }
        }
        let Snapshot::Content { bytes, .. } = &snapshot else {
            continue;
        };
        let source = String::from_utf8_lossy(bytes);
        // Also of a file that Node could not load: another loader may.
        let format = reader.format(&path, Some(&source)).unwrap_or_default();
        if !known {
            state.lock().loading(&path, format, Some(reading));
        }
        if format == Format::Esm {
            let tells_of_imports = state.lock().tells_of_imports();
            let found = match tells_of_imports {
                true => reader.inspect_all(&path, &source, format),
                false => reader.inspect(&path, &source, format),
            };
            if !found.broken {
                note_imported(state, reader, &path, &found.dynamic);
                let mut state = state.lock();
                state.learn_format(&path, format);
                match may_lead_further {
                    true => state.link_at_last(&path, reading.content, &found.imports),
                    false => state.link_as(&path, reading.content, &found.imports),
                };
                state.miss(&path, found.wanted);
                open.extend(found.imports);
            }
        }
    }
}

#[cfg(test)]
#[path = "prepare_tests.rs"]
mod tests;
