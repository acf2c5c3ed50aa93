//! Packages: `node_modules`, `exports`, `#imports`, self-references and the old `main`, by
//! `oxc_resolver`, held to what Node does.
//!
//! `oxc_resolver` guesses extensions and folders after `exports` and in `import`, as bundlers do.
//! So it is asked twice: strictly first, and with guesses only where Node guesses, too: for the
//! `main` of a package without `exports` (LEGACY_MAIN_RESOLVE), and for `require` inside such a
//! package.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use oxc_resolver::{Resolution, ResolveContext, ResolveError, ResolveOptions, ResolverGeneric};

use super::{
    EXTENSIONS, Mode, Resolver,
    specifier::{self, Target, scheme},
    typescript,
};
use crate::{
    path::{in_package, real},
    tsconfig::{self, Trial},
    typescript::is_typescript,
};

type Oxc = ResolverGeneric<tsconfig::Files>;

#[derive(Debug)]
pub(super) struct Packages {
    import: Pair,
    require: Pair,
    /// Something was looked for in vain since the cache was cleared.
    missed: AtomicBool,
    /// The user's own conditions.
    conditions: Vec<String>,
    /// Of the texts of `package.json` that the cache is made of.
    generation: AtomicU64,
}

#[derive(Debug)]
struct Pair {
    strict: Oxc,
    guessing: Oxc,
    /// Takes the source for what it is compiled to.
    source: Oxc,
}

pub(super) enum Found {
    File(PathBuf),
    /// `"#fs": "fs"` in `imports`.
    Builtin(String),
}

impl Packages {
    /// `trial`: what `package.json` files are to hold in place of what they do.
    pub(super) fn under(trial: &Trial, conditions: &[String]) -> Self {
        let names = |mode: &str| -> Vec<String> {
            let given = conditions.iter().map(String::as_str);
            let own = ALWAYS.into_iter().chain([mode]);
            own.chain(given).map(str::to_owned).collect()
        };
        let strict = ResolveOptions {
            condition_names: names("import"),
            extensions: Vec::new(),
            main_fields: Vec::new(),
            main_files: Vec::new(),
            fully_specified: true,
            // We follow links ourselves, to know the path before.
            symlinks: false,
            builtin_modules: true,
            // NODE_PATH is for `require` alone.
            node_path: false,
            ..ResolveOptions::default()
        };
        let guessing = ResolveOptions {
            extensions: EXTENSIONS.iter().map(ToString::to_string).collect(),
            main_fields: vec!["main".to_owned()],
            main_files: vec!["index".to_owned()],
            ..strict.clone()
        };
        let source = ResolveOptions {
            extension_alias: [
                (".js", &[".ts", ".tsx"][..]),
                (".mjs", &[".mts"]),
                (".cjs", &[".cts"]),
                (".jsx", &[".tsx"]),
            ]
            .map(|(output, sources)| {
                let sources = sources.iter().map(ToString::to_string);
                (output.to_owned(), sources.collect())
            })
            .into(),
            ..strict.clone()
        };
        let files = tsconfig::Files {
            trial: trial.clone(),
        };
        let import = Oxc::new_with_file_system(files, strict.clone());
        Self {
            // All six share one cache of the disk.
            require: Pair {
                strict: import.clone_with_options(ResolveOptions {
                    condition_names: names("require"),
                    node_path: true,
                    ..strict
                }),
                guessing: import.clone_with_options(ResolveOptions {
                    condition_names: names("require"),
                    node_path: true,
                    fully_specified: false,
                    ..guessing.clone()
                }),
                source: import.clone_with_options(ResolveOptions {
                    condition_names: names("require"),
                    ..source.clone()
                }),
            },
            import: Pair {
                guessing: import.clone_with_options(guessing),
                source: import.clone_with_options(source),
                strict: import,
            },
            missed: AtomicBool::new(false),
            conditions: conditions.to_vec(),
            generation: AtomicU64::new(tsconfig::generation()),
        }
    }

    pub(super) fn has_condition(&self, name: &str, mode: Mode) -> bool {
        let of_mode = match mode {
            Mode::Import => "import",
            Mode::Require => "require",
        };
        name == of_mode || ALWAYS.contains(&name) || self.conditions.iter().any(|it| it == name)
    }

    /// What is remembered was read under texts that hold no more, perhaps.
    fn follow_texts(&self) {
        let now = tsconfig::generation();
        if self.generation.swap(now, Ordering::AcqRel) != now {
            self.clear();
        }
    }

    pub(super) fn clear(&self) {
        self.missed.store(false, Ordering::Relaxed);
        self.import.strict.clear_cache();
    }

    /// The cache of `oxc_resolver` can only be forgotten as a whole.
    pub(super) fn forget_missing(&self) {
        if self.missed.load(Ordering::Relaxed) {
            self.clear();
        }
    }

    /// LOAD_AS_DIRECTORY of a folder that exists.
    pub(super) fn resolve_folder(&self, folder: &Path) -> Option<PathBuf> {
        self.follow_texts();
        // The folder is handed over as a path: as a specifier, a `?` or `#` in it would be split
        // off.
        let found = self.require.guessing.resolve(folder, "./");
        self.missed.fetch_or(found.is_err(), Ordering::Relaxed);
        Some(found.ok()?.into_path_buf())
    }

    /// What `#imports`, self-references and workspace packages lead to, where they name a file's
    /// output and the source is there: TypeScript means the source.
    pub(super) fn resolve_source(
        &self,
        specifier: &str,
        from: &Path,
        mode: Mode,
    ) -> Option<PathBuf> {
        let pair = match mode {
            Mode::Import => &self.import,
            Mode::Require => &self.require,
        };
        self.follow_texts();
        let folder = from.parent()?;
        let found = pair.source.resolve(folder, specifier).ok()?;
        Some(found.into_path_buf())
    }

