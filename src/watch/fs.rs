//! The file system as the core sees it: a trait, so that tests bring their own, and the real one.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Nanoseconds since the epoch.
    pub mtime_ns: i64,
    /// The same of the last change of the inode, which no program can set as it can the time of modification (`cp -p`,
    /// `rsync -t`, `tar`). `None` where the platform has none (Windows).
    pub ctime_ns: Option<i64>,
    pub len: u64,
    /// `None` where the platform has none (Windows).
    pub inode: Option<u64>,
    pub is_dir: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    pub path: PathBuf,
    /// A real directory; a symlink to one is not.
    pub is_dir: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FsKind {
    Local,
    /// Its name in words. Changes made elsewhere raise no native event here.
    Network(&'static str),
}

pub trait FileSystem: Send + Sync {
    /// Follows symlinks.
    fn stat(&self, path: &Path) -> io::Result<Stat>;
    /// Does not follow a symlink in the last component.
    fn stat_link(&self, path: &Path) -> io::Result<Stat>;
    /// The real path of what a symlink leads to, or of what is not there yet. `None`: it is none; an error: nothing can be
    /// told.
    fn target_of_link(&self, _path: &Path) -> io::Result<Option<PathBuf>> {
        Ok(None)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Sorted by name.
    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>>;
    fn kind_of_file_system(&self, path: &Path) -> FsKind;
    /// When the system last wrote or moved it, by the system's own account, which no program can set as
    /// it can the time of modification. `None`: can't be told.
    fn touched_at(&self, _path: &Path) -> Option<SystemTime> {
        None
    }
    /// Not before this it was written: for who asks whether it was, since a time. Without an account of the system's (Windows) as
    /// the times say that there are.
    fn saved_at(&self, path: &Path) -> Option<SystemTime> {
        self.touched_at(path)
    }
}

/// A link may be made before what it leads to is (a generated file): the path where that is going to be.
fn missing_target(link: &Path) -> io::Result<PathBuf> {
    let mut path = link.to_path_buf();
    // As many as Linux follows.
    for _ in 0..40 {
        let Ok(target) = std::fs::read_link(&path) else {
            return Ok(path);
        };
        let (Some(folder), Some(name)) = (path.parent(), target.file_name()) else {
            break;
        };
        let folder = folder.join(target.parent().unwrap_or(Path::new("")));
        path = crate::path::try_real(&folder)?.join(name);
    }
    Err(io::ErrorKind::NotFound.into())
}

/// As [`std::fs::read`], which asks for the length again, and for what comes after it: two calls of the system less in each save.
fn read_all(path: &Path, expected: u64) -> io::Result<Vec<u8>> {
    let mut file = std::fs::File::open(path)?;
    let mut bytes = Vec::new();
    let expected = usize::try_from(expected).unwrap_or(0);
    let length = expected.saturating_add(1);
    bytes.try_reserve_exact(length)?;
    bytes.resize(length, 0);
    let read = loop {
        match file.read(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read?,
        }
    };
    bytes.truncate(read);
    // There was room for more: it ended there. Else it has grown or shrunk since, or is one that doesn't say how long it is.
    if read != expected {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

#[derive(Clone, Copy, Debug, Default)]
pub struct RealFs;

impl FileSystem for RealFs {
    fn stat(&self, path: &Path) -> io::Result<Stat> {
        std::fs::metadata(path).map(|meta| stat_of(&meta))
    }

    fn stat_link(&self, path: &Path) -> io::Result<Stat> {
        std::fs::symlink_metadata(path).map(|meta| stat_of(&meta))
    }

    fn target_of_link(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        if !std::fs::symlink_metadata(path)?.is_symlink() {
            return Ok(None);
        }
        match std::fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing_target(path).map(Some),
            found => found.map(|_| Some(crate::path::real(path))),
        }
    }

    /// A pipe would be waited for until somebody writes, and what is written is for whoever loads it; a device may never end.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let meta = std::fs::metadata(path)?;
        if !meta.is_file() && !meta.is_dir() {
            return Err(io::Error::other("a pipe, a socket or a device"));
        }
        read_all(path, meta.len())
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path)? {
            // An entry that vanished while being listed is simply not there.
            let Ok(entry) = entry else { continue };
            let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            entries.push(DirEntry {
                path: entry.path(),
                is_dir,
            });
        }
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }

    fn kind_of_file_system(&self, path: &Path) -> FsKind {
        super::fs_kind::kind_of(path)
    }

    /// What was moved here keeps its times.
    #[cfg(not(unix))]
    fn saved_at(&self, path: &Path) -> Option<SystemTime> {
        let meta = std::fs::metadata(path).ok()?;
        meta.modified().ok().max(meta.created().ok())
    }

    #[cfg(unix)]
    fn touched_at(&self, path: &Path) -> Option<SystemTime> {
        use std::os::unix::fs::MetadataExt;
        let meta = std::fs::metadata(path).ok()?;
        let (seconds, nanos) = (meta.ctime(), meta.ctime_nsec());
        let since_epoch =
            std::time::Duration::new(seconds.try_into().ok()?, nanos.try_into().ok()?);
        std::time::UNIX_EPOCH.checked_add(since_epoch)
    }
}

#[cfg(unix)]
fn stat_of(meta: &std::fs::Metadata) -> Stat {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds =
        |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    Stat {
        mtime_ns: nanoseconds(meta.mtime(), meta.mtime_nsec()),
        ctime_ns: Some(nanoseconds(meta.ctime(), meta.ctime_nsec())),
        len: meta.len(),
        inode: Some(meta.ino()),
        is_dir: meta.is_dir(),
    }
}

#[cfg(not(unix))]
fn stat_of(meta: &std::fs::Metadata) -> Stat {
    let since_epoch = meta
        .modified()
        .ok()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    Stat {
        mtime_ns: since_epoch.map_or(0, |time| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)),
        ctime_ns: None,
        len: meta.len(),
        inode: None,
        is_dir: meta.is_dir(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_file_that_was_written_says_so_whatever_its_time_of_modification() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.js");
        let begun = SystemTime::now() - std::time::Duration::from_secs(1);
        let write = |text: &str| std::fs::write(&path, text).expect("written");
        let is_newer = |path: &Path| RealFs.touched_at(path).is_some_and(|at| at > begun);
        write("1");
        let file = std::fs::File::options().write(true).open(&path);
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1);
        let file = file.expect("open");
        file.set_modified(long_ago).expect("set");
        assert!(is_newer(&path) && is_newer(folder.path()));
        assert!(
            RealFs
                .touched_at(Path::new("/usr"))
                .is_none_or(|at| at < begun)
        );
        assert_eq!(RealFs.touched_at(&folder.path().join("none")), None);
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_file_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("a.js");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.is_ok_and(|status| status.success()));
        for path in [&pipe, Path::new("/dev/zero")] {
            let error = RealFs.read(path).expect_err("no file");
            assert_eq!(error.to_string(), "a pipe, a socket or a device");
        }
        let error = RealFs.read(folder.path()).expect_err("a folder");
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_what_is_not_there_yet() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let folder = crate::path::real(folder.path());
        std::fs::create_dir(folder.join("out")).expect("made");
        for (link, target) in [("a", "out/b"), ("out/b", "c"), ("d", "no/c"), ("e", "e")] {
            symlink(target, folder.join(link)).expect("linked");
        }
        let target = |link: &str| RealFs.target_of_link(&folder.join(link)).ok();
        let there = Some(Some(folder.join("out/c")));
        assert_eq!(
            [target("a"), target("out/b")],
            [there.clone(), there.clone()]
        );
        assert_eq!([target("d"), target("e"), target("f")], [None, None, None]);
        std::fs::write(folder.join("out/c"), "").expect("written");
        assert_eq!([target("a"), target("out/c")], [there, Some(None)]);
    }

    #[test]
    fn what_is_read_is_all_there_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        for length in [0, 1, 31, 32, 33, 100_000] {
            std::fs::write(&file, vec![b'x'; length]).unwrap();
            assert_eq!(RealFs.read(&file).unwrap().len(), length);
            // It has grown, or shrunk, since its length was asked for.
            for expected in [0, 1, length / 2, length + 1, 2 * length] {
                let read = read_all(&file, expected as u64).unwrap();
                assert_eq!(read.len(), length, "{expected}");
            }
        }
        assert!(RealFs.read(folder.path()).is_err());
        // What does not say how long it is.
        #[cfg(target_os = "linux")]
        assert_eq!(
            RealFs.read(Path::new("/proc/version")).unwrap(),
            std::fs::read("/proc/version").unwrap()
        );
    }

    #[test]
    fn real_stats_tell_files_directories_and_links_apart() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("b.js");
        std::fs::write(&file, "1234").unwrap();
        std::fs::create_dir(dir.path().join("a")).unwrap();
        let stat = RealFs.stat(&file).unwrap();
        assert_eq!((stat.len, stat.is_dir), (4, false));
        assert!(stat.mtime_ns > 1_600_000_000_000_000_000);
        #[cfg(unix)]
        {
            let link = dir.path().join("c");
            std::os::unix::fs::symlink(dir.path().join("a"), &link).unwrap();
            assert!(RealFs.stat(&link).unwrap().is_dir);
            assert!(!RealFs.stat_link(&link).unwrap().is_dir);
            let kinds: Vec<_> = RealFs
                .read_dir(dir.path())
                .unwrap()
                .iter()
                .map(|e| e.is_dir)
                .collect();
            assert_eq!(
                kinds,
                [true, false, false],
                "sorted; the link is no directory"
            );
            assert_eq!(RealFs.read(&file).unwrap(), b"1234");
        }
        assert_eq!(
            RealFs.stat(&dir.path().join("x")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }
}
