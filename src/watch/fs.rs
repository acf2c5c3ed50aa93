//! The file system as the core sees it: a trait, so that tests bring their own, and the real one.

use std::io;
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
    /// The real path of what a symlink leads to. `None`: it is none; an error: there is nothing.
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
        std::fs::metadata(path)?;
        Ok(Some(crate::path::real(path)))
    }

    /// A pipe would be waited for until somebody writes, and what is written is for whoever loads it; a device may never end.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let kind = std::fs::metadata(path)?.file_type();
        if !kind.is_file() && !kind.is_dir() {
            return Err(io::Error::other("a pipe, a socket or a device"));
        }
        std::fs::read(path)
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
        kind_of(path)
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

#[cfg(target_os = "linux")]
fn kind_of(path: &Path) -> FsKind {
    let Ok(stat) = rustix::fs::statfs(path) else {
        return FsKind::Local;
    };
    // The magic is a 32-bit number whatever the width of the field (and its sign) is.
    let magic = stat.f_type as u32;
    if magic != FUSE_MAGIC {
        return kind_of_magic(magic);
    }
    // Reading the mount table costs more, so only FUSE, which may be anything, pays for it.
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    kind_of_fuse(&mounts, path)
}

/// A share (`\\server\share`, `\\wsl$\…`) shows in the path itself on Windows. macOS: local, as
/// FSEvents does report what this machine changes, and no dependency names its statfs here.
#[cfg(not(target_os = "linux"))]
fn kind_of(path: &Path) -> FsKind {
    use std::path::{Component, Prefix};
    match path.components().next() {
        Some(Component::Prefix(prefix))
            if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)) =>
        {
            FsKind::Network("SMB")
        }
        _ => FsKind::Local,
    }
}

#[cfg(target_os = "linux")]
const FUSE_MAGIC: u32 = 0x6573_5546;

/// `statfs(2)` magic numbers (linux/magic.h and the file systems' own sources).
#[cfg(any(target_os = "linux", test))]
fn kind_of_magic(magic: u32) -> FsKind {
    FsKind::Network(match magic {
        0x0000_6969 => "NFS",
        0x0000_517B | 0xFE53_4D42 | 0xFF53_4D42 => "SMB",
        0x0102_1997 => "9p (WSL or a virtual machine's share)",
        0x786F_4256 => "VirtualBox shared",
        0xBACB_ACBC => "VMware shared",
        0x5346_414F | 0x6B41_4653 => "AFS",
        0x00C3_6400 => "Ceph",
        0x7375_7245 => "Coda",
        0x0000_564C => "NCP",
        0x0BD0_0BD0 => "Lustre",
        _ => return FsKind::Local,
    })
}

/// FUSE is local for some file systems and remote for most; the mount's type says which.
#[cfg(any(target_os = "linux", test))]
fn kind_of_fuse(mountinfo: &str, path: &Path) -> FsKind {
    // `36 35 98:0 /root /mount/point options … - type source options`; the last mount over the
    // longest mount point is the one in force. Blanks in a mount point are written `\040`.
    let kind = mountinfo
        .lines()
        .filter_map(|line| {
            let (before, after) = line.split_once(" - ")?;
            let point = before.split(' ').nth(4)?.replace("\\040", " ");
            let depth = Path::new(&point).components().count();
            path.starts_with(&point)
                .then_some((depth, after.split(' ').next()?))
        })
        .max_by_key(|(depth, _)| *depth)
        .map(|(_, kind)| kind);
    match kind {
        Some(
            "fuseblk"
            | "fuse.fuse-overlayfs"
            | "fuse.ntfs-3g"
            | "fuse.exfat"
            | "fuse.mergerfs"
            | "fuse.bindfs"
            | "fuse.encfs"
            | "fuse.gocryptfs"
            | "fuse.cryfs"
            | "fuse.unionfs",
        ) => FsKind::Local,
        Some("virtiofs") => FsKind::Network("virtiofs"),
        Some("fuse.sshfs") => FsKind::Network("sshfs"),
        _ => FsKind::Network("FUSE"),
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

    #[test]
    fn magic_numbers() {
        let cases = [
            (0x6969, Some("NFS")),
            (0xFF53_4D42, Some("SMB")),
            (0xFE53_4D42, Some("SMB")),
            (0x0102_1997, Some("9p (WSL or a virtual machine's share)")),
            (0xEF53, None),      // ext4
            (0x0102_1994, None), // tmpfs, one digit away from 9p
            (0x794C_7630, None), // overlayfs
        ];
        for (magic, network) in cases {
            let expected = network.map_or(FsKind::Local, FsKind::Network);
            assert_eq!(kind_of_magic(magic), expected, "{magic:#x}");
        }
    }

    #[test]
    fn fuse_is_told_apart_by_its_mount() {
        let mounts = "\
22 1 8:1 / / rw shared:1 - fuse.fuse-overlayfs fuse-overlayfs rw
40 22 0:40 / /mnt/far\\040away rw - fuse.sshfs me@host:/ rw
41 22 0:41 / /mnt rw - virtiofs share rw
42 22 0:42 / /mnt/cloud rw shared:3 master:4 - fuse.rclone remote: rw
";
        let cases = [
            ("/home/me", FsKind::Local),
            ("/mnt/far away/x", FsKind::Network("sshfs")),
            ("/mnt/x", FsKind::Network("virtiofs")),
            ("/mnt/cloud/deep/er", FsKind::Network("FUSE")),
            ("/mnt/cloudy", FsKind::Network("virtiofs")),
        ];
        for (path, expected) in cases {
            assert_eq!(kind_of_fuse(mounts, Path::new(path)), expected, "{path}");
        }
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
