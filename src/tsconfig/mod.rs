//! The `tsconfig.json` that governs a file, and what it says about running it.
//!
//! - the nearest one that includes the file; when none does, the nearest
//!   (<https://www.typescriptlang.org/tsconfig/#include>; who runs a file beside `src` means the
//!   same project)
//! - `extends`, `references` and `paths` are read by `oxc_resolver`
//! - `paths`: what a specifier may stand for ([`TsConfigs::aliases`])
//!
//! Nothing under `node_modules` has one.

use std::{
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use oxc_resolver::{
    CompilerOptions, ResolveError, ResolveOptions, Resolver as Oxc, TsConfig, TsconfigDiscovery,
};
use parking_lot::RwLock;
use rustc_hash::FxHashMap;

use crate::{
    error::{Error, ErrorCode},
    typescript::{Jsx, Options},
};

/// Finds and remembers, until [`TsConfigs::clear`].
pub struct TsConfigs {
    oxc: Oxc,
    /// Folder → the nearest `tsconfig.json` at or above it, whatever that includes.
    nearest: RwLock<FxHashMap<OsString, Option<PathBuf>>>,
}

impl Default for TsConfigs {
    fn default() -> Self {
        Self {
            oxc: Oxc::new(ResolveOptions {
                tsconfig: Some(TsconfigDiscovery::Auto),
                ..ResolveOptions::default()
            }),
            nearest: RwLock::default(),
        }
    }
}

impl fmt::Debug for TsConfigs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TsConfigs").finish_non_exhaustive()
    }
}

impl TsConfigs {
    pub fn clear(&self) {
        self.oxc.clear_cache();
        self.nearest.write().clear();
    }

    /// How `file` is to be compiled.
    ///
    /// # Errors
    /// When its tsconfig, or one that it extends, can't be read.
    pub fn options(&self, file: &Path) -> Result<Options, Error> {
        let found = self.find(file)?;
        Ok(found.map_or_else(Options::default, |it| options_of(&it.compiler_options)))
    }

    /// The places that `paths` and `baseUrl` give a specifier of `file`, likeliest first. A tsconfig
    /// that can't be read gives none: compiling the file says what is wrong with it.
    pub fn aliases(&self, specifier: &str, file: &Path) -> Vec<PathBuf> {
        match self.find(file) {
            Ok(Some(found)) => found.resolve_path_alias_or_base_url(specifier),
            _ => Vec::new(),
        }
    }

    /// Does tsc make CommonJS of a `file` whose package has no `"type"`?
    pub fn makes_commonjs(&self, file: &Path) -> bool {
        let Ok(Some(found)) = self.find(file) else {
            return false;
        };
        let module = found.compiler_options.module.as_deref().unwrap_or_default();
        let module = module.to_ascii_lowercase();
        // From `node16` on the package decides, and without a "type" it is CommonJS.
        module == "commonjs" || module.starts_with("node")
    }

    fn find(&self, file: &Path) -> Result<Option<Arc<TsConfig>>, Error> {
        let Some(nearest) = self.nearest(file) else {
            return Ok(None);
        };
        let found = match self.oxc.find_tsconfig(file) {
            Ok(None) => self.oxc.resolve_tsconfig(&nearest).map(Some),
            found => found,
        };
        found.map_err(|error| problem(&error, &nearest))
    }

    fn nearest(&self, file: &Path) -> Option<PathBuf> {
        if crate::path::in_package(file) {
            return None;
        }
        let folder = file.parent()?;
        if let Some(known) = self.nearest.read().get(folder.as_os_str()) {
            return known.clone();
        }
        let found = folder
            .ancestors()
            .map(|folder| folder.join("tsconfig.json"))
            .find(|path| path.is_file());
        let mut nearest = self.nearest.write();
        nearest.insert(folder.as_os_str().to_owned(), found.clone());
        found
    }
}

fn problem(error: &ResolveError, nearest: &Path) -> Error {
    match error {
        ResolveError::TsconfigLoadFailed { path, source } => Error::new(
            ErrorCode::Syntax,
            format!("Cannot read the tsconfig: {source}"),
        )
        .with_file(path),
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