    /// What the way to `specifier` meets, and does not find.
    fn meet(&self, specifier: &str, from: &Path, mode: Mode) -> ResolveContext {
        let pair = match mode {
            Mode::Import => &self.import,
            Mode::Require => &self.require,
        };
        self.follow_texts();
        let mut met = ResolveContext::default();
        let folder = from.parent().unwrap_or(from);
        let _ = (pair.strict).resolve_with_context(folder, specifier, None, &mut met);
        self.missed.store(true, Ordering::Relaxed);
        met
    }

    pub(super) fn resolve(
        &self,
        specifier: &str,
        from: &Path,
        mode: Mode,
    ) -> Result<Found, ResolveError> {
        self.follow_texts();
        let found = self.find(specifier, from, mode);
        self.missed.fetch_or(found.is_err(), Ordering::Relaxed);
        found
    }

    fn find(&self, specifier: &str, from: &Path, mode: Mode) -> Result<Found, ResolveError> {
        let not_found = || ResolveError::NotFound(specifier.to_owned());
        if is_bundlers(specifier, mode) {
            return Err(not_found());
        }
        let folder = from.parent().unwrap_or(from);
        let (pair, root) = match mode {
            Mode::Import => (&self.import, is_package_root(specifier)),
            Mode::Require => (&self.require, false),
        };
        let strict = match pair.strict.resolve(folder, specifier) {
            Err(ResolveError::Builtin { resolved, .. }) => return Ok(Found::Builtin(resolved)),
            Ok(found) if root && !has_exports(&found) && !lies_in(&found, specifier) => {
                return Err(not_found());
            }
            Ok(found) => return Ok(Found::File(found.into_path_buf())),
            Err(error) => error,
        };
        let may_guess = matches!(strict, ResolveError::NotFound(_))
            && (mode == Mode::Require || root || specifier.starts_with('#'));
        if !may_guess {
            return Err(strict);
        }
        let Ok(found) = pair.guessing.resolve(folder, specifier) else {
            return Err(strict);
        };
        // A target of `exports` or `imports` is taken to the letter.
        let own = specifier.starts_with('#')
            && found
                .package_json()
                .is_some_and(|package| from.starts_with(package.directory()));
        let wrong = has_exports(&found) || own || (root && !lies_in(&found, specifier));
        if wrong {
            Err(strict)
        } else {
            Ok(Found::File(found.into_path_buf()))
        }
    }
}

impl Resolver {
    /// The files of the project whose creation could make a failing name resolve: targets of `#imports`, of the own name or a
    /// workspace's, and of a tsconfig's `paths`.
    pub fn missing_targets(&self, specifier: &str, from: &Path, mode: Mode) -> Vec<PathBuf> {
        let mut all = Vec::new();
        if !matches!(
            specifier::classify(specifier, from, mode),
            Ok(Target::Package)
        ) {
            return all;
        }
        let met = match self.missing_target(specifier, from, mode) {
            // `oxc_resolver` takes what is a URL for a path.
            Some(path) => std::iter::once(path).collect(),
            None => {
                self.packages
                    .meet(specifier, from, mode)
                    .missing_dependencies
            }
        };
        for path in &met {
            if let (Some(folder), Some(name)) = (path.parent(), path.file_name()) {
                // What is linked into `node_modules` is the project's.
                let path = real(folder).join(name);
                if name != "package.json" && !in_package(&path) {
                    all.push(path);
                }
            }
        }
        if is_typescript(from) {
            all.append(&mut self.tsconfigs.aliases(specifier, from));
            for path in std::mem::take(&mut all) {
                let mut sources: Vec<PathBuf> = typescript::candidates(&path, false).collect();
                all.append(&mut sources);
            }
        }
        all
    }
}

/// Conditions of this Node: `module-sync` holds for import and require alike (20.19, 22.10 and later).
const ALWAYS: [&str; 3] = ["node", "module-sync", "node-addons"];

fn has_exports(found: &Resolution) -> bool {
    found
        .package_json()
        .is_some_and(|package| package.exports().is_some())
}

/// `import "pkg"` takes a folder `node_modules/pkg`, never a file `node_modules/pkg.js`.
fn lies_in(found: &Resolution, name: &str) -> bool {
    found
        .path()
        .ancestors()
        .skip(1)
        .any(|folder| folder.ends_with(name))
}

/// Forms that only bundlers and `oxc_resolver` know: `require("file:///x.js")`, a query in a
/// package's name, and in `require` a query anywhere.
fn is_bundlers(specifier: &str, mode: Mode) -> bool {
    let has_query = |text: &str| text.get(1..).is_some_and(|rest| rest.contains(['?', '#']));
    match mode {
        Mode::Import => has_query(package_name(specifier)),
        Mode::Require => {
            has_query(specifier)
                || scheme(specifier).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file"))
        }
    }
}

/// `pkg` or `@scope/pkg`, without a path inside.
fn is_package_root(specifier: &str) -> bool {
    !specifier.starts_with('#')
        && specifier.matches('/').count() == usize::from(specifier.starts_with('@'))
}

/// The package's name in a bare specifier.
pub fn package_name(specifier: &str) -> &str {
    let slashes = usize::from(specifier.starts_with('@'));
    let end = specifier
        .match_indices('/')
        .nth(slashes)
        .map_or(specifier.len(), |(at, _)| at);
    &specifier[..end]
}
