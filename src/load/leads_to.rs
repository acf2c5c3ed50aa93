//! What the evaluation of a file loads, before anything is evaluated.

use std::path::{Path, PathBuf};

use super::Loader;
use crate::{
    resolve::Resolved,
    scan::{ModuleKind, RequestKind, scan},
};

impl Loader {
    /// The project's files that `path` loads whatever happens: by declarations, or by a `require()` that is in no function, no
    /// condition and no `try`. Of what can't be read nothing is known.
    pub fn leads_to(&self, path: &Path) -> Vec<PathBuf> {
        let kind @ (ModuleKind::Esm | ModuleKind::CommonJs) = self.kind(path) else {
            return Vec::new();
        };
        let Ok((code, _)) = self.compiled_text(path, kind) else {
            return Vec::new();
        };
        let requests = scan(&code, path, kind).requests;
        let certain = requests
            .iter()
            .filter(|it| !it.guarded && it.kind != RequestKind::DynamicImport);
        certain
            .filter_map(
                |it| match self.resolver.resolve(&it.specifier, path, it.kind.into()) {
                    Ok(Resolved::File { path, .. }) => Some(path),
                    _ => None,
                },
            )
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::write_below;

    #[test]
    fn what_is_loaded_whatever_happens() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        for name in [
            "b.json",
            "c.cjs",
            "d.mjs",
            "e.mjs",
            "node_modules/p/index.js",
        ] {
            write_below(&root, name, "");
        }
        let leads_to = |name: &str, text: &str| {
            write_below(&root, name, text);
            let found = Loader::default().leads_to(&root.join(name));
            let name = |it: &PathBuf| it.strip_prefix(&root).map(|it| it.display().to_string());
            found.iter().flat_map(name).collect::<Vec<_>>()
        };
        let commonjs = "const b = require('./b.json'), c = require('./c.cjs'); require('p'); require('./none');
            if (c) require('./d.mjs'); exports.f = () => require('./e.mjs'); import('./e.mjs');";
        assert_eq!(leads_to("a.cjs", commonjs), ["b.json", "c.cjs"]);
        let module = "import './c.cjs'; export * from './d.mjs'; import('./e.mjs'); import 'p'; import 'node:fs';";
        assert_eq!(leads_to("a.mjs", module), ["c.cjs", "d.mjs"]);
        let typescript = "import { T } from './e.mjs'; import b = require('./b.json'); import './d.mjs'; let t: T = b;";
        assert_eq!(leads_to("a.cts", typescript), ["b.json", "d.mjs"]);
        assert!(leads_to("broken.cjs", "require('./c.cjs'").is_empty());
        assert!(
            Loader::default()
                .leads_to(&root.join("none.mjs"))
                .is_empty()
        );
    }
}
