//! What is on disk: one `lstat` a path, remembered. Folders' real paths are remembered too, so
//! that a file costs no walk from the root.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use parking_lot::RwLock;
use rustc_hash::FxHashMap;

use crate::path::real;

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
    folders: RwLock<FxHashMap<OsString, Option<PathBuf>>>,
}

impl Files {
    pub(super) fn clear(&self) {
        self.entries.write().clear();
        self.folders.write().clear();
    }

    pub(super) fn entry(&self, path: &Path) -> Entry {
        if let Some(known) = self.entries.read().get(path.as_os_str()) {
            return known.clone();
        }
        let entry = self.look(path);
        self.entries
            .write()
            .insert(path.as_os_str().to_owned(), entry.clone());
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
