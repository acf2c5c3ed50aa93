//! Where a code cache is kept, and how it is read and replaced. Nothing here is worth an error: without
//! a cache V8 compiles.

use std::{
    env,
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    process,
    time::Duration,
};

use xxhash_rust::xxh3::xxh3_64;

/// A file larger than that is none of ours.
const LARGEST: u64 = 256 << 20;
/// What nobody has written for so long goes when another is written: a Node that was updated since.
const STALE: Duration = Duration::from_secs(30 * 24 * 3600);

/// The cache file of the project that `root` belongs to. `setting` is HEATSYNC_CACHE: `0` for none,
/// or a folder.
pub fn place(root: &Path, setting: Option<OsString>, make: u64) -> Option<PathBuf> {
    let packages = root
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("node_modules"))
        .find(|folder| folder.is_dir());
    let project = packages.as_deref().unwrap_or(root).parent()?;
    let shared = |folder: PathBuf| {
        let project = xxh3_64(project.as_os_str().as_encoded_bytes());
        folder.join(format!("code-{make:016x}-{project:016x}.bin"))
    };
    match setting.filter(|setting| !setting.is_empty()) {
        Some(setting) if setting == "0" => None,
        Some(folder) => std::path::absolute(folder).ok().map(shared),
        None => match &packages {
            Some(packages) => {
                let folder = packages.join(".cache").join("heatsync-rs");
                Some(folder.join(format!("code-{make:016x}.bin")))
            }
            None => system_folder().map(|folder| shared(folder.join("heatsync-rs"))),
        },
    }
}

/// The user's folder for what can be made again.
fn system_folder() -> Option<PathBuf> {
    let folder = |name: &str| {
        let value = env::var_os(name).filter(|value| !value.is_empty())?;
        Some(PathBuf::from(value)).filter(|path| path.is_absolute())
    };
    if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        Some(folder("HOME")?.join("Library").join("Caches"))
    } else {
        folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))
    }
}

/// What somebody else could have written is not read: it is as good as code.
pub fn read(path: &Path) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    let stat = file.metadata().ok()?;
    if !stat.is_file() || stat.len() > LARGEST || !is_own(&stat) {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(stat.len()).ok()?);
    file.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(unix)]
fn is_own(stat: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // SAFETY: it can't fail, and touches nothing.
    let user = unsafe { libc::geteuid() };
    stat.uid() == user && stat.mode() & 0o022 == 0
}

#[cfg(not(unix))]
fn is_own(_stat: &fs::Metadata) -> bool {
    true
}

/// Whoever reads meanwhile, or writes another, sees the old file or one of the new ones, whole.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
    fs::create_dir_all(folder)?;
    let temporary = path.with_extension(format!("{}.tmp", process::id()));
    // Of a process that was killed while it wrote, and had our number.
    let _ = fs::remove_file(&temporary);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(&temporary)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    } else {
        remove_stale(folder);
    }
    written
}

fn remove_stale(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_ours = name.to_string_lossy().starts_with("code-");
        let age = entry.metadata().and_then(|stat| stat.modified());
        let is_stale = age.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > STALE));
        if is_ours && is_stale {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_file_is_kept_beside_the_packages_of_its_project() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        let inner = root.join("src/deep");
        fs::create_dir_all(&inner).expect("made");
        fs::create_dir(root.join("node_modules")).expect("made");
        let at =
            |setting: Option<&str>| place(&inner.join("a.mjs"), setting.map(OsString::from), 1);
        let own = root.join("node_modules/.cache/heatsync-rs/code-0000000000000001.bin");
        assert_eq!(at(None), Some(own.clone()));
        assert_eq!(at(Some("")), Some(own));
        assert_eq!(at(Some("0")), None);
        let chosen = at(Some("/elsewhere")).expect("a place");
        assert_eq!(chosen.parent(), Some(Path::new("/elsewhere")));
        // Two projects do not share one, two files of a project do.
        assert_eq!(
            place(&root.join("b.mjs"), Some("/elsewhere".into()), 1),
            Some(chosen.clone())
        );
        let other = place(Path::new("/other/b.mjs"), Some("/elsewhere".into()), 1);
        assert_ne!(other, Some(chosen));
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/code-1.bin");
        assert_eq!(read(&path), None);
        replace(&path, b"one").expect("written");
        replace(&path, b"two").expect("written");
        assert_eq!(read(&path), Some(b"two".to_vec()));
        let count = fs::read_dir(folder.path().join("new"))
            .expect("read")
            .count();
        assert_eq!(count, 1);
        let below_a_file = path.join("code-2.bin");
        assert!(replace(&below_a_file, b"").is_err());
    }

    #[test]
    fn old_files_of_other_makes_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        for name in ["code-old.bin", "code-new.bin", "theirs.bin"] {
            fs::write(at(name), "").expect("written");
        }
        let long_ago = std::time::SystemTime::now() - STALE - Duration::from_secs(60);
        for name in ["code-old.bin", "theirs.bin"] {
            let file = File::options().write(true).open(at(name)).expect("open");
            file.set_modified(long_ago).expect("set");
        }
        replace(&at("code-mine.bin"), b"").expect("written");
        let left = |name: &str| at(name).exists();
        assert!(!left("code-old.bin") && left("code-new.bin") && left("theirs.bin"));
    }

    #[cfg(unix)]
    #[test]
    fn what_others_may_write_is_not_read() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("code-1.bin");
        replace(&path, b"one").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).expect("set");
        assert_eq!(read(&path), None);
        assert_eq!(read(folder.path()), None);
    }
}
