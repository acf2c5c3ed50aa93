//! One file, ready for the runtime: read, transformed, its requests resolved.
//!
//! What is not ours to run (packages, builtins, what does not resolve, attributes we do
//! not know) is [`Target::Native`]: Node loads it, and finds the words when it can't.

mod bytes;
mod changed;
mod imported_at;
mod kept;
mod kept_javascript;
mod reassigned;
mod text;
mod walk;

pub use imported_at::{imported_at, static_import_at};
pub use text::Text;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};

use self::walk::Walk;
use crate::{
    code_cache::{self, CodeCache},
    engine::{Ahead, Content, Reading},
    error::{Error, ErrorCode},
    path::{in_package, to_file_url},
    resolve::{Mode, Resolved, Resolver},
    scan::{CommonJsExports, ModuleKind, commonjs_exports, without_mark},
    transform::{LiveImport, Place, Record, Requested, Transformed, transform_live},
    typescript::{JavaScript, Positions, is_typescript, to_javascript},
};

#[derive(Debug, Default)]
pub struct Loader {
    resolver: Resolver,
    /// Loaded ahead of being asked for, each given out once: of an update, and of a program that is loaded.
    ahead: Mutex<FxHashMap<PathBuf, Result<Loaded, Error>>>,
    walk: Mutex<Option<Arc<Walk>>>,
    /// The same, of a program that may be about to start: nobody has asked for it yet.
    begun: Mutex<Option<(Instant, Arc<Walk>)>>,
    exports: reassigned::Exports,
    changed: changed::Changed,
}

#[derive(Debug)]
pub struct Loaded {
    pub module: Transformed,
    /// Where its text comes from, when its lines and columns are not the file's.
    pub positions: Option<Positions>,
    /// Where each request leads.
    pub targets: Vec<Target>,
    /// Of what is to be compiled, in the code cache.
    pub key: u128,
    /// What the file held.
    pub reading: Option<Reading>,
}

impl Loaded {
    /// What the engine needs to know of it.
    fn ahead(&self) -> Option<Ahead> {
        Some(Ahead {
            reading: self.reading?,
            imports: self.targets.iter().filter_map(Target::file).collect(),
        })
    }
}

#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// An ES module of the project. `suffix` is the URL's query and fragment: another module.
    Module {
        path: PathBuf,
        suffix: String,
    },
    Json {
        path: PathBuf,
        suffix: String,
    },
    /// A CommonJS module of the project.
    CommonJs {
        path: PathBuf,
    },
    /// `key`: the file or builtin it is, when that is known.
    Native {
        key: Option<String>,
    },
}

impl Target {
    /// The file of the project that it is.
    fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Module { path, .. } | Self::Json { path, .. } | Self::CommonJs { path } => {
                Some(path.clone())
            }
            Self::Native { key } => {
                let path = PathBuf::from(key.as_deref()?.split(['?', '#']).next()?);
                (path.is_absolute() && !in_package(&path)).then_some(path)
            }
        }
    }
}

impl Loader {
    pub fn new() -> Self {
        Self::default()
    }

    /// With the user's own conditions beside Node's.
    pub fn with_conditions(conditions: &[String]) -> Self {
        Self {
            resolver: Resolver::with_conditions(conditions),
            ..Self::default()
        }
    }

    /// Forgets what was found on disk.
    pub fn clear_cache(&self) {
        self.resolver.clear_cache();
    }

    /// # Errors
    /// When the file can't be read or is no ES module.
    pub fn load(&self, path: &Path, place: Place) -> Result<Loaded, Error> {
        self.load_live(path, place, &[])
    }

    /// The module for JavaScript, loaded ahead or now. `live`: imports that are read where they come from.
    ///
    /// # Errors
    /// As [`Loader::load`].
    pub fn text(&self, path: &Path, place: Place, live: &[LiveImport]) -> Result<Text, Error> {
        if place == Place::Acyclic && live.is_empty() {
            let of_update = self.ahead.lock().remove(path);
            if let Some(loaded) = of_update {
                return loaded.map(Text::from);
            }
            let walk = self.walk();
            if let Some(text) = walk.and_then(|walk| walk.take(path, self)) {
                return text;
            }
        }
        self.load_live(path, place, live).map(Text::from)
    }

