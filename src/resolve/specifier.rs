//! What a specifier is: a place on disk, a builtin, a URL, or a package's. Pure: no file is looked
//! at.

use std::path::{Path, PathBuf};

use super::{Mode, builtins};
use crate::{
    error::{Error, ErrorCode},
    path::{
        DotSegment, decode_component, dot_segment, from_file_url, has_encoded_separator, normalize,
    },
};

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    Place(Place),
    /// A bare name or `#internal`.
    Package,
    Builtin(String),
    Url,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// The specifier ends like a folder: `./x/`, `.`, `..`.
    pub(super) folder_only: bool,
}

pub(super) fn classify(specifier: &str, from: &Path, mode: Mode) -> Result<Target, Error> {
    if specifier.is_empty() || specifier.contains('\0') {
        return Err(invalid(specifier, "is empty or has a NUL character"));
    }
    if let Some(name) = specifier.strip_prefix("node:") {
        let known = builtins::is_builtin(name) || builtins::needs_prefix(name);
        return Ok(if known {
            Target::Builtin(specifier.to_owned())
        } else {
            Target::Url
        });
    }
    if builtins::is_builtin(specifier) {
        return Ok(Target::Builtin(format!("node:{specifier}")));
    }
    match mode {
        Mode::Import => import(specifier, from),
        Mode::Require => require(specifier, from),
    }
}

/// ESM_RESOLVE: a path is a relative URL, what parses as a URL is one, and the rest is bare.
fn import(specifier: &str, from: &Path) -> Result<Target, Error> {
    if is_relative(specifier) || specifier.starts_with('/') {
        return relative_url(specifier, from).map(Target::Place);
    }
    if cfg!(windows) && Path::new(specifier).is_absolute() {
        // Node refuses `C:\x.js` here; entry points and our own calls arrive in this form.
        return Ok(Target::Place(place(Path::new(specifier), specifier)));
    }
    match scheme(specifier) {
        Some(scheme) if scheme.eq_ignore_ascii_case("file") => {
            let path = from_file_url(specifier)?;
            let folder_only = path.to_string_lossy().ends_with(std::path::is_separator);
            Ok(Target::Place(Place {
                path: normalize(&path),
                folder_only,
            }))
        }
        Some(_) => Ok(Target::Url),
        None => bare(specifier),
    }
}

/// PACKAGE_RESOLVE, step 6: what no package can be called.
fn bare(specifier: &str) -> Result<Target, Error> {
    if specifier.starts_with('#') {
        return Ok(Target::Package);
    }
    let mut parts = specifier.splitn(3, '/');
    let first = parts.next().unwrap_or_default();
    if specifier.starts_with('@') && parts.next().is_none_or(str::is_empty) {
        return Err(invalid(
            specifier,
            "is not a valid package name: a scope needs a name, as in '@scope/name'",
        ));
    }
    if specifier.starts_with('.') || first.contains(['\\', '%']) {
        return Err(invalid(specifier, "is not a valid package name"));
    }
    Ok(Target::Package)
}

fn require(specifier: &str, from: &Path) -> Result<Target, Error> {
    let windows = |test: fn(&str) -> bool| cfg!(windows) && test(specifier);
    let is_path = is_relative(specifier)
        || Path::new(specifier).is_absolute()
        || windows(|specifier| specifier.starts_with(".\\") || specifier.starts_with("..\\"));
    if !is_path {
        return Ok(Target::Package);
    }
    let base = from.parent().unwrap_or(from);
    Ok(Target::Place(place(&base.join(specifier), specifier)))
}

fn place(path: &Path, specifier: &str) -> Place {
    // Module._findPath: what ends in a slash or in dots is a folder.
    let last = specifier
        .rsplit(|c| c == '/' || (cfg!(windows) && c == '\\'))
        .next()
        .unwrap_or_default();
    Place {
        path: normalize(path),
        folder_only: matches!(last, "" | "." | ".."),
    }
}

