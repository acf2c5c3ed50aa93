//! Names that lead to more than a path. Node makes a URL of a target of `imports` and `exports`, and of what stands behind
//! a package's name (`import "pkg/lib/x.js?v=1"`): `%20` is a blank in it, and a query makes another module. `oxc_resolver`
//! takes targets for paths and queries for its own, so where any of this occurs the name is resolved here, as in
//! PACKAGE_IMPORTS_RESOLVE and PACKAGE_EXPORTS_RESOLVE (<https://nodejs.org/api/esm.html#resolution-algorithm>). So are
//! lists of targets: Node takes the first that is valid, `oxc_resolver` the first that is there; and a target `#name`, which
//! is no name of `imports` to Node.

use std::path::{Path, PathBuf};

use oxc_resolver::ResolveError;
use serde_json::{Map, Value};

use super::{
    Mode, Resolver,
    builtins::is_builtin,
    files::Entry,
    packages::{Found, package_name},
    specifier::{relative_url, scheme},
};
use crate::path::{dot_segment, in_package, url_suffix};

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Found {
        path: PathBuf,
        suffix: String,
    },
    Builtin(String),
    /// A target that is not there.
    Missing(PathBuf),
    Nowhere,
    /// Invalid Package Target, or null: in a list the next one is taken.
    Refused,
    /// There is no URL in it: `packages` is to say.
    AsPath,
}

/// Does a name have what only a URL has?
fn has_url_parts(specifier: &str) -> bool {
    specifier
        .get(1..)
        .is_some_and(|rest| rest.contains(['?', '#', '%']))
}

impl Resolver {
    /// What a name leads to, and what its URL has behind the path.
    pub(super) fn find_package(
        &self,
        specifier: &str,
        from: &Path,
        mode: Mode,
    ) -> Result<(Found, String), ResolveError> {
        let by_url = || self.by_url(specifier, from, mode);
        let is_url = mode == Mode::Import && has_url_parts(specifier);
        let found = match is_url.then(by_url) {
            Some(Answer::Found { path, suffix }) => return Ok((Found::File(path), suffix)),
            Some(Answer::Builtin(name)) => return Ok((Found::Builtin(name), String::new())),
            Some(Answer::Missing(_) | Answer::Nowhere | Answer::Refused) => {
                Err(ResolveError::NotFound(specifier.to_owned()))
            }
            Some(Answer::AsPath) | None => self.packages.resolve(specifier, from, mode),
        };
        let is_doubtful = match &found {
            Ok(Found::File(_)) if specifier.starts_with('#') => self.has_url_targets(from),
            // Of a package it is Node that goes by the target.
            Ok(Found::File(path)) => !self.is_package(path) && self.has_url_targets(path),
            // Of `fs/promises` oxc gives `fs`.
            Ok(Found::Builtin(_)) => true,
            Err(_) => !is_url,
        };
        match is_doubtful.then(by_url) {
            Some(Answer::Found { path, suffix }) => Ok((Found::File(path), suffix)),
            Some(Answer::Builtin(name)) => Ok((Found::Builtin(name), String::new())),
            // What is there has the target for its name, and no URL leads to it.
            Some(Answer::Missing(_) | Answer::Nowhere | Answer::Refused) if found.is_ok() => {
                Err(ResolveError::NotFound(specifier.to_owned()))
            }
            _ => found.map(|found| (found, String::new())),
        }
    }

    /// Where a name of `package.json` leads, if nothing is there.
    pub(super) fn missing_target(
        &self,
        specifier: &str,
        from: &Path,
        mode: Mode,
    ) -> Option<PathBuf> {
        match self.by_url(specifier, from, mode) {
            Answer::Missing(path) => Some(path),
            _ => None,
        }
    }

    /// Where the own name leads, if nothing is there: nothing is to be installed, and Node, which reads `package.json` once, may go by
    /// another target.
    pub(super) fn missing_own_target(
        &self,
        specifier: &str,
        from: &Path,
        mode: Mode,
    ) -> Option<PathBuf> {
        let missing = self.missing_target(specifier, from, mode);
        missing.filter(|it| !specifier.starts_with('#') && !in_package(it))
    }

    fn is_package(&self, path: &Path) -> bool {
        match self.files.entry(path) {
            Entry::File { real: Some(real) } => in_package(&real),
            _ => in_package(path),
        }
    }

