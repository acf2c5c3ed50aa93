//! Paths and file URLs: the only place where either is composed from the other.
//!
//! A module is known by its URL in Node and by its path on disk, and two spellings of one file
//! would be two modules. So every conversion here is Node's, to the character: `url.pathToFileURL`
//! and `url.fileURLToPath` (compared with Node 20, 22, 24 and 26, which agree).
//!
//! What differs by platform takes the platform as an argument, so that the Windows forms are tested
//! everywhere.

mod real;
mod url;

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::error::Error;
pub(crate) use url::{
    DotSegment, decode_component, dot_segment, has_encoded_separator, url_suffix,
};
use url::{file_path, file_url, is_drive};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Platform {
    Posix,
    Windows,
}

impl Platform {
    const fn separator(self) -> char {
        match self {
            Self::Posix => '/',
            Self::Windows => '\\',
        }
    }
}

const HOST: Platform = if cfg!(windows) {
    Platform::Windows
} else {
    Platform::Posix
};

/// The URL of a file, as `url.pathToFileURL` writes it. A relative path is taken from the working
/// directory, and a closing slash is kept.
///
/// A path that is not UTF-8 has no exact URL: Node reads such names with replacement characters,
/// and so does this.
pub fn to_file_url(path: &Path) -> String {
    let text = path.to_string_lossy();
    if path.is_absolute() {
        return file_url(&text, HOST);
    }
    let absolute = std::env::current_dir().unwrap_or_default().join(path);
    file_url(&absolute.to_string_lossy(), HOST)
}

/// The path of a `file:` URL, as `url.fileURLToPath` reads it. The query and the fragment are
/// dropped.
pub fn from_file_url(url: &str) -> Result<PathBuf, Error> {
    file_path(url, HOST).map(PathBuf::from)
}

/// The path without `.`, `..`, doubled and closing separators. Purely lexical: no link is followed.
/// On Windows the verbatim prefix (`\\?\`) goes. A drive letter stays as it is written, as for Node: `c:\` in a debugger of VS Code.
pub fn normalize(path: &Path) -> PathBuf {
    if let Some(text) = path.to_str() {
        return PathBuf::from(normalize_text(text, HOST));
    }
    // Not UTF-8: the same by components, which lose no bytes.
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            Component::ParentDir if out.has_root() => {}
            other => out.push(other),
        }
    }
    out
}

/// Whether the path lies in a `node_modules` folder: a package, which stays native and unwatched.
pub fn in_package(path: &Path) -> bool {
    path.components()
        .any(|part| part.as_os_str() == "node_modules")
}

