//! The `tsconfig.json` that governs a file, and what it says about running it.
//!
//! - the nearest one that includes the file; when none does, the nearest
//!   (<https://www.typescriptlang.org/tsconfig/#include>; who runs a file beside `src` means the
//!   same project)
//! - `extends`, `references` and `paths` are read by `oxc_resolver`
//! - `paths`: what a specifier may stand for ([`TsConfigs::aliases`])
//!
//! Nothing under `node_modules` has one.

mod texts;

use std::{
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use oxc_resolver::{
    CompilerOptions, FileSystem, ResolveError, ResolveOptions, ResolverGeneric, TsConfig,
    TsconfigDiscovery,
};
use parking_lot::RwLock;
use rustc_hash::FxHashMap;

pub use texts::{
    Files, Text, Trial, accept, concerns, differing, follow_manifest, generation, held,
    hold_present, is_former_name, is_known, is_manifest, known, manifests_were_edited,
    note_former_name, on_first_read, unwatched, were_edited,
};

use crate::{
    error::{Error, ErrorCode, Span},
    typescript::{Jsx, Options},
};

type Oxc = ResolverGeneric<Files>;

/// Finds and remembers, until [`TsConfigs::clear`] or until other texts hold.
#[derive(Default)]
pub struct TsConfigs {
    found: RwLock<Arc<Found>>,
    trial: Trial,
}

/// What was found under the texts of one generation.
struct Found {
    generation: u64,
    oxc: Oxc,
    files: Files,
    /// Folder → the nearest `tsconfig.json` at or above it, whatever that includes.
    nearest: RwLock<FxHashMap<OsString, Option<PathBuf>>>,
}

impl Default for Found {
    fn default() -> Self {
        Self::under(&Trial::default())
    }
}

impl fmt::Debug for TsConfigs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TsConfigs").finish_non_exhaustive()
    }
}

/// All that a tsconfig says about one file.
#[derive(Clone)]
pub struct Setting {
    pub options: Options,
    config: Option<Arc<TsConfig>>,
}

impl Setting {
    /// The places that `paths` and `baseUrl` give a specifier, likeliest first.
    pub fn aliases(&self, specifier: &str) -> Vec<PathBuf> {
        let config = self.config.as_ref();
        config.map_or_else(Vec::new, |it| it.resolve_path_alias_or_base_url(specifier))
    }

    /// The same text for what compiles alike and leads to the same places.
    pub fn in_words(&self) -> String {
        let options = self.config.as_ref().map(|it| &it.compiler_options);
        let places = options.map(|it| (&it.paths, &it.base_url));
        format!("{:?} {places:?}", self.options)
    }
}

impl TsConfigs {
    /// What would be found if the files held other texts.
    pub fn under(trial: &Trial) -> Self {
        Self {
            found: RwLock::new(Arc::new(Found::under(trial))),
            trial: trial.clone(),
        }
    }

    pub fn clear(&self) {
        texts::forget();
        *self.found.write() = Arc::new(Found::under(&self.trial));
    }

    fn found(&self) -> Arc<Found> {
        let found = Arc::clone(&self.found.read());
        if found.generation == texts::generation() {
            return found;
        }
        let found = Arc::new(Found::under(&self.trial));
        *self.found.write() = Arc::clone(&found);
        found
    }

    /// How `file` is to be compiled.
    ///
    /// # Errors
    /// When its tsconfig, or one that it extends, can't be read.
    pub fn options(&self, file: &Path) -> Result<Options, Error> {
        self.setting(file).map(|it| it.options)
    }

    /// The same, and where it finds what it imports.
    ///
    /// # Errors
    /// As [`TsConfigs::options`].
    pub fn setting(&self, file: &Path) -> Result<Setting, Error> {
        let config = self.found().config(file)?;
        let options = config.as_ref();
        let options = options.map_or_else(Options::default, |it| options_of(&it.compiler_options));
        Ok(Setting { options, config })
    }

    /// The places that `paths` and `baseUrl` give a specifier of `file`, likeliest first. A tsconfig
    /// that can't be read gives none: compiling the file says what is wrong with it.
    pub fn aliases(&self, specifier: &str, file: &Path) -> Vec<PathBuf> {
        match self.found().config(file) {
            Ok(Some(found)) => found.resolve_path_alias_or_base_url(specifier),
            _ => Vec::new(),
        }
    }

    /// What a `package.json` says: what holds of it, if that was read before.
    pub fn manifest(&self, path: PathBuf) -> Text {
        texts::manifest(&self.trial, path)
    }

    /// Does tsc make CommonJS of a `file` whose package has no `"type"`?
    pub fn makes_commonjs(&self, file: &Path) -> bool {
        let Ok(Some(found)) = self.found().config(file) else {
            return false;
        };
        let module = found.compiler_options.module.as_deref().unwrap_or_default();
        let module = module.to_ascii_lowercase();
        // From `node16` on the package decides, and without a "type" it is CommonJS.
        module == "commonjs" || module.starts_with("node")
    }
}

