//! Which exports of a package are written after it was evaluated.
//!
//! Node runs packages; nobody tells us when `export let n` changes. An importer that reads such an
//! export reads it from the package's namespace each time, which costs some; all others (functions,
//! constants, what is only written while the package is evaluated) are read once.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Loader, Target};
use crate::{
    scan::ModuleKind,
    transform::{ImportName, Place},
};

/// What is known of the files of packages, which do not change while a program runs.
#[derive(Debug, Default)]
pub(super) struct Exports {
    files: Mutex<FxHashMap<PathBuf, Option<Arc<Summary>>>>,
}

#[derive(Debug, Default)]
struct Summary {
    names: FxHashMap<String, Export>,
    stars: Vec<Option<PathBuf>>,
}

#[derive(Debug)]
enum Export {
    Own {
        is_written: bool,
    },
    /// Another file's, `None` where it is none we can read.
    Of(Option<PathBuf>, String),
    Namespace,
}

const DATA: &str = "data:text";

impl Exports {
    pub(super) fn reassigns(&self, loader: &Loader, path: &Path, name: &str) -> bool {
        let found = self.find(loader, path, name, &mut FxHashSet::default());
        found.unwrap_or(false)
    }

    /// `None`: it has no such export.
    fn find(
        &self,
        loader: &Loader,
        path: &Path,
        name: &str,
        seen: &mut FxHashSet<(PathBuf, String)>,
    ) -> Option<bool> {
        if !seen.insert((path.to_path_buf(), name.to_owned())) {
            return None;
        }
        let Some(summary) = self.summary(loader, path) else {
            // CommonJS and JSON give what they have when they end. A data: URL is not looked into.
            return Some(
                path.to_string_lossy().starts_with(DATA) || loader.kind(path) == ModuleKind::Other,
            );
        };
        match summary.names.get(name) {
            Some(Export::Own { is_written }) => return Some(*is_written),
            Some(Export::Namespace) => return Some(false),
            Some(Export::Of(Some(path), name)) => return self.find(loader, path, name, seen),
            Some(Export::Of(None, _)) => return Some(false),
            None => {}
        }
        let stars = summary.stars.iter().flatten();
        stars
            .filter(|_| name != "default")
            .find_map(|path| self.find(loader, path, name, seen))
    }

    fn summary(&self, loader: &Loader, path: &Path) -> Option<Arc<Summary>> {
        if let Some(known) = self.files.lock().get(path) {
            return known.clone();
        }
        let summary = (loader.kind(path) == ModuleKind::Esm)
            .then(|| summarize(loader, path))
            .flatten()
            .map(Arc::new);
        self.files
            .lock()
            .insert(path.to_path_buf(), summary.clone());
        summary
    }
}

fn summarize(loader: &Loader, path: &Path) -> Option<Summary> {
    let loaded = loader.load(path, Place::Acyclic).ok()?;
    let record = &loaded.module.record;
    let file = |request: usize| match loaded.targets.get(request)? {
        Target::Module { path, .. } => Some(path.clone()),
        Target::Native { key, .. } => key
            .as_ref()
            .filter(|key| !key.starts_with("node:"))
            .map(PathBuf::from),
        Target::Json { .. } | Target::CommonJs { .. } => None,
    };
    let mut summary = Summary {
        stars: record.stars.iter().map(|star| file(*star)).collect(),
        ..Summary::default()
    };
    for export in &record.locals {
        let is_written = record.cells[export.cell].pushed;
        summary
            .names
            .insert(export.exported.clone(), Export::Own { is_written });
    }
    for export in &record.indirect {
        let of = match &export.name {
            ImportName::Name(name) => Export::Of(file(export.request), name.clone()),
            ImportName::Namespace => Export::Namespace,
        };
        summary.names.insert(export.exported.clone(), of);
    }
    Some(summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_functions_write_is_found_through_re_exports() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        let package = root.join("node_modules/p");
        std::fs::create_dir_all(&package).expect("made");
        let write = |name: &str, text: &str| {
            std::fs::write(package.join(name), text).expect("written");
        };
        write(
            "package.json",
            r#"{ "type": "module", "exports": "./a.js" }"#,
        );
        write(
            "a.js",
            "export let n = 0, once = 0; once = 1; export const up = () => { n++ };
             export { m as far } from './b.js'; export * from './b.js'; export * as ns from './b.js';
             export { readFile } from 'fs'; export { c } from './c.cjs'; export * from './a.js'",
        );
        write("b.js", "export let m, k; export default (v) => { m = v }");
        write("c.cjs", "exports.c = 1");
        let loader = Loader::default();
        let path = package.join("a.js");
        let reassigned = [
            "n", "once", "up", "far", "m", "k", "ns", "readFile", "c", "none",
        ]
        .into_iter()
        .filter(|name| loader.reassigns(&path, name))
        .collect::<Vec<_>>();
        assert_eq!(reassigned, ["n", "far", "m"]);
        assert!(loader.reassigns(Path::new("data:text/javascript,"), "x"));
    }
}
