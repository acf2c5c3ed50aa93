//! Why a specifier leads nowhere, in the user's words, and what they most likely meant.
//!
//! Runs only after a failure, so it may look around on disk.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use oxc_resolver::ResolveError;

use super::{
    EXTENSIONS, Mode, append, builtins,
    files::{Entry, Files},
    near::{names_in, nearest},
    packages::package_name,
    specifier::{Place, scheme},
};
use crate::error::{Error, ErrorCode};

/// What a module's file may end in, likeliest first.
const KNOWN_EXTENSIONS: [&str; 10] = [
    ".js", ".mjs", ".ts", ".mts", ".jsx", ".tsx", ".cjs", ".cts", ".json", ".node",
];

fn verb(mode: Mode) -> &'static str {
    match mode {
        Mode::Import => "imported from",
        Mode::Require => "required from",
    }
}

/// A path or file URL that is no file.
pub(super) fn missing_file(
    specifier: &str,
    place: &Place,
    from: &Path,
    mode: Mode,
    files: &Files,
) -> Error {
    let from_text = format!("{} {}", verb(mode), from.display());
    let is_folder = matches!(files.entry(&place.path), Entry::Folder);
    let is_file = matches!(files.entry(&place.path), Entry::File { .. });
    let error = match mode {
        _ if is_file => Error::new(
            ErrorCode::NotAFile,
            format!("'{specifier}', {from_text}, ends like a folder, but it is a file"),
        ),
        Mode::Import if is_folder => Error::new(
            ErrorCode::NotAFile,
            format!("'{specifier}', {from_text}, is a folder, and import takes a file"),
        ),
        Mode::Require if is_folder => Error::new(
            ErrorCode::NotAFile,
            format!(
                "'{specifier}', {from_text}, is a folder with no index.js and no \
                 package.json \"main\" that exists"
            ),
        ),
        _ if fs::symlink_metadata(&place.path).is_ok() => {
            let target = fs::read_link(&place.path).unwrap_or_default();
            Error::new(
                ErrorCode::MissingFile,
                format!(
                    "'{specifier}', {from_text}, is a link to '{}', which does not exist",
                    target.display()
                ),
            )
        }
        _ => Error::new(
            ErrorCode::MissingFile,
            format!("Cannot find '{specifier}' {from_text}"),
        ),
    };
    let help = if is_file {
        Some(format!(
            "Did you mean '{}'?",
            specifier.trim_end_matches('/')
        ))
    } else {
        meant_file(specifier, place, mode, is_folder)
    };
    Error { help, ..error }.with_file(from)
}

/// The own name leads to what is not there: in Node's words, and nothing is to be installed.
pub(super) fn missing_target(error: Error, path: &Path, from: &Path, mode: Mode) -> Error {
    let what = format!("Cannot find module '{}'", path.display());
    let message = match mode {
        Mode::Import => format!("{what} imported from {}", from.display()),
        Mode::Require => what,
    };
    Error {
        message,
        help: None,
        ..error
    }
}

fn meant_file(specifier: &str, place: &Place, mode: Mode, is_folder: bool) -> Option<String> {
    let (name, suffix) = split_suffix(specifier, mode);
    let is_file = |path: &Path| path.is_file();
    if is_folder {
        let known = KNOWN_EXTENSIONS
            .iter()
            .map(|extension| format!("index{extension}"));
        let index = known
            .into_iter()
            .find(|index| is_file(&place.path.join(index)))?;
        return Some(format!(
            "Did you mean '{}/{index}{suffix}'?",
            name.trim_end_matches('/')
        ));
    }
    // x → x.js. `require` has tried its own extensions.
    if let Some(extension) = KNOWN_EXTENSIONS
        .iter()
        .find(|extension| is_file(&append(&place.path, extension)))
    {
        let why = match mode {
            Mode::Import => " An import names the file with its extension.",
            Mode::Require => " require() adds no extension but .js, .json and .node.",
        };
        return Some(format!("Did you mean '{name}{extension}{suffix}'?{why}"));
    }
    // x.js → x.ts
    if let Some(extension) = place.path.extension().and_then(OsStr::to_str) {
        let other = KNOWN_EXTENSIONS
            .iter()
            .find(|other| is_file(&place.path.with_extension(&other[1..])));
        if let (Some(other), Some(stem)) = (other, name.strip_suffix(&format!(".{extension}"))) {
            return Some(format!("Did you mean '{stem}{other}{suffix}'?"));
        }
    }
    near_file(name, suffix, &place.path, mode)
}

