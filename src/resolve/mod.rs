//! Specifier → file, package, builtin or URL, as Node resolves it
//! (<https://nodejs.org/api/esm.html#resolution-algorithm>,
//! <https://nodejs.org/api/modules.html#all-together>).
//!
//! - `specifier`: what a specifier is, and where a relative one points: pure
//! - `files`: what is on disk, remembered
//! - `by_url`: names that lead to what only a URL can say
//! - `packages`: `node_modules`, `exports`, `imports`, self-references, by `oxc_resolver`
//! - `typescript`: what TypeScript files may leave out of a path
//! - `kind`: whether a file is an ES module or CommonJS
//! - `explain`, `near`: an error in the user's words, with a way out
//! - `builtins`: the names Node keeps for itself
//!
//! Relative and absolute specifiers are resolved here and not by `oxc_resolver`, which follows
//! webpack where webpack and Node differ: queries, fragments, percent-encoding, folders.

mod builtins;
mod by_url;
mod explain;
mod files;
mod kind;
pub mod links;
mod near;
mod packages;
mod specifier;
mod typescript;

pub use files::{preserve_symlinks, preserves_symlinks};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::RwLock;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    error::{Error, ErrorCode},
    path::{in_package, url_suffix},
    scan::{RequestKind, json},
    tsconfig::{Setting, Trial, TsConfigs},
    typescript::is_typescript,
};
use files::{Entry, Files};
pub use near::{help_for_builtin, help_for_name};
use packages::Packages;
pub use packages::package_name;
use specifier::{Place, Target};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// `import`, `export … from` and `import()`.
    Import,
    Require,
}

