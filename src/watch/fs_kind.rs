//! Which file system a folder is on, as far as it matters: on some of them no event tells what others change.

use std::path::Path;

use super::FsKind;

#[cfg(target_os = "linux")]
pub(super) fn kind_of(path: &Path) -> FsKind {
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

#[cfg(target_os = "macos")]
pub(super) fn kind_of(path: &Path) -> FsKind {
    use std::ffi::{CStr, CString};
    use std::os::unix::ffi::OsStrExt;
    let Ok(path) = CString::new(path.as_os_str().as_bytes()) else {
        return FsKind::Local;
    };
    let mut stat = std::mem::MaybeUninit::<libc::statfs>::uninit();
    // SAFETY: both pointers are valid for the call, which fills `stat` when it succeeds.
    let stat = match unsafe { libc::statfs(path.as_ptr(), stat.as_mut_ptr()) } {
        0 => unsafe { stat.assume_init() },
        _ => return FsKind::Local,
    };
    // SAFETY: the system ends the name with a zero.
    let name = unsafe { CStr::from_ptr(stat.f_fstypename.as_ptr()) };
    let is_local = stat.f_flags & libc::MNT_LOCAL as u32 != 0;
    kind_of_mount(is_local, &name.to_string_lossy())
}

/// By the flag and the name that macOS gives a mount. FSEvents tells what this machine changes there, and nothing else.
#[cfg(any(target_os = "macos", test))]
fn kind_of_mount(is_local: bool, name: &str) -> FsKind {
    match name {
        // FUSE says that it is not local unless it is told to.
        _ if is_local => FsKind::Local,
        "nfs" => FsKind::Network("NFS"),
        "smbfs" => FsKind::Network("SMB"),
        "afpfs" => FsKind::Network("AFP"),
        "webdav" => FsKind::Network("WebDAV"),
        "virtiofs" | "AppleVirtIOFS" => FsKind::Network("virtiofs"),
        _ => FsKind::Network("remote"),
    }
}

/// A share (`\\server\share`, `\\wsl$\…`) shows in the path itself on Windows.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn kind_of(path: &Path) -> FsKind {
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
    fn mounts_of_macos() {
        for (is_local, name, expected) in [
            (true, "apfs", FsKind::Local),
            (true, "hfs", FsKind::Local),
            (false, "smbfs", FsKind::Network("SMB")),
            (false, "nfs", FsKind::Network("NFS")),
            (false, "macfuse", FsKind::Network("remote")),
            (true, "macfuse", FsKind::Local),
        ] {
            assert_eq!(kind_of_mount(is_local, name), expected, "{name}");
        }
    }
}
