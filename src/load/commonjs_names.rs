//! What ES modules may import from a CommonJS file by name.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use rustc_hash::FxHashSet;

use super::{Loader, read_at};
use crate::{
    engine::{Content, Reading},
    error::Error,
    path::in_package,
    resolve::{Mode, Resolved},
    scan::{CommonJsExports, ModuleKind, commonjs_exports},
    typescript::is_typescript,
};

impl Loader {
    /// The names an ES module may import from the CommonJS file `path`, `default` apart.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn commonjs_names(&self, path: &Path) -> Result<BTreeSet<String>, Error> {
        let mut names = BTreeSet::new();
        let (found, content) = match self.planned_exports(path) {
            Some(found) => found,
            None => {
                let (text, content) = self.commonjs_text(path)?;
                (commonjs_exports(&text), content)
            }
        };
        // Packages are not reloaded.
        if !in_package(path) {
            self.names_are_of(path, content);
        }
        self.collect_names(path, found, &mut FxHashSet::default(), &mut names);
        Ok(names)
    }

    /// What Node's CommonJS loader compiles of a file.
    fn commonjs_text(&self, path: &Path) -> Result<(String, Content), Error> {
        self.compiled_text(path, ModuleKind::CommonJs)
    }

    /// The JavaScript of a file, and what it was made of.
    pub(super) fn compiled_text(
        &self,
        path: &Path,
        kind: ModuleKind,
    ) -> Result<(String, Content), Error> {
        // In an update the text that it evaluates: its importers are to find the names of that.
        let (source, Reading { content, .. }) = match self.planned_text(path) {
            Some(planned) => planned,
            None => read_at(path)?,
        };
        if !is_typescript(path) || in_package(path) {
            return Ok((source, content));
        }
        let compiled = self.compile(&source, path, kind)?;
        Ok((compiled.code, content))
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
            let Ok(Resolved::File { path, .. } | Resolved::Package { path, .. }) =
                self.resolver.resolve(&specifier, path, Mode::Require)
            else {
                continue;
            };
            let extension = path.extension().and_then(|it| it.to_str());
            if matches!(extension, Some("json" | "node" | "mjs")) {
                continue;
            }
            if let Ok((source, _)) = self.commonjs_text(&path) {
                self.collect_names(&path, commonjs_exports(&source), seen, names);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::write_below;

    #[test]
    fn they_are_handed_over_as_json() {
        let names = ["", "a", "b\"\\\n", "\u{e9}"].map(String::from);
        let read: Vec<String> =
            serde_json::from_str(&crate::json::Json::of_texts(&names)).expect("JSON");
        assert_eq!(read, names);
        assert_eq!(crate::json::Json::of_texts(&[]), "[]");
    }

    #[test]
    fn names_of_commonjs_come_through_what_it_requires() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        let write = |name: &str, text: &str| write_below(&root, name, text);
        write("a.cjs", "exports.a = 1; module.exports = require('./b')");
        write(
            "b.js",
            "module.exports = { b, ...require('p'), ...require('./a.cjs'), ...require('./no') }",
        );
        write("node_modules/p/index.js", "exports.p = 1");
        let names = Loader::default()
            .commonjs_names(&root.join("a.cjs"))
            .expect("read");
        assert_eq!(Vec::from_iter(names), ["a", "b", "p"]);
        assert!(
            Loader::default()
                .commonjs_names(&root.join("none.cjs"))
                .is_err()
        );
    }
}
