//! One file, ready for the runtime: read, transformed, its requests resolved.
//!
//! What is not ours to run (packages, builtins, what does not resolve, attributes we do
//! not know) is [`Target::Native`]: Node loads it, and finds the words when it can't.

mod ahead;
mod bytes;
mod changed;
mod commonjs_names;
mod first;
mod imported_at;
mod kept;
mod kept_javascript;
mod leads_to;
mod reassigned;
mod target;
mod text;
mod walk;

pub use imported_at::{imported_at, static_import_at};
pub use target::{Target, url_for_node};
use text::Likeness;
pub use text::Text;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use self::walk::{Known, Walk};
use crate::{
    change::read_filled,
    code_cache,
    engine::{Ahead, Content, Reading},
    error::{Error, ErrorCode},
    resolve::{Mode, Resolved, Resolver},
    scan::{ModuleKind, without_mark},
    transform::{LiveImport, Place, Transformed, own, transform_live},
    typescript::{JavaScript, Positions, is_typescript, to_javascript, to_module},
};

#[derive(Debug, Default)]
pub struct Loader {
    resolver: Resolver,
    /// Loaded ahead of being asked for, each given out once: of an update, and of a program that is loaded.
    ahead: Mutex<FxHashMap<PathBuf, Result<Loaded, Error>>>,
    walk: Mutex<Option<Arc<Walk>>>,
    /// The same, of a program that may be about to start: nobody has asked for it yet.
    begun: Mutex<Option<(Instant, Arc<Walk>)>>,
    known: Known,
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
    /// See [`Resolver::typeless`].
    pub typeless: Option<Arc<Path>>,
    /// Of what may have another version that is like it.
    likeness: Option<Arc<Likeness>>,
}

impl Loaded {
    /// What the engine needs to know of it. None: it takes a closer look, for something is not there.
    fn ahead(&self) -> Option<Ahead> {
        if self.targets.contains(&Target::NOWHERE) {
            return None;
        }
        Some(Ahead {
            reading: self.reading?,
            imports: self.targets.iter().filter_map(Target::file).collect(),
        })
    }
}

impl Loader {
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
    pub fn text(
        self: &Arc<Self>,
        path: &Path,
        place: Place,
        live: &[LiveImport],
    ) -> Result<Text, Error> {
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

    /// As [`Loader::text`], outside every cycle, beside a version that is known, whose record says that it is `like` that: without
    /// a record where nothing else than the code is another one.
    ///
    /// # Errors
    /// As [`Loader::load`].
    pub fn text_like(self: &Arc<Self>, path: &Path, like: &str) -> Result<Text, Error> {
        let of_update = self.ahead.lock().remove(path);
        match of_update {
            Some(loaded) => loaded.map(|it| it.beside(like)),
            None => self.text(path, Place::Acyclic, &[]),
        }
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
        let is_usual = place == Place::Acyclic && live.is_empty();
        let compile = || self.compile_module(source, path, is_usual);
        let load = |text: &str, module: Option<Transformed>| match module {
            Some(module) => Ok(self.resolved(path, module)),
            None => self.load_text(path, text, place, live),
        };
        load_by(path, source, reading, &compile, &load)
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

    fn resolved(&self, path: &Path, mut module: Transformed) -> Loaded {
        let targets = self.targets(&module.record, path);
        for (index, target) in targets.iter().enumerate() {
            if let Some(url) = url_for_node(target, path) {
                own(&mut module.record).requests[index].specifier = url;
            }
        }
        Loaded {
            key: code_cache::key(path, &module.code, &module.parameters),
            module,
            positions: None,
            targets,
            reading: None,
            typeless: self.resolver.typeless(path),
            likeness: None,
        }
    }

    fn compile(&self, source: &str, path: &Path, kind: ModuleKind) -> Result<JavaScript, Error> {
        let options = self.resolver.tsconfigs().options(path)?;
        to_javascript(source, path, kind, &options)
    }

    /// With the module, if the compiler has it anyway.
    fn compile_module(
        &self,
        source: &str,
        path: &Path,
        wants_module: bool,
    ) -> Result<Compiled, Error> {
        let options = self.resolver.tsconfigs().options(path)?;
        match wants_module {
            true => to_module(source, path, &options),
            false => to_javascript(source, path, ModuleKind::Esm, &options).map(|it| (it, None)),
        }
    }

    /// The file that `require(specifier)` names in `from`.
    pub fn required(&self, specifier: &str, from: &Path) -> Option<PathBuf> {
        match self.resolver.resolve(specifier, from, Mode::Require) {
            Ok(Resolved::File { path, .. }) => Some(path),
            _ => None,
        }
    }

    /// The file that `require(specifier)` names in `from`, of a package, too.
    pub fn required_package(&self, specifier: &str, from: &Path) -> Option<PathBuf> {
        match self.resolver.resolve(specifier, from, Mode::Require) {
            Ok(Resolved::File { path, .. } | Resolved::Package { path, .. }) => Some(path),
            _ => None,
        }
    }

    /// The text that holds of the `package.json` at `path`.
    pub fn manifest(&self, path: PathBuf) -> Option<Arc<str>> {
        self.resolver.tsconfigs().manifest(path)
    }

    /// Does the native module `path` write its export `name` after it was evaluated?
    pub fn reassigns(&self, path: &Path, name: &str) -> bool {
        self.exports.reassigns(self, path, name)
    }

    /// The text of a JSON module, as the update in flight evaluates it.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn json(&self, path: &Path) -> Result<String, Error> {
        match self.planned_text(path) {
            Some((text, _)) => Ok(text),
            None => read(path),
        }
    }
}

/// What TypeScript is as JavaScript, and what that is transformed to if it was no more work.
type Compiled = (JavaScript, Option<Transformed>);

/// JavaScript, and what it is transformed to if that is known.
type LoadText<'l> = dyn Fn(&str, Option<Transformed>) -> Result<Loaded, Error> + 'l;

/// A module whose file holds `source`: `compile` makes JavaScript of TypeScript, `load` a module of JavaScript.
fn load_by(
    path: &Path,
    source: &str,
    reading: Reading,
    compile: &dyn Fn() -> Result<Compiled, Error>,
    load: &LoadText,
) -> Result<Loaded, Error> {
    let mut loaded = if is_typescript(path) {
        let (compiled, module) = compile()?;
        let loaded =
            load(&compiled.code, module).map_err(|error| compiled.relocated(error, source))?;
        Loaded {
            positions: compiled.positions,
            ..loaded
        }
    } else {
        load(source, None)?
    };
    loaded.reading = Some(reading);
    Ok(loaded)
}

fn read(path: &Path) -> Result<String, Error> {
    read_at(path).map(|(text, _)| text)
}

fn read_at(path: &Path) -> Result<(String, Reading), Error> {
    let read = || (Instant::now(), std::fs::read(path));
    let (at, bytes) = read_filled(path, read, |(_, bytes)| {
        bytes.as_ref().is_ok_and(Vec::is_empty)
    });
    let bytes = bytes.map_err(|error| {
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

/// A file of a test's, with the folders it is in.
#[cfg(test)]
fn write_below(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, text).expect("written");
}