    /// [`Loader::load`], with imports that are read where they come from.
    ///
    /// # Errors
    /// As [`Loader::load`].
    pub fn load_live(
        &self,
        path: &Path,
        place: Place,
        live: &[LiveImport],
    ) -> Result<Loaded, Error> {
        let (source, reading) = match self.planned_text(path) {
            Some(planned) => planned,
            None => read_at(path)?,
        };
        self.load_source(path, &source, reading, place, live)
    }

    /// The module whose file holds `source`.
    fn load_source(
        &self,
        path: &Path,
        source: &str,
        reading: Reading,
        place: Place,
        live: &[LiveImport],
    ) -> Result<Loaded, Error> {
        let mut loaded = if is_typescript(path) {
            let compiled = self.compile(source, path, ModuleKind::Esm)?;
            let loaded = self
                .load_text(path, &compiled.code, place, live)
                .map_err(|error| compiled.relocated(error, source))?;
            Loaded {
                positions: compiled.positions,
                ..loaded
            }
        } else {
            self.load_text(path, source, place, live)?
        };
        loaded.reading = Some(reading);
        Ok(loaded)
    }

    /// What `load_ahead` found of a file that was not given out yet.
    pub fn ahead(&self, path: &Path) -> Option<Ahead> {
        if let Some(loaded) = self.ahead.lock().get(path) {
            return loaded.as_ref().ok()?.ahead();
        }
        self.walk()?.ahead(path)
    }

    /// What was read of a file is old.
    fn drop_ahead(&self, path: &Path) {
        self.ahead.lock().remove(path);
        if let Some(walk) = self.walk() {
            walk.withdraw(path);
        }
    }

    /// The module of `path` whose text is `source`, which is JavaScript.
    ///
    /// # Errors
    /// When it is no ES module.
    pub fn load_text(
        &self,
        path: &Path,
        source: &str,
        place: Place,
        live: &[LiveImport],
    ) -> Result<Loaded, Error> {
        let module = transform_live(source, path, place, live)?;
        Ok(self.resolved(path, module))
    }

    /// The module whose text is `source`, by what is kept of it, or to be kept for the next process.
    fn load_kept(&self, path: &Path, source: &str) -> Result<Loaded, Error> {
        let cache = CodeCache::global();
        if !cache.is_open() {
            return self.load_text(path, source, Place::Acyclic, &[]);
        }
        let key = kept::key(source);
        let found = cache.get(key);
        let known = found.and_then(|(data, place)| kept::decode(data.get(place)?, source));
        if let Some(module) = known {
            return Ok(self.resolved(path, module));
        }
        let module = transform_live(source, path, Place::Acyclic, &[])?;
        cache.add_beside(key, kept::encode(&module));
        Ok(self.resolved(path, module))
    }

    fn resolved(&self, path: &Path, mut module: Transformed) -> Loaded {
        let targets = self.targets(&module.record, path);
        for (request, target) in module.record.requests.iter_mut().zip(&targets) {
            if let Some(url) = url_for_node(target, path) {
                request.specifier = url;
            }
        }
        Loaded {
            key: code_cache::key(&module.code, &module.parameters),
            module,
            positions: None,
            targets,
            reading: None,
        }
    }

    fn compile(&self, source: &str, path: &Path, kind: ModuleKind) -> Result<JavaScript, Error> {
        let options = self.resolver.tsconfigs().options(path)?;
        to_javascript(source, path, kind, &options)
    }

    /// [`Loader::compile`], by what is kept of it, or to be kept for the next process.
    fn compile_kept(
        &self,
        source: &str,
        path: &Path,
        kind: ModuleKind,
        add: impl FnOnce(u128, Vec<u8>),
    ) -> Result<JavaScript, Error> {
        let cache = CodeCache::global();
        if !cache.is_open() {
            return self.compile(source, path, kind);
        }
        let options = self.resolver.tsconfigs().options(path)?;
        let key = kept_javascript::key(source, path, kind, &options);
        let found = cache.get(key);
        if let Some(made) =
            found.and_then(|(data, place)| kept_javascript::decode(data.get(place)?, source))
        {
            return Ok(made);
        }
        let made = to_javascript(source, path, kind, &options)?;
        add(key, kept_javascript::encode(&made, source));
        Ok(made)
    }

