//! Whether a file is an ES module or CommonJS (Node: ESM_FILE_FORMAT).

use std::{path::Path, sync::Arc};

use super::Resolver;
use crate::{
    path::in_package,
    scan::{ModuleKind, json, kind_of, only_esm},
};

impl Resolver {
    /// WebAssembly, or an addon: there is nothing to find in it.
    pub fn is_no_text(path: &Path) -> bool {
        matches!(
            kind_of(path, None, None),
            ModuleKind::Wasm | ModuleKind::Addon
        )
    }

    /// The module system of a file, by its name, its package, its tsconfig and, where these leave it
    /// open, its text, which is asked for only then.
    pub fn kind<S: AsRef<str>>(
        &self,
        path: &Path,
        source: impl FnOnce() -> Option<S>,
    ) -> ModuleKind {
        let package_type = self.package_type(path);
        let kind = kind_of(path, None, package_type.as_deref());
        let extension = path.extension().and_then(|extension| extension.to_str());
        let is_open = kind == ModuleKind::CommonJs
            && package_type.is_none()
            && matches!(extension, None | Some("js" | "ts" | "jsx" | "tsx"));
        if !is_open || self.hooked.read().contains(path) {
            return kind;
        }
        let source = source();
        let source = source.as_ref().map(AsRef::as_ref);
        let by_text = kind_of(path, source, None);
        if by_text == ModuleKind::Esm
            && matches!(extension, Some("ts" | "tsx"))
            && self.tsconfigs.makes_commonjs(path)
            && !source.is_some_and(|source| only_esm(path, source))
        {
            return ModuleKind::CommonJs;
        }
        by_text
    }

    /// A require hook makes CommonJS of a file whose package leaves that open, whatever its text says.
    pub fn take_as_commonjs(&self, path: &Path) {
        self.hooked.write().insert(path.to_path_buf());
    }

    /// Does its tsconfig have a TypeScript file made CommonJS whose package leaves it open?
    pub fn tsc_makes_commonjs(&self, file: &Path) -> bool {
        self.tsconfigs.makes_commonjs(file)
    }

    /// The `"type"` of the `package.json` nearest to a file (Node: LOOKUP_PACKAGE_SCOPE).
    pub fn package_type(&self, file: &Path) -> Option<String> {
        self.scope_of(file).kind.as_deref().map(str::to_owned)
    }

    /// The `package.json` that leaves open what a module is, whose text Node then tries as CommonJS first.
    pub fn typeless(&self, file: &Path) -> Option<Arc<Path>> {
        let extension = file.extension().and_then(|extension| extension.to_str());
        if !matches!(extension, Some("js" | "ts")) || in_package(file) {
            return None;
        }
        let Scope { kind, manifest } = self.scope_of(file);
        manifest.filter(|_| kind.is_none())
    }

    fn scope_of(&self, file: &Path) -> Scope {
        let Some(dir) = file.parent() else {
            return Scope::default();
        };
        if let Some(known) = self.types.read().get(dir.as_os_str()) {
            return known.clone();
        }
        let mut seen = Vec::new();
        let mut found = Scope::default();
        for dir in dir.ancestors() {
            if let Some(known) = self.types.read().get(dir.as_os_str()) {
                found.clone_from(known);
                break;
            }
            seen.push(dir.as_os_str().to_owned());
            // The scope ends here: a package.json above belongs to the project, not to its
            // packages.
            if dir.file_name().is_some_and(|name| name == "node_modules") {
                break;
            }
            let path = dir.join("package.json");
            if let Some(text) = self.tsconfigs.manifest(path.clone()) {
                found = Scope {
                    kind: json::top_level_string(&text, "type")
                        .filter(|kind| matches!(kind.as_str(), "module" | "commonjs"))
                        .map(Arc::from),
                    manifest: Some(Arc::from(path)),
                };
                break;
            }
        }
        let mut types = self.types.write();
        for dir in seen {
            types.insert(dir, found.clone());
        }
        found
    }
}

/// What holds in a folder.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// The `"type"`.
    kind: Option<Arc<str>>,
    /// The `package.json` that says so, or does not.
    manifest: Option<Arc<Path>>,
}
