use super::*;
use crate::watch::{DirEntry, FsKind, RealFs, Stat};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Its files are empty when they are read first: somebody has created them, and writes.
#[derive(Default)]
struct BeingWritten(AtomicBool);

impl FileSystem for BeingWritten {
    fn stat(&self, path: &Path) -> io::Result<Stat> {
        RealFs.stat(path)
    }

    fn stat_link(&self, path: &Path) -> io::Result<Stat> {
        RealFs.stat_link(path)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.0.swap(true, Ordering::Relaxed) {
            true => RealFs.read(path),
            false => Ok(Vec::new()),
        }
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        RealFs.read_dir(path)
    }

    fn kind_of_file_system(&self, path: &Path) -> FsKind {
        RealFs.kind_of_file_system(path)
    }
}

/// The loader waits for its writer, too, and an update that follows would evaluate what is evaluated.
#[test]
fn what_is_imported_while_it_is_created_is_loaded_as_it_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("dep.mjs");
    let text = "export const value = 1;";
    std::fs::write(&path, text).expect("written");
    let reader = Reader {
        fs: Arc::new(BeingWritten::default()),
        resolver: Resolver::with_conditions::<&str>(&[]),
        contents: Contents::default(),
        settings: Settings::default(),
        sound: AsBefore::default(),
    };
    let state = Mutex::new(SessionState::default());
    prepare(&state, &reader, &path);
    let state = state.into_inner();
    assert!(state.is_loaded(&path));
    assert!(!state.is_news(&path, Content::of_bytes(text.as_bytes())));
}