    /// Has a target in the `package.json` that holds for `file` what only a URL has, or is it one of a list, or a `#name` again?
    fn has_url_targets(&self, file: &Path) -> bool {
        let Some(folder) = file.parent() else {
            return false;
        };
        if let Some(known) = self.url_targets.read().get(folder.as_os_str()) {
            return *known;
        }
        let (scope, text) = self.scope(file).unzip();
        let scope = scope.as_deref().unwrap_or(folder);
        let known = self.url_targets.read().get(scope.as_os_str()).copied();
        let has = known.unwrap_or_else(|| {
            text.is_some_and(|text| {
                let strings = text.split("\"./").skip(1);
                strings
                    .filter_map(|rest| rest.split('"').next())
                    .any(|target| target.contains(['?', '#', '%']))
                    || is_taken_otherwise(&text)
            })
        });
        let mut all = self.url_targets.write();
        for folder in [scope, folder] {
            all.insert(folder.as_os_str().to_owned(), has);
        }
        has
    }

    /// LOOKUP_PACKAGE_SCOPE: the folder, and the text of its `package.json`.
    fn scope(&self, file: &Path) -> Option<(PathBuf, std::sync::Arc<str>)> {
        let folders = file.ancestors().skip(1);
        folders
            .take_while(|folder| !folder.ends_with("node_modules"))
            .find_map(|folder| {
                let text = self.tsconfigs.manifest(folder.join("package.json"))?;
                Some((folder.to_path_buf(), text))
            })
    }

    fn by_url(&self, specifier: &str, from: &Path, mode: Mode) -> Answer {
        let scope = self
            .scope(from)
            .map(|(folder, text)| (folder, parsed(&text)));
        if specifier.starts_with('#') {
            let Some((folder, manifest)) = scope else {
                return Answer::Nowhere;
            };
            return match manifest.get("imports") {
                Some(Value::Object(imports)) => self.keyed(specifier, imports, &folder, mode, true),
                _ => Answer::Nowhere,
            };
        }
        let name = package_name(specifier);
        let subpath = format!(".{}", &specifier[name.len()..]);
        if let Some((folder, manifest)) = scope
            && manifest.get("name").and_then(Value::as_str) == Some(name)
            && let Some(exports) = exports_of(&manifest)
        {
            return self.exported(&subpath, exports, &folder, mode);
        }
        let folders = from
            .ancestors()
            .skip(1)
            .map(|it| it.join("node_modules").join(name));
        let Some(folder) = folders
            .into_iter()
            .find(|folder| self.files.entry(folder) == Entry::Folder)
        else {
            return Answer::AsPath;
        };
        let text = self.tsconfigs.manifest(folder.join("package.json"));
        let manifest = text.map(|text| parsed(&text)).unwrap_or_default();
        match exports_of(&manifest) {
            Some(exports) => self.exported(&subpath, exports, &folder, mode),
            // `main` is a path, and so is all that is required.
            None if subpath == "." || mode == Mode::Require => Answer::AsPath,
            None => self.file(&subpath, &folder),
        }
    }

    fn exported(&self, subpath: &str, exports: &Value, folder: &Path, mode: Mode) -> Answer {
        match exports {
            Value::Object(map) if map.keys().any(|key| key.starts_with('.')) => {
                self.keyed(subpath, map, folder, mode, false)
            }
            _ if subpath == "." => self
                .target(exports, None, folder, mode, false)
                .unwrap_or(Answer::Nowhere),
            _ => Answer::Nowhere,
        }
    }

    /// PACKAGE_IMPORTS_EXPORTS_RESOLVE.
    fn keyed(
        &self,
        name: &str,
        map: &Map<String, Value>,
        folder: &Path,
        mode: Mode,
        is_import: bool,
    ) -> Answer {
        let exact = map
            .get(name)
            .filter(|_| !name.contains('*') && !name.ends_with('/'));
        let (target, matched) = match exact {
            Some(target) => (target, None),
            None => {
                let matching = map.iter().filter_map(|(key, target)| {
                    let (before, after) = key.split_once('*')?;
                    let rest = name
                        .strip_prefix(before)
                        .filter(|_| !after.contains('*') && name.len() >= key.len())?;
                    Some(((before.len(), key.len()), target, rest.strip_suffix(after)?))
                });
                // The longest one is the most specific.
                match matching.max_by_key(|(length, ..)| *length) {
                    Some((_, target, matched)) => (target, Some(matched)),
                    None => return Answer::Nowhere,
                }
            }
        };
        self.target(target, matched, folder, mode, is_import)
            .unwrap_or(Answer::Nowhere)
    }

