//! What is on disk: one `lstat` a path, remembered. Folders' real paths are remembered too, so
//! that a file costs no walk from the root.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use parking_lot::RwLock;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::path::real;

/// `node --preserve-symlinks`, which holds for the whole process.
static PRESERVES_LINKS: AtomicBool = AtomicBool::new(false);

/// From now on a file goes by the path it was found at, not by where links lead.
pub fn preserve_symlinks() {
    PRESERVES_LINKS.store(true, Ordering::Relaxed);
}

/// May a module's path be a link?
pub fn preserves_symlinks() -> bool {
    PRESERVES_LINKS.load(Ordering::Relaxed)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// Any entry that is no folder, as Node's `internalModuleStat` sees it.
    File {
        /// Where links lead, when it is elsewhere.
        real: Option<PathBuf>,
    },
    Folder,
    Missing,
}

// Keyed by text: `Path` hashes and compares by components, which costs more than the lookup.
#[derive(Debug, Default)]
pub(super) struct Files {
    entries: RwLock<FxHashMap<OsString, Entry>>,
    /// What was looked for in vain: apart, because it is forgotten sooner.
    missing: RwLock<FxHashSet<OsString>>,
    folders: RwLock<FxHashMap<OsString, Option<PathBuf>>>,
}

impl Files {
    pub(super) fn clear(&self) {
        self.entries.write().clear();
        self.forget_missing();
        self.folders.write().clear();
    }

    pub(super) fn forget_missing(&self) {
        // Nearly always there is nothing: a lock for reading is shared.
        if !self.missing.read().is_empty() {
            self.missing.write().clear();
        }
    }

    pub(super) fn entry(&self, path: &Path) -> Entry {
        if let Some(known) = self.entries.read().get(path.as_os_str()) {
            return known.clone();
        }
        if self.missing.read().contains(path.as_os_str()) {
            return Entry::Missing;
        }
        let entry = self.look(path);
        let path = path.as_os_str().to_owned();
        if entry == Entry::Missing {
            self.missing.write().insert(path);
        } else {
            self.entries.write().insert(path, entry.clone());
        }
        entry
    }

    fn look(&self, path: &Path) -> Entry {
        let Ok(own) = fs::symlink_metadata(path) else {
            return Entry::Missing;
        };
        let is_link = own.is_symlink();
        let meta = if is_link { fs::metadata(path) } else { Ok(own) };
        match meta {
            Ok(meta) if meta.is_dir() => Entry::Folder,
            Ok(_) if PRESERVES_LINKS.load(Ordering::Relaxed) => Entry::File { real: None },
            Ok(_) if is_link => Entry::File {
                real: Some(real(path)).filter(|real| real != path),
            },
            Ok(_) => {
                let parent = path.parent().and_then(|parent| self.real_folder(parent));
                Entry::File {
                    real: parent
                        .zip(path.file_name())
                        .map(|(parent, name)| parent.join(name)),
                }
            }
            // A link to nowhere.
            Err(_) => Entry::Missing,
        }
    }

    /// The folder's real path, when it is another one.
    fn real_folder(&self, folder: &Path) -> Option<PathBuf> {
        if let Some(known) = self.folders.read().get(folder.as_os_str()) {
            return known.clone();
        }
        let real = Some(real(folder)).filter(|real| real != folder);
        self.folders
            .write()
            .insert(folder.as_os_str().to_owned(), real.clone());
        real
    }
}