/// The path with all links followed. A path that does not exist stays as it is.
pub fn real(path: &Path) -> PathBuf {
    try_real(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The same, and whether it exists: see `real.rs`.
pub fn try_real(path: &Path) -> io::Result<PathBuf> {
    // Linux keeps names as they are written, and answers at once.
    if cfg!(target_os = "linux") {
        return std::fs::canonicalize(path);
    }
    real_by_links(path)
}

fn real_by_links(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let Some(text) = absolute.to_str() else {
        return std::fs::canonicalize(path);
    };
    real::follow_links(text, HOST, &target_of).map(PathBuf::from)
}

fn target_of(path: &str) -> io::Result<Option<String>> {
    if !std::fs::symlink_metadata(path)?.is_symlink() {
        return Ok(None);
    }
    let target = std::fs::read_link(path)?.to_string_lossy().into_owned();
    // Where a volume is mounted Node sees a folder (libuv's `fs__readlink_handle`).
    Ok(Some(target).filter(|it| !it.starts_with(r"\\?\Volume{")))
}

fn normalize_text(path: &str, platform: Platform) -> String {
    match platform {
        Platform::Posix => join_segments("", path.starts_with('/'), path, '/'),
        Platform::Windows => {
            let path = path.replace('/', r"\");
            let path = match path.strip_prefix(r"\\?\") {
                Some(rest) => match rest.strip_prefix(r"UNC\") {
                    Some(share) => format!(r"\\{share}"),
                    None => rest.to_owned(),
                },
                None => path,
            };
            if let Some(drive) = path.get(..2).filter(|drive| is_drive(drive)) {
                let rest = &path[2..];
                return join_segments(drive, rest.starts_with('\\'), rest, '\\');
            }
            if let Some(share) = path.strip_prefix(r"\\") {
                // `\\server\share` is the root: `..` stops there.
                let server = share.find('\\').unwrap_or(share.len());
                let end = share[server..]
                    .char_indices()
                    .skip(1)
                    .find(|(_, c)| *c == '\\')
                    .map_or(share.len(), |(at, _)| server + at);
                let root = format!(r"\\{}", &share[..end]);
                return join_segments(&root, true, &share[end..], '\\');
            }
            join_segments("", path.starts_with('\\'), &path, '\\')
        }
    }
}

/// `prefix`, a separator when `rooted`, and the segments of `rest` without dots.
fn join_segments(prefix: &str, rooted: bool, rest: &str, separator: char) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in rest.split(separator) {
        match segment {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            ".." if rooted => {}
            other => kept.push(other),
        }
    }
    let mut out = String::with_capacity(prefix.len() + rest.len() + 1);
    out.push_str(prefix);
    if rooted {
        out.push(separator);
    }
    for (at, segment) in kept.iter().enumerate() {
        if at > 0 {
            out.push(separator);
        }
        out.push_str(segment);
    }
    if out.is_empty() { ".".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn normal(platform: Platform, path: &str, want: &str) {
        assert_eq!(normalize_text(path, platform), want);
    }

    #[test]
    fn normalize_is_lexical() {
        use Platform::{Posix, Windows};
        normal(Posix, "/a/b/../c/./d", "/a/c/d");
        normal(Posix, "/../../a", "/a");
        normal(Posix, "a/../../b", "../b");
        normal(Posix, "../../b", "../../b");
        normal(Posix, "/a/b/", "/a/b");
        normal(Posix, "", ".");
        normal(Posix, "/", "/");
        normal(Posix, "/a\\b", "/a\\b");
        normal(Windows, r"\\?\c:\a\..\b", r"c:\b");
        normal(Windows, r"\\?\UNC\s\share\..\x", r"\\s\share\x");
        normal(Windows, r"c:/a//b/", r"c:\a\b");
        normal(Windows, r"C:\..\a", r"C:\a");
        normal(Windows, r"a/../b", "b");
        normal(Windows, r"\a\b", r"\a\b");
    }

    #[test]
    #[cfg(unix)]
    fn names_that_are_no_utf_8_are_kept() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
        let path = |bytes: &'static [u8]| Path::new(OsStr::from_bytes(bytes));
        for (from, to) in [
            (&b"/../a/./\xff/b/../"[..], &b"/a/\xff"[..]),
            (b"a/../../\xff", b"../\xff"),
        ] {
            assert_eq!(normalize(path(from)), path(to));
        }
    }

    #[test]
    fn packages() {
        assert!(in_package(Path::new("/a/node_modules/b/c.js")));
        assert!(!in_package(Path::new("/a/node_modules2/c.js")));
    }

    #[test]
    #[cfg(unix)]
    fn real_follows_links_and_keeps_what_is_missing() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = real(dir.path());
        std::fs::write(root.join("a.js"), "").expect("a file");
        std::os::unix::fs::symlink(root.join("a.js"), root.join("l.js")).expect("a link");
        assert_eq!(real(&root.join("l.js")), root.join("a.js"));
        assert_eq!(real(&root.join("none.js")), root.join("none.js"));
        assert!(try_real(&root.join("none.js")).is_err());
        std::fs::create_dir_all(root.join("b/c")).expect("folders");
        std::os::unix::fs::symlink("b/c/..", root.join("b2")).expect("a link");
        std::os::unix::fs::symlink("../../l.js", root.join("b/c/m.js")).expect("a link");
        for file in [
            "l.js",
            "b2/c/m.js",
            "b2/../b2",
            "b/c/../c/m.js",
            "none.js",
            "b2/none",
        ] {
            let file = root.join(file);
            let system = std::fs::canonicalize(&file).ok();
            assert_eq!(real_by_links(&file).ok(), system, "{}", file.display());
        }
    }

    #[test]
    #[cfg(unix)]
    fn public_functions_use_the_host() {
        assert_eq!(to_file_url(Path::new("/a b")), "file:///a%20b");
        assert_eq!(
            from_file_url("file:///a%20b").expect("a path"),
            Path::new("/a b")
        );
        assert!(to_file_url(Path::new("x.js")).ends_with("/x.js"));
        assert_eq!(normalize(Path::new("/a/../b")), Path::new("/b"));
        use std::os::unix::ffi::OsStrExt;
        let odd = Path::new(std::ffi::OsStr::from_bytes(b"/\xff/../a"));
        assert_eq!(normalize(odd), Path::new("/a"));
    }
}
