use super::*;
use crate::engine::as_before::AsBefore;
use crate::engine::contents::{Content, Contents, Settings};
use crate::watch::{DirEntry, FileSystem, FsKind, RealFs, Stat};
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

fn reader(fs: impl FileSystem + 'static) -> Reader {
    Reader {
        fs: Arc::new(fs),
        resolver: Resolver::with_conditions::<&str>(&[]),
        contents: Contents::default(),
        settings: Settings::default(),
        sound: AsBefore::default(),
    }
}

/// The loader waits for its writer, too, and an update that follows would evaluate what is evaluated.
#[test]
fn what_is_imported_while_it_is_created_is_loaded_as_it_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("dep.mjs");
    let text = "export const value = 1;";
    std::fs::write(&path, text).expect("written");
    let reader = reader(BeingWritten::default());
    let state = Mutex::new(SessionState::default());
    prepare(&state, &reader, &path);
    let state = state.into_inner();
    assert!(state.is_loaded(&path));
    assert!(!state.is_news(&path, Content::of_bytes(text.as_bytes())));
}

/// Nothing led to it for a moment, so that nobody watched it as it was undone.
#[test]
fn what_is_back_as_it_runs_imports_again_what_it_did() {
    let folder = tempfile::tempdir().expect("a folder");
    let [root, between, dep] =
        ["root.mjs", "between.mjs", "dep.mjs"].map(|it| folder.path().join(it));
    let text = "import './dep.mjs';";
    std::fs::write(&root, "import './between.mjs';").expect("written");
    std::fs::write(&between, text).expect("written");
    std::fs::write(&dep, "").expect("written");
    let reader = reader(RealFs);
    let state = Mutex::new(SessionState::default());
    prepare(&state, &reader, &root);
    std::fs::write(&between, "throw 1;").expect("written");
    let (_, reading) = reader.examine(&between);
    let reading = reading.expect("a file");
    {
        let mut state = state.lock();
        assert!(state.examined(&between, reading).is_some());
        state.link_as(&between, reading.content, &[]);
    }
    std::fs::write(&between, text).expect("written");
    prepare(&state, &reader, &root);
    assert_eq!(state.lock().imports_of(&between), [dep]);
}

/// An update had loaded it, and failed; it was saved, and is undone before anybody has told of that.
#[test]
fn what_is_loaded_again_is_loaded_from_what_was_read_then() {
    let folder = tempfile::tempdir().expect("a folder");
    let [root, dep] = ["root.mjs", "dep.mjs"].map(|it| folder.path().join(it));
    std::fs::write(&root, "import './dep.mjs';").expect("written");
    std::fs::write(&dep, "").expect("written");
    let reader = reader(RealFs);
    let state = Mutex::new(SessionState::default());
    state.lock().add_boundary(&root, true, true);
    prepare(&state, &reader, &root);
    state.lock().watch_delta();
    let content = Content::of_bytes(b"saved");
    let found = |content: Content, imports: &[PathBuf]| Ahead {
        reading: Reading {
            content,
            at: std::time::Instant::now(),
        },
        imports: imports.to_vec(),
    };
    prepare_with(&state, &reader, &root, &|path| match path == root {
        true => Some(found(
            Content::of_bytes(b"import './dep.mjs';"),
            std::slice::from_ref(&dep),
        )),
        false => (path == dep).then(|| found(content, &[])),
    });
    let dep = dep.as_path();
    let state = state.into_inner();
    assert!(!state.is_news(dep, content));
    assert!(state.is_news(dep, Content::of_bytes(b"")));
}