    /// The JavaScript of a TypeScript or JSX file, for Node's own loaders. `is_first`: the program
    /// begins to use it, so the next process will, too.
    ///
    /// # Errors
    /// When the file can't be read or is no TypeScript.
    pub fn javascript(
        &self,
        path: &Path,
        kind: ModuleKind,
        is_first: bool,
    ) -> Result<JavaScript, Error> {
        let source = read(path)?;
        match is_first {
            // Nothing else may be kept of such a file: it is what makes the cache worth writing.
            true => self.compile_kept(&source, path, kind, |key, made| {
                CodeCache::global().add(key, &made);
            }),
            false => self.compile(&source, path, kind),
        }
    }

    /// The file that `require(specifier)` names in `from`.
    pub fn required(&self, specifier: &str, from: &Path) -> Option<PathBuf> {
        match self.resolver.resolve(specifier, from, Mode::Require) {
            Ok(Resolved::File { path, .. }) => Some(path),
            _ => None,
        }
    }

    /// A program is about to start: loads its entry point and what that leads to on other threads, while
    /// this one goes on. [`Loader::load_ahead`] takes it from there.
    pub fn begin_ahead(self: &Arc<Self>, root: &Path) {
        self.begin_ahead_for(root, RECENT);
    }

    fn begin_ahead_for(self: &Arc<Self>, root: &Path, time: Duration) {
        if in_package(root) || self.kind(root) != ModuleKind::Esm {
            return;
        }
        let walk = Walk::of(root, FxHashSet::default());
        walk.begin(self);
        *self.begun.lock() = Some((Instant::now() + time, walk));
        // What nobody asks for is not kept.
        let loader = Arc::clone(self);
        let _ = thread::Builder::new().spawn(move || {
            thread::sleep(time);
            if let Some((_, walk)) = loader.begun.lock().take() {
                walk.end();
            }
        });
    }

    /// Loads `root` and every module it leads to, but for those that are `known`, on other threads, for
    /// [`Loader::text`] to give out once [`Loader::next_ahead`] has come to an end.
    pub fn load_ahead(self: &Arc<Self>, root: &Path, known: FxHashSet<PathBuf>) {
        let is_ahead = self.ahead.lock().contains_key(root);
        if is_ahead || self.walk().is_some_and(|walk| walk.has(root)) {
            return; // by whoever wants it watched, a moment ago
        }
        self.forget_ahead();
        let begun = self.begun.lock().take();
        let walk = match begun {
            Some((until, walk)) if known.is_empty() && walk.has(root) && Instant::now() < until => {
                walk
            }
            begun => {
                if let Some((_, walk)) = begun {
                    walk.end();
                }
                let walk = Walk::of(root, known);
                walk.begin(self);
                walk
            }
        };
        *self.walk.lock() = Some(walk);
    }

    /// The next modules that were loaded ahead, given out here. Helps with the others meanwhile; none when all are.
    pub fn next_ahead(&self) -> Vec<Text> {
        self.walk()
            .map_or_else(Vec::new, |walk| walk.next_ready(self))
    }

    fn walk(&self) -> Option<Arc<Walk>> {
        self.walk.lock().clone()
    }

    /// What nobody asked for would be old when somebody does.
    pub fn forget_ahead(&self) {
        self.ahead.lock().clear();
        if let Some(walk) = self.walk.lock().take() {
            walk.end();
            // Freeing what was found in thousands of modules takes milliseconds.
            let _ = thread::Builder::new().spawn(move || drop(walk));
        }
    }

