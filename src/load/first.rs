//! Files that a program begins to use: by what is kept of them from the process before, or to be kept for the next.

use std::path::Path;

use super::{Compiled, Loaded, Loader, kept, kept_javascript, load_by, read, read_at};
use crate::{
    code_cache::CodeCache,
    error::Error,
    scan::ModuleKind,
    transform::{Place, Transformed, transform_live},
    typescript::{JavaScript, Options, to_javascript, to_module},
};

impl Loader {
    /// A file that is loaded because a program begins to use it.
    pub(super) fn load_first(&self, path: &Path) -> Result<Loaded, Error> {
        let (source, reading) = match self.planned_text(path) {
            Some(planned) => planned,
            None => read_at(path)?,
        };
        let compile = || {
            let add = |key, made| CodeCache::global().add_beside(key, made);
            let make = |options: &Options| to_module(&source, path, options);
            self.compile_kept(&source, path, ModuleKind::Esm, &make, add)
        };
        let load = |text: &str, module| self.load_kept(path, text, module);
        load_by(path, &source, reading, &compile, &load)
    }

    /// The module whose text is `source`, by what is kept of it, or to be kept for the next process. `made`: there was
    /// nothing kept of its TypeScript.
    fn load_kept(
        &self,
        path: &Path,
        source: &str,
        made: Option<Transformed>,
    ) -> Result<Loaded, Error> {
        let cache = CodeCache::global();
        let transform = || match made {
            Some(module) => Ok(module),
            None => transform_live(source, path, Place::Acyclic, &[]),
        };
        if !cache.is_open() {
            return Ok(self.resolved(path, transform()?));
        }
        let key = kept::key(source);
        let found = cache.get(key);
        let known = found.and_then(|(data, place)| kept::decode(data.get(place)?, source));
        if let Some(module) = known {
            return Ok(self.resolved(path, module));
        }
        let module = transform()?;
        cache.add_beside(key, kept::encode(&module));
        Ok(self.resolved(path, module))
    }

    /// [`Loader::compile`], by what is kept of it, or to be kept for the next process.
    fn compile_kept(
        &self,
        source: &str,
        path: &Path,
        kind: ModuleKind,
        make: &dyn Fn(&Options) -> Result<Compiled, Error>,
        add: impl FnOnce(u128, Vec<u8>),
    ) -> Result<Compiled, Error> {
        let cache = CodeCache::global();
        let options = self.resolver.tsconfigs().options(path)?;
        if !cache.is_open() {
            return make(&options);
        }
        let key = kept_javascript::key(source, path, kind, &options);
        let found = cache.get(key);
        if let Some(made) =
            found.and_then(|(data, place)| kept_javascript::decode(data.get(place)?, source))
        {
            return Ok((made, None));
        }
        let (made, module) = make(&options)?;
        add(key, kept_javascript::encode(&made, source));
        Ok((made, module))
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
        source: Option<String>,
    ) -> Result<JavaScript, Error> {
        let source = source.map_or_else(|| read(path), Ok)?;
        match is_first {
            // Nothing else may be kept of such a file: it is what makes the cache worth writing.
            true => {
                let add = |key, made: Vec<u8>| CodeCache::global().add(key, &made);
                let make = |options: &Options| {
                    to_javascript(&source, path, kind, options).map(|it| (it, None))
                };
                let made = self.compile_kept(&source, path, kind, &make, add);
                made.map(|(made, _)| made)
            }
            false => self.compile(&source, path, kind),
        }
    }
}