impl Found {
    fn under(trial: &Trial) -> Self {
        let files = || Files {
            trial: trial.clone(),
        };
        let options = ResolveOptions {
            tsconfig: Some(TsconfigDiscovery::Auto),
            ..ResolveOptions::default()
        };
        Self {
            generation: texts::generation(),
            oxc: Oxc::new_with_file_system(files(), options),
            files: files(),
            nearest: RwLock::default(),
        }
    }

    fn config(&self, file: &Path) -> Result<Option<Arc<TsConfig>>, Error> {
        let Some(nearest) = self.nearest(file) else {
            return Ok(None);
        };
        let found = match self.oxc.find_tsconfig(file) {
            Ok(None) => self.oxc.resolve_tsconfig(&nearest).map(Some),
            found => found,
        };
        found.map_err(|error| self.problem(&error, &nearest))
    }

    fn nearest(&self, file: &Path) -> Option<PathBuf> {
        if crate::path::in_package(file) {
            return None;
        }
        let folder = file.parent()?;
        if let Some(known) = self.nearest.read().get(folder.as_os_str()) {
            return known.clone();
        }
        let is_file = |path: &Path| self.files.metadata(path).is_ok_and(|it| it.is_file());
        let mut found = None;
        let mut absent = Vec::new();
        let mut is_inside = true;
        for folder in folder.ancestors() {
            let path = folder.join("tsconfig.json");
            if is_file(&path) {
                found = Some(path);
                break;
            }
            // One that appears in the project is nearer.
            if is_inside {
                absent.push(path);
            }
            is_inside &= !["package.json", ".git"]
                .iter()
                .any(|it| folder.join(it).exists());
        }
        texts::note_absent(absent);
        let mut nearest = self.nearest.write();
        nearest.insert(folder.as_os_str().to_owned(), found.clone());
        found
    }

    fn problem(&self, error: &ResolveError, nearest: &Path) -> Error {
        match error {
            ResolveError::TsconfigLoadFailed { path, source } => match &**source {
                ResolveError::Json(json) => {
                    // The place is told by itself.
                    let what = json.message.split(" at line ").next().unwrap_or_default();
                    let error = Error::new(ErrorCode::Syntax, what).with_file(path);
                    match self.files.known(path).flatten() {
                        Some(text) => error.at(&text, place(&text, json.line, json.column)),
                        None => error,
                    }
                }
                source => Error::new(ErrorCode::Unreadable, source.to_string()).with_file(path),
            },
            ResolveError::Json(json) => {
                Error::new(ErrorCode::Syntax, json.message.clone()).with_file(json.path.clone())
            }
            ResolveError::TsconfigNotFound(path) => Error::new(
                ErrorCode::MissingFile,
                format!(
                    "The tsconfig extends '{}', which is not there",
                    path.display()
                ),
            )
            .with_file(nearest),
            other => Error::new(
                ErrorCode::Syntax,
                format!("Cannot read the tsconfig: {other}"),
            )
            .with_file(nearest),
        }
    }
}

/// `line` from 1, `column` in bytes from 1, at the end of what is wrong; 0 when it is before the line.
fn place(text: &str, line: usize, column: usize) -> Span {
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = lines.map(str::len).sum();
    let at = (start + column.saturating_sub(1)).min(text.len());
    let at = u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(at, at.saturating_add(1))
}

fn options_of(of: &CompilerOptions) -> Options {
    let defaults = Options::default();
    Options {
        jsx: match of.jsx.as_deref() {
            Some("react-jsx" | "preserve" | "react-native") => Jsx::Automatic,
            Some("react-jsxdev") => Jsx::Development,
            _ => Jsx::Classic,
        },
        jsx_factory: of.jsx_factory.clone(),
        jsx_fragment_factory: of.jsx_fragment_factory.clone(),
        jsx_import_source: of.jsx_import_source.clone(),
        experimental_decorators: of.experimental_decorators.unwrap_or(false),
        emit_decorator_metadata: of.emit_decorator_metadata.unwrap_or(false),
        strict_null_checks: of.strict_null_checks.or(of.strict).unwrap_or(false),
        verbatim_module_syntax: of
            .verbatim_module_syntax
            .or(of.preserve_value_imports)
            .unwrap_or(false),
        // Older targets had assignments. Without a target it is this year's JavaScript, as it is
        // for esbuild, for Node and since TypeScript 6.
        use_define_for_class_fields: of
            .use_define_for_class_fields
            .unwrap_or_else(|| of.target.as_deref().is_none_or(defines_fields)),
        // What is not said is true, as it is since TypeScript 6, for esbuild and for Node.
        es_module_interop: of.check_js.unwrap_or(true),
        imports_as_required: of
            .module
            .as_deref()
            .is_some_and(|it| it.eq_ignore_ascii_case("commonjs")),
        ..defaults
    }
}

/// <https://www.typescriptlang.org/tsconfig/#useDefineForClassFields>: from ES2022 on.
fn defines_fields(target: &str) -> bool {
    let target = target.to_ascii_lowercase();
    match target.strip_prefix("es") {
        Some("next") => true,
        Some(year) => year.parse::<u32>().is_ok_and(|year| year >= 2022),
        None => true,
    }
}

#[cfg(test)]
mod tests;