    /// A file that is loaded because a program begins to use it.
    fn load_first(&self, path: &Path) -> Result<Loaded, Error> {
        let (source, reading) = match self.planned_text(path) {
            Some(planned) => planned,
            None => read_at(path)?,
        };
        let mut loaded = if is_typescript(path) {
            let add = |key, made| CodeCache::global().add_beside(key, made);
            let compiled = self.compile_kept(&source, path, ModuleKind::Esm, add)?;
            let loaded = self
                .load_kept(path, &compiled.code)
                .map_err(|error| compiled.relocated(error, &source))?;
            Loaded {
                positions: compiled.positions,
                ..loaded
            }
        } else {
            self.load_kept(path, &source)?
        };
        loaded.reading = Some(reading);
        Ok(loaded)
    }

    /// Does the native module `path` write its export `name` after it was evaluated?
    pub fn reassigns(&self, path: &Path, name: &str) -> bool {
        self.exports.reassigns(self, path, name)
    }

    /// The text of a JSON module.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn json(path: &Path) -> Result<String, Error> {
        read(path)
    }

    /// The names an ES module may import from the CommonJS file `path`, `default` apart.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn commonjs_names(&self, path: &Path) -> Result<BTreeSet<String>, Error> {
        let mut names = BTreeSet::new();
        let found = commonjs_exports(&self.commonjs_text(path)?);
        self.collect_names(path, found, &mut FxHashSet::default(), &mut names);
        Ok(names)
    }

    /// What Node's CommonJS loader compiles of a file.
    fn commonjs_text(&self, path: &Path) -> Result<String, Error> {
        let source = read(path)?;
        if !is_typescript(path) || in_package(path) {
            return Ok(source);
        }
        let compiled = self.compile(&source, path, ModuleKind::CommonJs)?;
        Ok(compiled.code)
    }

    /// As Node: what is not there or no CommonJS adds nothing.
    fn collect_names(
        &self,
        path: &Path,
        found: CommonJsExports,
        seen: &mut FxHashSet<PathBuf>,
        names: &mut BTreeSet<String>,
    ) {
        if !seen.insert(path.to_path_buf()) {
            return;
        }
        names.extend(found.names);
        for specifier in found.reexports {
            let Ok(Resolved::File { path, .. } | Resolved::Package { path }) =
                self.resolver.resolve(&specifier, path, Mode::Require)
            else {
                continue;
            };
            let extension = path.extension().and_then(|it| it.to_str());
            if matches!(extension, Some("json" | "node" | "mjs")) {
                continue;
            }
            if let Ok(source) = self.commonjs_text(&path) {
                self.collect_names(&path, commonjs_exports(&source), seen, names);
            }
        }
    }

    fn targets(&self, record: &Record, from: &Path) -> Vec<Target> {
        record
            .requests
            .iter()
            .map(|request| self.target(request, from))
            .collect()
    }

    /// Where a request of the file `from` leads.
    pub fn target(&self, request: &Requested, from: &Path) -> Target {
        let resolved = self
            .resolver
            .resolve(&request.specifier, from, Mode::Import);
        let (path, link) = match resolved {
            Ok(Resolved::File { path, link }) => (path, link),
            Ok(Resolved::Package { path }) => return native(path.to_string_lossy().into_owned()),
            Ok(Resolved::Builtin(name) | Resolved::Url(name)) => return native(name),
            Err(_) => return Target::Native { key: None },
        };
        let specifier = request.specifier.as_str();
        let is_place = specifier.starts_with(['.', '/']) || specifier.starts_with("file:");
        let suffix = specifier.find(['?', '#']).filter(|_| is_place);
        let suffix = suffix
            .map(|at| specifier[at..].to_owned())
            .unwrap_or_default();
        let named = link.as_deref().unwrap_or(&path);
        let is_json = request.attributes == [("type".to_owned(), "json".to_owned())];
        match self.kind(named) {
            ModuleKind::Esm if request.attributes.is_empty() => Target::Module { path, suffix },
            ModuleKind::Json if is_json => Target::Json { path, suffix },
            // With a query Node evaluates it under another URL, and has it in no cache.
            ModuleKind::CommonJs if request.attributes.is_empty() && suffix.is_empty() => {
                Target::CommonJs { path }
            }
            _ => native(path.to_string_lossy().into_owned() + &suffix),
        }
    }

    /// The kind of a file; its text is read only when name and package leave it open.
    pub fn kind(&self, path: &Path) -> ModuleKind {
        self.resolver.kind(path, || read(path).ok())
    }
}