/// The specifier without and the rest from its query or fragment.
fn split_suffix(specifier: &str, mode: Mode) -> (&str, &str) {
    match mode {
        Mode::Import => specifier.split_at(specifier.find(['?', '#']).unwrap_or(specifier.len())),
        Mode::Require => (specifier, ""),
    }
}

/// The same path with one name spelt as it is on disk.
fn near_file(name: &str, suffix: &str, path: &Path, mode: Mode) -> Option<String> {
    // The first part of the path that does not exist: what comes before is right.
    let wrong = path
        .ancestors()
        .take_while(|part| fs::symlink_metadata(part).is_err())
        .last()?;
    let written = wrong.file_name()?.to_str()?;
    let rest = path.strip_prefix(wrong).ok()?;
    let folder = wrong.parent()?;
    let is_last = rest.as_os_str().is_empty();
    // A specifier that leaves the extension out is compared without.
    let bare = is_last && !written.contains('.');
    let names =
        names_in(folder).filter(|(name, is_folder)| !is_last || !is_folder || name == written);
    let (found, case_only) = nearest(written, names.map(|(name, _)| name), bare)?;

    // Put it where it stands in the specifier, counted from the end.
    let mut segments: Vec<&str> = name.split('/').collect();
    let depth = rest.components().count();
    let at = segments.len().checked_sub(1 + depth)?;
    let encoded = match mode {
        Mode::Import => found
            .replace('%', "%25")
            .replace('?', "%3F")
            .replace('#', "%23"),
        Mode::Require => found.clone(),
    };
    segments[at] = &encoded;
    let meant = segments.join("/");
    Some(match case_only {
        true => format!(
            "Did you mean '{meant}{suffix}'? The name on disk is '{found}'; letter case matters."
        ),
        false => format!("Did you mean '{meant}{suffix}'?"),
    })
}

/// A bare specifier that failed. `other_way` asks whether it would work in the other mode.
pub(super) fn package(
    specifier: &str,
    from: &Path,
    mode: Mode,
    error: &ResolveError,
    files: &Files,
    other_way: impl FnOnce() -> bool,
) -> Error {
    let from_text = format!("{} {}", verb(mode), from.display());
    let exports = |why: String| {
        let error = Error::new(ErrorCode::PackageExport, why);
        match other_way() {
            true if mode == Mode::Import => {
                error.with_help("The package offers it to require() only.")
            }
            true => error.with_help("The package offers it to import only."),
            false => error,
        }
    };
    let error = match error {
        ResolveError::PackagePathNotExported {
            package_json_path, ..
        } => {
            let name = package_name(specifier);
            let what = match specifier.strip_prefix(name) {
                Some("") | None => format!("'{specifier}' has no main export"),
                Some(path) => format!("'.{path}' is not exported by the package '{name}'"),
            };
            exports(format!(
                "{what}: see \"exports\" in {}; {from_text}",
                package_json_path.display()
            ))
        }
        ResolveError::PackageImportNotDefined(_, manifest) => exports(format!(
            "'{specifier}' is not defined in \"imports\" of {}; {from_text}",
            manifest.display()
        )),
        ResolveError::InvalidPackageTarget(target, key, manifest) => exports(format!(
            "'{specifier}', {from_text}: the target '{target}' of '{key}' is not valid in {}",
            manifest.display()
        )),
        ResolveError::InvalidPackageConfig(_)
        | ResolveError::InvalidPackageConfigDefault(_)
        | ResolveError::InvalidPackageConfigDirectory(_) => {
            exports(format!("'{specifier}', {from_text}: {error}"))
        }
        ResolveError::InvalidModuleSpecifier(..) | ResolveError::Specifier(_) => Error::new(
            ErrorCode::InvalidSpecifier,
            format!("The specifier '{specifier}', {from_text}, is not valid"),
        ),
        ResolveError::Json(json) => Error::new(
            ErrorCode::Syntax,
            format!(
                "'{specifier}', {from_text}: {} is not valid JSON: {}",
                json.path.display(),
                json.message
            ),
        ),
        ResolveError::IOError(_) => Error::new(
            ErrorCode::Unreadable,
            format!("'{specifier}', {from_text}: {error}"),
        ),
        _ => not_found(specifier, from, mode, &from_text, files),
    };
    error.with_file(from)
}