impl From<RequestKind> for Mode {
    fn from(kind: RequestKind) -> Self {
        match kind {
            RequestKind::Import | RequestKind::ExportFrom | RequestKind::DynamicImport => {
                Self::Import
            }
            RequestKind::Require => Self::Require,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// A file of the project: workspace packages linked into `node_modules` are such, too.
    File {
        /// The real path.
        path: PathBuf,
        /// The path before links were followed, when it is another one.
        link: Option<PathBuf>,
        /// What its URL has behind the path, in `import`: a query, a fragment.
        suffix: String,
    },
    /// A file under `node_modules`, by its real path: native, unwatched.
    Package { path: PathBuf, suffix: String },
    /// With its `node:` prefix.
    Builtin(String),
    /// What only Node can say: `data:`, `https:`, a `node:` name we do not know.
    Url(String),
}

/// Resolves, and remembers what it saw on disk until [`Resolver::clear_cache`].
#[derive(Debug)]
pub struct Resolver {
    files: Files,
    packages: Packages,
    /// Folder → the `"type"` that holds in it.
    types: RwLock<FxHashMap<OsString, kind::Scope>>,
    /// Folder → has the `package.json` that holds in it targets that are more than paths?
    url_targets: RwLock<FxHashMap<OsString, bool>>,
    tsconfigs: TsConfigs,
    conditions: Vec<String>,
    /// Files whose text does not say what they are: a require hook makes CommonJS of them.
    hooked: Arc<RwLock<FxHashSet<PathBuf>>>,
}

impl Default for Resolver {
    fn default() -> Self {
        Self::new()
    }
}

impl Resolver {
    pub fn new() -> Self {
        Self::with_conditions::<&str>(&[])
    }

    /// With the user's own conditions (`node --conditions=development`) beside Node's.
    pub fn with_conditions<S: AsRef<str>>(conditions: &[S]) -> Self {
        let conditions = conditions.iter().map(|it| it.as_ref().to_owned()).collect();
        Self::made_of(&Trial::default(), conditions)
    }

    fn made_of(trial: &Trial, conditions: Vec<String>) -> Self {
        Self {
            files: Files::default(),
            packages: Packages::under(trial, &conditions),
            types: RwLock::default(),
            url_targets: RwLock::default(),
            tsconfigs: TsConfigs::under(trial),
            conditions,
            hooked: Arc::default(),
        }
    }

    /// How it would resolve if tsconfigs and `package.json` files held other texts.
    #[must_use]
    pub fn under(&self, trial: &Trial) -> Self {
        Self {
            hooked: Arc::clone(&self.hooked),
            ..Self::made_of(trial, self.conditions.clone())
        }
    }

    /// Where `specifier` leads from the file `from`, which is a real path as Node's parent URLs
    /// are. The error has `from` as its file; its place in there is the caller's to add.
    pub fn resolve(&self, specifier: &str, from: &Path, mode: Mode) -> Result<Resolved, Error> {
        let has_types = is_typescript(from);
        let aliases = |name: &str| self.tsconfigs.aliases(name, from);
        if has_types && let Some(path) = self.alias(specifier, from, aliases) {
            return Ok(self.found(path, String::new()));
        }
        let place = match specifier::classify(specifier, from, mode) {
            Ok(Target::Builtin(name)) => return Ok(Resolved::Builtin(name)),
            Ok(Target::Url) => return Ok(Resolved::Url(specifier.to_owned())),
            Ok(Target::Package) if has_types => {
                return self.resolve_typed_package(specifier, from, mode);
            }
            Ok(Target::Package) => return self.resolve_package(specifier, from, mode),
            Ok(Target::Place(place)) => place,
            Err(error) => return Err(error.with_file(from)),
        };
        let found = match mode {
            _ if has_types => self.guess_typescript(&place),
            Mode::Import => self.exact(&place),
            Mode::Require => self.guess(&place),
        };
        match found {
            Some(path) if mode == Mode::Import => Ok(self.found(path, url_suffix(specifier))),
            Some(path) => Ok(self.found(path, String::new())),
            None => Err(explain::missing_file(
                specifier,
                &place,
                from,
                mode,
                &self.files,
            )),
        }
    }

    /// What compiles TypeScript and JSX, and how.
    pub fn tsconfigs(&self) -> &TsConfigs {
        &self.tsconfigs
    }

    /// Forgets what was seen on disk: to be called after files appeared, vanished or became links,
    /// and after a `package.json` changed.
    pub fn clear_cache(&self) {
        self.files.clear();
        self.packages.clear();
        self.types.write().clear();
        self.url_targets.write().clear();
        self.tsconfigs.clear();
    }

    /// Forgets only what was not there: it may be by now, though nobody was told. Whoever trusts this
    /// learns by failing to read it that a file which was there is gone.
    pub fn forget_missing(&self) {
        self.files.forget_missing();
        self.packages.forget_missing();
    }

    /// Where a specifier of `from` leads by a tsconfig's `paths` and `baseUrl` alone.
    pub fn aliased(&self, specifier: &str, from: &Path, setting: &Setting) -> Option<PathBuf> {
        self.alias(specifier, from, |name| setting.aliases(name))
    }

    /// `paths` and `baseUrl` of a tsconfig, where they lead to a file.
    fn alias(
        &self,
        specifier: &str,
        from: &Path,
        aliases: impl Fn(&str) -> Vec<PathBuf>,
    ) -> Option<PathBuf> {
        if specifier.starts_with('.') || Path::new(specifier).is_absolute() {
            return None;
        }
        let is_name = matches!(
            specifier::classify(specifier, from, Mode::Require),
            Ok(Target::Package)
        );
        if !is_name || specifier.contains(':') {
            return None;
        }
        aliases(specifier).into_iter().find_map(|path| {
            self.guess_typescript(&Place {
                path,
                folder_only: specifier.ends_with('/'),
            })
        })
    }

    fn guess_typescript(&self, place: &Place) -> Option<PathBuf> {
        let is_file = |path: &PathBuf| matches!(self.files.entry(path), Entry::File { .. });
        let found = typescript::candidates(&place.path, place.folder_only).find(is_file);
        let is_folder = || matches!(self.files.entry(&place.path), Entry::Folder);
        // A folder's package.json.
        found.or_else(|| match is_folder() {
            true => self.packages.resolve_folder(&place.path),
            false => None,
        })
    }

    /// ESM: the file that is named, and no other.
    fn exact(&self, place: &Place) -> Option<PathBuf> {
        let is_file =
            !place.folder_only && matches!(self.files.entry(&place.path), Entry::File { .. });
        is_file.then(|| place.path.clone())
    }

    /// CommonJS: LOAD_AS_FILE, then LOAD_AS_DIRECTORY.
    fn guess(&self, place: &Place) -> Option<PathBuf> {
        let is_file = |path: &Path| matches!(self.files.entry(path), Entry::File { .. });
        if !place.folder_only {
            if is_file(&place.path) {
                return Some(place.path.clone());
            }
            let with_extension = EXTENSIONS
                .iter()
                .map(|extension| append(&place.path, extension));
            if let Some(path) = with_extension.into_iter().find(|path| is_file(path)) {
                return Some(path);
            }
        }
        if !matches!(self.files.entry(&place.path), Entry::Folder) {
            return None;
        }
        self.packages.resolve_folder(&place.path)
    }

    /// From a TypeScript file. In the project a source comes before its output; what is installed has
    /// been compiled.
    fn resolve_typed_package(
        &self,
        specifier: &str,
        from: &Path,
        mode: Mode,
    ) -> Result<Resolved, Error> {
        let source = || {
            let path = self.packages.resolve_source(specifier, from, mode)?;
            let found = self.found(path, String::new());
            matches!(found, Resolved::File { .. }).then_some(found)
        };
        if specifier.starts_with('#')
            && let Some(found) = source()
        {
            return Ok(found);
        }
        self.resolve_package(specifier, from, mode)
            .or_else(|error| source().ok_or(error))
    }

    fn resolve_package(&self, specifier: &str, from: &Path, mode: Mode) -> Result<Resolved, Error> {
        match self.find_package(specifier, from, mode) {
            Ok((packages::Found::File(path), suffix)) => Ok(self.found(path, suffix)),
            Ok((packages::Found::Builtin(name), _)) => Ok(Resolved::Builtin(name)),
            Err(error) => {
                let other = match mode {
                    Mode::Import => Mode::Require,
                    Mode::Require => Mode::Import,
                };
                let other_way = || self.packages.resolve(specifier, from, other).is_ok();
                let error = explain::package(specifier, from, mode, &error, &self.files, other_way);
                let missing = match error.code {
                    ErrorCode::UnresolvedImport => self.missing_own_target(specifier, from, mode),
                    _ => None,
                };
                Err(match missing {
                    Some(path) => explain::missing_target(error, &path, from, mode),
                    None => error,
                })
            }
        }
    }

    fn found(&self, path: PathBuf, suffix: String) -> Resolved {
        match self.files.entry(&path) {
            Entry::File { real: Some(real) } if in_package(&real) => {
                Resolved::Package { path: real, suffix }
            }
            Entry::File { real: Some(real) } => {
                links::note(&path, &real);
                Resolved::File {
                    path: real,
                    link: Some(path),
                    suffix,
                }
            }
            _ if in_package(&path) => Resolved::Package { path, suffix },
            _ => Resolved::File {
                path,
                link: None,
                suffix,
            },
        }
    }
}

/// What `require` adds to a path, in its order. (The keys of `require.extensions`: TypeScript's
/// are not among them on any Node.)
const EXTENSIONS: [&str; 3] = [".js", ".json", ".node"];

/// The files whose creation could make a failing relative or absolute specifier resolve, likeliest
/// first: what to watch for. Nothing for packages, `#imports` and builtins.
pub fn missing_candidates(specifier: &str, from: &Path, mode: Mode) -> Vec<PathBuf> {
    let Ok(Target::Place(place)) = specifier::classify(specifier, from, mode) else {
        return Vec::new();
    };
    let Place { path, folder_only } = place;
    let as_file = |path: &Path, all: &mut Vec<PathBuf>| {
        all.push(path.to_path_buf());
        all.extend(EXTENSIONS.iter().map(|extension| append(path, extension)));
    };
    let mut all = Vec::new();
    if is_typescript(from) {
        return typescript::candidates(&path, folder_only).collect();
    }
    match mode {
        // A folder is never imported, whatever appears in it.
        Mode::Import if folder_only => {}
        Mode::Import => all.push(path),
        Mode::Require => {
            if !folder_only {
                as_file(&path, &mut all);
            }
            all.extend(
                EXTENSIONS
                    .iter()
                    .map(|extension| path.join(format!("index{extension}"))),
            );
            let manifest = path.join("package.json");
            let main = std::fs::read_to_string(&manifest).ok();
            if let Some(main) = main.and_then(|text| json::top_level_string(&text, "main")) {
                let main = crate::path::normalize(&path.join(main));
                as_file(&main, &mut all);
                all.extend(
                    EXTENSIONS
                        .iter()
                        .map(|extension| main.join(format!("index{extension}"))),
                );
            }
            all.push(manifest);
        }
    }
    all
}

fn append(path: &Path, extension: &str) -> PathBuf {
    let mut text = OsString::with_capacity(path.as_os_str().len() + extension.len());
    text.push(path.as_os_str());
    text.push(extension);
    PathBuf::from(text)
}

#[cfg(test)]
mod tests;