/// A program starts within that time, or what was read before has to be read again.
const RECENT: Duration = Duration::from_secs(1);

/// How Node finds what a TypeScript file requests of it: not by a specifier that only TypeScript
/// understands.
pub fn url_for_node(target: &Target, from: &Path) -> Option<String> {
    let Target::Native { key: Some(key) } = target else {
        return None;
    };
    let (file, suffix) = key.split_at(key.find(['?', '#']).unwrap_or(key.len()));
    let file = Path::new(file);
    let is_project = file.is_absolute() && !in_package(file);
    (is_project && is_typescript(from)).then(|| to_file_url(file) + suffix)
}

fn native(key: String) -> Target {
    Target::Native { key: Some(key) }
}

fn read(path: &Path) -> Result<String, Error> {
    read_at(path).map(|(text, _)| text)
}

fn read_at(path: &Path) -> Result<(String, Reading), Error> {
    let at = Instant::now();
    let bytes = std::fs::read(path).map_err(|error| {
        Error::new(
            ErrorCode::Unreadable,
            format!("{}: {error}", path.display()),
        )
        .with_file(path)
    })?;
    let content = Content::of_bytes(&bytes);
    Ok((text_of(bytes), Reading { content, at }))
}

/// As Node's TextDecoder does: bytes that are no UTF-8 are replaced, a mark is dropped.
fn text_of(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    match without_mark(&text) {
        rest if rest.len() == text.len() => text,
        rest => rest.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_loaded_ahead_is_given_out_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a path");
        let path = |name: &str| root.join(name);
        let write = |name: &str, text: &str| std::fs::write(path(name), text).expect("written");
        write(
            "a.mjs",
            "import './b.mjs'; import './c.mjs'; import './known.mjs'",
        );
        write("b.mjs", "import './a.mjs'; import './broken.mjs'");
        write("c.mjs", "export const c = 1");
        write("known.mjs", "import './beyond.mjs'");
        write("beyond.mjs", "");
        write("broken.mjs", "let a = ;");
        let loader = Arc::new(Loader::new());
        loader.load_ahead(&path("a.mjs"), [path("known.mjs")].into_iter().collect());
        loader.walk().expect("a walk").help(&loader);
        let is_ahead = |name: &str| loader.walk().is_some_and(|walk| walk.has(&path(name)));
        assert!(
            ["a.mjs", "b.mjs", "broken.mjs", "c.mjs"]
                .iter()
                .all(|it| is_ahead(it))
        );
        assert!(!is_ahead("beyond.mjs"));
        let told = loader.ahead(&path("b.mjs")).expect("ahead");
        let bytes = std::fs::read(path("b.mjs")).expect("read");
        assert_eq!(told.reading.content, Content::of_bytes(&bytes));
        assert_eq!(told.imports, ["a.mjs", "broken.mjs"].map(path));
        assert!(loader.ahead(&path("broken.mjs")).is_none());
        assert!(loader.ahead(&path("known.mjs")).is_none());
        write("c.mjs", "export const c = 2");
        let load = |name: &str| loader.text(&path(name), Place::Acyclic, &[]);
        assert!(load("c.mjs").expect("ahead").code.contains("c = 1"));
        assert!(load("c.mjs").expect("anew").code.contains("c = 2"));
        assert!(load("broken.mjs").is_err());
        write("b.mjs", "export const b = 2");
        loader.forget_ahead();
        assert!(load("b.mjs").expect("anew").code.contains("b = 2"));
    }

    #[test]
    fn what_was_begun_is_given_to_the_program_that_starts() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a path");
        let path = |name: &str| root.join(name);
        let write = |name: &str, text: &str| std::fs::write(path(name), text).expect("written");
        write("a.mjs", "import './b.mjs'");
        write("b.mjs", "export const b = 1");
        write("c.mjs", "import './b.mjs'");
        let begin = |root: &str| {
            let loader = Arc::new(Loader::new());
            loader.begin_ahead_for(&path(root), Duration::from_secs(600));
            let begun = loader.begun.lock();
            if let Some((_, walk)) = begun.as_ref() {
                walk.help(&loader); // what its own threads have left
            }
            drop(begun);
            loader
        };
        let (same, other, unasked) = (begin("a.mjs"), begin("a.mjs"), begin("a.mjs"));
        write("b.mjs", "export const b = 2");
        let b = |loader: &Arc<Loader>| {
            let text = loader.text(&path("b.mjs"), Place::Acyclic, &[]);
            text.expect("a module").code
        };
        same.load_ahead(&path("a.mjs"), FxHashSet::default());
        assert!(b(&same).contains("b = 1"));
        let rest = same.next_ahead();
        assert_eq!(rest.len(), 1, "each is given out once");
        assert!(rest[0].record.contains("a.mjs\""));
        assert!(same.next_ahead().is_empty());
        assert!(same.ahead(&path("b.mjs")).is_some(), "and told of still");
        other.load_ahead(&path("c.mjs"), FxHashSet::default());
        assert!(b(&other).contains("b = 2"), "another program's");
        assert!(b(&unasked).contains("b = 2"), "no program's");
        write("d.cjs", "");
        assert!(begin("d.cjs").begun.lock().is_none());
        let late = Arc::new(Loader::new());
        late.begin_ahead_for(&path("a.mjs"), Duration::from_millis(1));
        while late.begun.lock().is_some() {
            thread::yield_now(); // it is not kept
        }
    }

    #[test]
    fn names_of_commonjs_come_through_what_it_requires() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a path");
        let write = |name: &str, text: &str| {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, text).expect("written");
        };
        write("a.cjs", "exports.a = 1; module.exports = require('./b')");
        write(
            "b.js",
            "module.exports = { b, ...require('p'), ...require('./a.cjs'), ...require('./no') }",
        );
        write("node_modules/p/index.js", "exports.p = 1");
        let names = Loader::new()
            .commonjs_names(&root.join("a.cjs"))
            .expect("read");
        assert_eq!(Vec::from_iter(names), ["a", "b", "p"]);
        assert!(
            Loader::new()
                .commonjs_names(&root.join("none.cjs"))
                .is_err()
        );
    }

    #[test]
    fn targets_are_ours_or_nodes() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a path");
        let write = |name: &str, text: &str| {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, text).expect("written");
        };
        write("package.json", "{}");
        write("b.mjs", "");
        write("c.cjs", "");
        write("d.js", "export {}");
        write("e.js", "exports.a = 1");
        write("f.json", "{}");
        write("node_modules/p/index.mjs", "");
        write(
            "node_modules/p/package.json",
            r#"{ "exports": "./index.mjs" }"#,
        );
        write(
            "a.mjs",
            "import './b.mjs'; import './b.mjs?x#y'; import './c.cjs'; import './d.js'; import './e.js';
             import './f.json'; import './f.json' with { type: 'json' }; import 'p'; import 'fs'; import './none.mjs';
             import './b.mjs' with { type: 'json' }; import 'data:text/javascript,'",
        );
        let loaded = Loader::new()
            .load(&root.join("a.mjs"), Place::Acyclic)
            .expect("a module");
        let module = |name: &str, suffix: &str| Target::Module {
            path: root.join(name),
            suffix: suffix.to_owned(),
        };
        let json = Target::Json {
            path: root.join("f.json"),
            suffix: String::new(),
        };
        let commonjs = |name: &str| Target::CommonJs {
            path: root.join(name),
        };
        let native = |key: &str| Target::Native {
            key: Some(key.to_owned()),
        };
        let file = |name: &str| native(&root.join(name).to_string_lossy());
        assert_eq!(
            loaded.targets,
            [
                module("b.mjs", ""),
                module("b.mjs", "?x#y"),
                commonjs("c.cjs"),
                module("d.js", ""),
                commonjs("e.js"),
                file("f.json"),
                json,
                file("node_modules/p/index.mjs"),
                native("node:fs"),
                Target::Native { key: None },
                file("b.mjs"),
                native("data:text/javascript,"),
            ]
        );
    }
}