    /// PACKAGE_TARGET_RESOLVE. `None`: no condition holds.
    fn target(
        &self,
        target: &Value,
        matched: Option<&str>,
        folder: &Path,
        mode: Mode,
        is_import: bool,
    ) -> Option<Answer> {
        let resolve = |target| self.target(target, matched, folder, mode, is_import);
        match target {
            Value::String(target) => {
                let text = matched.map_or_else(|| target.clone(), |it| target.replace('*', it));
                if target.starts_with("./") {
                    let is_refused = text[2..].split(['/', '\\']).any(is_no_segment);
                    return Some(match is_refused {
                        true => Answer::Refused,
                        false => self.file(&text, folder),
                    });
                }
                let is_name = is_import && !target.starts_with(['.', '/']);
                Some(match is_name {
                    // A URL is no target, a builtin's neither: `fs` is one, `node:fs` is not.
                    true if scheme(&text).is_some() => Answer::Refused,
                    // A package's name, none of `imports` again: no folder of `node_modules` is called so.
                    true if text.starts_with('#') => Answer::Nowhere,
                    true => self.by_name(&text, &folder.join("package.json"), mode),
                    false => Answer::Refused,
                })
            }
            Value::Array(targets) => {
                let mut answers = targets.iter().filter_map(resolve);
                Some(
                    answers
                        .find(|answer| *answer != Answer::Refused)
                        .unwrap_or(Answer::Refused),
                )
            }
            Value::Object(conditions) => conditions
                .iter()
                .filter(|(name, _)| *name == "default" || self.packages.has_condition(name, mode))
                .find_map(|(_, target)| resolve(target)),
            _ => Some(Answer::Refused),
        }
    }

    /// What a target of `imports` names.
    fn by_name(&self, name: &str, from: &Path, mode: Mode) -> Answer {
        if is_builtin(name) {
            return Answer::Builtin(format!("node:{name}"));
        }
        match self.by_url(name, from, mode) {
            Answer::AsPath => match self.packages.resolve(name, from, mode) {
                Ok(Found::File(path)) => Answer::Found {
                    path,
                    suffix: String::new(),
                },
                Ok(Found::Builtin(_)) | Err(_) => Answer::Nowhere,
            },
            answer => answer,
        }
    }

    fn file(&self, target: &str, folder: &Path) -> Answer {
        let place = relative_url(target, &folder.join("package.json"));
        match place {
            Ok(place)
                if !place.folder_only
                    && matches!(self.files.entry(&place.path), Entry::File { .. }) =>
            {
                Answer::Found {
                    path: place.path,
                    suffix: url_suffix(target),
                }
            }
            Ok(place) if !place.folder_only => Answer::Missing(place.path),
            _ => Answer::Nowhere,
        }
    }
}

/// Node refuses targets that lead out of the package, or to one within.
fn is_no_segment(segment: &str) -> bool {
    dot_segment(segment).is_some() || segment.eq_ignore_ascii_case("node_modules")
}

fn exports_of(manifest: &Value) -> Option<&Value> {
    manifest.get("exports").filter(|exports| !exports.is_null())
}

/// Is it one whose targets `oxc_resolver` does not take as Node does?
fn is_taken_otherwise(text: &str) -> bool {
    let may_have = |key: &str, mark: &str| {
        text.split_once(key)
            .is_some_and(|(_, rest)| rest.contains(mark))
    };
    if !may_have("\"imports\"", "") && !may_have("\"exports\"", "[") {
        return false;
    }
    let manifest = parsed(text);
    let is_in = |key: &str, is_it: fn(&Value) -> bool| manifest.get(key).is_some_and(is_it);
    is_in("imports", has_list) || is_in("exports", has_list) || is_in("imports", has_inner_name)
}

fn has_inner_name(target: &Value) -> bool {
    match target {
        Value::String(name) => name.starts_with('#'),
        Value::Array(targets) => targets.iter().any(has_inner_name),
        Value::Object(conditions) => conditions.values().any(has_inner_name),
        _ => false,
    }
}

fn has_list(target: &Value) -> bool {
    match target {
        Value::Array(_) => true,
        Value::Object(map) => map.values().any(has_list),
        _ => false,
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)).unwrap_or_default()
}