/// `./x`, `../x`, `.` and `..`, but not `.x`.
fn is_relative(specifier: &str) -> bool {
    let rest = specifier
        .strip_prefix("..")
        .or_else(|| specifier.strip_prefix('.'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `new URL(specifier, parent)` and `fileURLToPath` in one: the query and the fragment go, `%20`
/// is a blank, `\` is a slash.
pub(super) fn relative_url(specifier: &str, from: &Path) -> Result<Place, Error> {
    let path = specifier.split(['?', '#']).next().unwrap_or_default();
    if has_encoded_separator(path, true) {
        return Err(invalid(
            specifier,
            "must not include encoded \"/\" or \"\\\" characters",
        ));
    }
    // The URL parser drops these wherever they stand, and blanks at the end.
    let path: String = path
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .map(|c| if c == '\\' { '/' } else { c })
        .collect();
    let path = path.trim_end_matches(|c: char| c <= ' ');
    if path.starts_with("//") {
        return Err(invalid(
            specifier,
            "names a host, and a file: URL must have none",
        ));
    }
    let base = from.parent().unwrap_or(from);
    let mut out = match path.starts_with('/') {
        // From the root; on Windows from the root of the importer's drive.
        true => base.ancestors().last().unwrap_or(base).to_path_buf(),
        false => base.to_path_buf(),
    };
    let mut folder_only = false;
    for segment in path.split('/') {
        folder_only = true;
        match dot_segment(segment) {
            Some(DotSegment::Up) => {
                out.pop();
            }
            Some(DotSegment::Here) => {}
            None if segment.is_empty() => {}
            None => {
                let name = decode_component(segment).filter(|name| !name.contains('\0'));
                let name = name.ok_or_else(|| {
                    invalid(
                        specifier,
                        "has a % that is no valid percent-encoding; '%' itself is written '%25'",
                    )
                })?;
                out.push(name);
                folder_only = false;
            }
        }
    }
    Ok(Place {
        path: out,
        folder_only,
    })
}

/// The scheme of an absolute URL (URL standard, "scheme state").
pub(super) fn scheme(specifier: &str) -> Option<&str> {
    let (scheme, _) = specifier.split_once(':')?;
    let mut bytes = scheme.bytes();
    let valid = bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    valid.then_some(scheme)
}

fn invalid(specifier: &str, why: &str) -> Error {
    Error::new(
        ErrorCode::InvalidSpecifier,
        format!("The specifier '{}' {why}", specifier.escape_debug()),
    )
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::{Mode::*, *};

    #[track_caller]
    fn check(mode: Mode, specifier: &str, want: &str) {
        let got = match classify(specifier, Path::new("/app/src/main.js"), mode) {
            Ok(Target::Place(place)) => {
                format!(
                    "{}{}",
                    place.path.display(),
                    if place.folder_only { " (folder)" } else { "" }
                )
            }
            Ok(Target::Package) => "package".to_owned(),
            Ok(Target::Builtin(name)) => name,
            Ok(Target::Url) => "url".to_owned(),
            Err(error) => error.code.as_str().to_owned(),
        };
        assert_eq!(got, want, "{specifier}");
    }

    #[test]
    fn imports() {
        check(Import, "./a.js", "/app/src/a.js");
        check(Import, "../a.js", "/app/a.js");
        check(Import, "../../../../a.js", "/a.js");
        check(Import, "/a.js", "/a.js");
        check(Import, "./a%20b.js", "/app/src/a b.js");
        check(Import, "./a b.js", "/app/src/a b.js");
        check(Import, "./%e6%bc%a2.js", "/app/src/漢.js");
        check(Import, "./漢.js", "/app/src/漢.js");
        check(Import, "./a.js?v=1", "/app/src/a.js");
        check(Import, "./a.js#x?y", "/app/src/a.js");
        check(Import, "./a.js?../../b", "/app/src/a.js");
        check(Import, "./a%3Fb%23c.js", "/app/src/a?b#c.js");
        check(Import, "./%2e%2E/a.js", "/app/a.js");
        check(Import, "./a\\b.js", "/app/src/a/b.js");
        check(Import, ".//a.js", "/app/src/a.js");
        check(Import, "./a\n.js ", "/app/src/a.js");
        check(Import, ".", "/app/src (folder)");
        check(Import, "..", "/app (folder)");
        check(Import, "./a/", "/app/src/a (folder)");
        check(Import, "./a/..", "/app/src (folder)");
        check(Import, "./100%.js", "HEATSYNC_INVALID_SPECIFIER");
        check(Import, "./%ff.js", "HEATSYNC_INVALID_SPECIFIER");
        check(Import, "./a%2fb.js", "HEATSYNC_INVALID_SPECIFIER");
        check(Import, "./a%5Cb.js", "HEATSYNC_INVALID_SPECIFIER");
        check(Import, "./%00", "HEATSYNC_INVALID_SPECIFIER");
        check(Import, "//host/a.js", "HEATSYNC_INVALID_SPECIFIER");
        check(Import, "file:///x/a%20b.js?v#y", "/x/a b.js");
        check(Import, "file:///x/", "/x (folder)");
        check(Import, "file://host/x", "HEATSYNC_INVALID_URL");
        check(Import, "data:text/javascript,1", "url");
        check(Import, "https://a/b.js", "url");
    }

    #[test]
    fn requires() {
        check(Require, "./a", "/app/src/a");
        check(Require, "./a%20b.js", "/app/src/a%20b.js");
        check(Require, "./a.js?v=1", "/app/src/a.js?v=1");
        check(Require, "./a#b", "/app/src/a#b");
        check(Require, "./a\\b", "/app/src/a\\b");
        check(Require, "/x/../a.js", "/a.js");
        check(Require, ".", "/app/src (folder)");
        check(Require, "..", "/app (folder)");
        check(Require, "./a/", "/app/src/a (folder)");
        check(Require, "./a/.", "/app/src/a (folder)");
        check(Require, "./a/..", "/app/src (folder)");
        check(Require, "file:///a.js", "package");
    }

    #[test]
    fn names() {
        for mode in [Import, Require] {
            check(mode, "fs", "node:fs");
            check(mode, "node:fs", "node:fs");
            check(mode, "fs/promises", "node:fs/promises");
            check(mode, "node:test", "node:test");
            check(mode, "node:nonsense", "url");
            check(mode, "test", "package");
            check(mode, "fs/", "package");
            check(mode, "react", "package");
            check(mode, "@a/b/c", "package");
            check(mode, "#internal", "package");
            check(mode, "", "HEATSYNC_INVALID_SPECIFIER");
            check(mode, "./a\0", "HEATSYNC_INVALID_SPECIFIER");
        }
        check(Import, "@scope", "HEATSYNC_INVALID_SPECIFIER");
        check(Import, ".hidden", "HEATSYNC_INVALID_SPECIFIER");
        check(Import, "a%20b", "HEATSYNC_INVALID_SPECIFIER");
        check(Import, "...", "HEATSYNC_INVALID_SPECIFIER");
    }
}