fn not_found(specifier: &str, from: &Path, mode: Mode, from_text: &str, files: &Files) -> Error {
    let fail = |what: &str| {
        Error::new(
            ErrorCode::UnresolvedImport,
            format!("Cannot find {what} {from_text}"),
        )
    };
    if specifier.starts_with('#') {
        return fail(&format!("'{specifier}'")).with_help(
            "Names with # are defined in \"imports\" of the nearest package.json, \
             and their targets must exist.",
        );
    }
    if mode == Mode::Require
        && scheme(specifier).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file"))
    {
        return fail(&format!("'{specifier}'"))
            .with_help("require() takes a path: convert the URL with url.fileURLToPath().");
    }
    let name = package_name(specifier);
    if builtins::needs_prefix(specifier) {
        return fail(&format!("the package '{name}'"))
            .with_help(format!("Did you mean 'node:{specifier}'?"));
    }
    let Some(package) = installed(name, from) else {
        let error = fail(&format!("the package '{name}'"));
        return match meant_package(specifier, name, from, mode, files) {
            // A near name may be chance: say both.
            Some(help) if !help.contains("'./") => {
                error.with_help(format!("{help} If not: npm install {name}"))
            }
            Some(help) => error.with_help(help),
            None => error.with_help(format!("Is it installed? npm install {name}")),
        };
    };
    // The package is there, the file in it is not.
    let Some(path) = specifier.strip_prefix(name).filter(|path| !path.is_empty()) else {
        let manifest = package.join("package.json");
        return fail(&format!("the main file of the package '{name}'")).with_help(format!(
            "See \"main\" and \"exports\" in {}.",
            manifest.display()
        ));
    };
    let target = package.join(path.trim_start_matches('/'));
    let place = Place {
        path: crate::path::normalize(&target),
        folder_only: path.ends_with('/'),
    };
    let is_folder = place.path.is_dir();
    let error = match is_folder && mode == Mode::Import {
        true => Error::new(
            ErrorCode::NotAFile,
            format!("'{specifier}', {from_text}, is a folder, and import takes a file"),
        ),
        false => Error::new(
            ErrorCode::MissingFile,
            format!("Cannot find '{specifier}' {from_text}"),
        ),
    };
    Error {
        help: meant_file(specifier, &place, mode, is_folder),
        ..error
    }
}

fn installed(name: &str, from: &Path) -> Option<PathBuf> {
    let folders = from.ancestors().skip(1);
    folders
        .map(|folder| folder.join("node_modules").join(name))
        .find(|folder| folder.is_dir())
}

fn meant_package(
    specifier: &str,
    name: &str,
    from: &Path,
    mode: Mode,
    files: &Files,
) -> Option<String> {
    // "utils.js" for "./utils.js".
    let beside = from.parent()?.join(specifier);
    let extensions: &[&str] = if mode == Mode::Require {
        &EXTENSIONS
    } else {
        &KNOWN_EXTENSIONS
    };
    let found = std::iter::once(&"")
        .chain(extensions)
        .find(|extension| matches!(files.entry(&append(&beside, extension)), Entry::File { .. }));
    if let Some(extension) = found {
        let extension = if mode == Mode::Require { "" } else { extension };
        return Some(format!("Did you mean './{specifier}{extension}'?"));
    }
    // Packages that are installed, then builtins.
    let scope = name.split_once('/').map(|(scope, _)| scope);
    let folders = from
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("node_modules"));
    let names = folders.flat_map(|folder| {
        let folder = scope.map_or_else(|| folder.clone(), |scope| folder.join(scope));
        let prefix = scope.map(|scope| format!("{scope}/")).unwrap_or_default();
        names_in(&folder)
            .filter(|(name, _)| !name.starts_with(['.', '@']))
            .map(move |(name, _)| format!("{prefix}{name}"))
            .collect::<Vec<_>>()
    });
    let builtins = builtins::public_names().map(str::to_owned);
    let (found, _) = nearest(name, names.chain(builtins), false)?;
    let rest = specifier.strip_prefix(name).unwrap_or_default();
    Some(format!("Did you mean '{found}{rest}'?"))
}
