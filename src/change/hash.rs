//! Content: its hash, and a snapshot of what a file holds now.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use crate::watch::FileSystem;

/// Same bytes mean no change. 128 bits, so that a collision need not be thought of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentHash(u128);

impl ContentHash {
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(xxh3_128(bytes))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Snapshot {
    Content {
        hash: ContentHash,
        bytes: Arc<[u8]>,
    },
    /// No such file; a directory in its place counts, too.
    Missing,
    /// The system's own words, such as "Permission denied (os error 13)".
    Unreadable(String),
}

#[must_use]
pub fn snapshot(fs: &dyn FileSystem, path: &Path) -> Snapshot {
    match fs.read(path) {
        Ok(bytes) => Snapshot::Content {
            hash: ContentHash::of(&bytes),
            bytes: bytes.into(),
        },
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory => {
                Snapshot::Missing
            }
            // Windows calls a directory "access denied".
            _ if fs.stat(path).is_ok_and(|stat| stat.is_dir) => Snapshot::Missing,
            _ => Snapshot::Unreadable(error.to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::watch::{DirEntry, FsKind, RealFs, Stat};

    #[test]
    fn equal_content_equal_hash() {
        assert_eq!(
            ContentHash::of(b"let a = 1"),
            ContentHash::of("let a = 1".to_owned().as_bytes())
        );
        assert_ne!(ContentHash::of(b"let a = 1"), ContentHash::of(b"let a = 2"));
        assert_ne!(ContentHash::of(b""), ContentHash::of(b"\0"));
    }

    #[test]
    fn what_real_files_are() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.js");
        std::fs::write(&file, "a").unwrap();
        let content = Snapshot::Content {
            hash: ContentHash::of(b"a"),
            bytes: b"a".as_slice().into(),
        };
        let cases = [
            (file.clone(), content),
            (dir.path().to_path_buf(), Snapshot::Missing),
            (dir.path().join("b.js"), Snapshot::Missing),
            (file.join("below-a-file.js"), Snapshot::Missing),
        ];
        for (path, expected) in cases {
            assert_eq!(snapshot(&RealFs, &path), expected, "{}", path.display());
        }
    }

    /// Reading fails; whether it is a directory is the argument.
    struct Denied(bool);

    impl FileSystem for Denied {
        fn stat(&self, _path: &Path) -> io::Result<Stat> {
            Ok(Stat {
                mtime_ns: 0,
                ctime_ns: None,
                len: 0,
                inode: None,
                is_dir: self.0,
            })
        }
        fn stat_link(&self, path: &Path) -> io::Result<Stat> {
            self.stat(path)
        }
        fn read(&self, _path: &Path) -> io::Result<Vec<u8>> {
            Err(io::Error::new(ErrorKind::PermissionDenied, "denied"))
        }
        fn read_dir(&self, _path: &Path) -> io::Result<Vec<DirEntry>> {
            Ok(Vec::new())
        }
        fn kind_of_file_system(&self, _path: &Path) -> FsKind {
            FsKind::Local
        }
    }

    #[test]
    fn a_denied_file_is_unreadable_and_a_denied_directory_missing() {
        let path = Path::new("x");
        let unreadable = Snapshot::Unreadable("denied".into());
        assert_eq!(snapshot(&Denied(false), path), unreadable);
        assert_eq!(snapshot(&Denied(true), path), Snapshot::Missing);
    }
}
