//! Where the requests of a module lead: which of it is ours to run.

use std::path::{Path, PathBuf};

use super::{Loader, read};
use crate::{
    path::{in_package, to_file_url},
    resolve::{Mode, Resolved},
    scan::ModuleKind,
    transform::{Record, Requested},
    typescript::is_typescript,
};

#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// `key`: the file or builtin it is, when that is known. `suffix`: what of the end of that is no part of the path (a path may hold '#').
    Native {
        key: Option<String>,
        suffix: String,
    },
}

impl Target {
    pub(super) const NOWHERE: Self = Self::Native {
        key: None,
        suffix: String::new(),
    };

    /// The file of the project that it is.
    pub(super) fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Module { path, .. } | Self::Json { path, .. } | Self::CommonJs { path } => {
                Some(path.clone())
            }
            Self::Native { key, suffix } => {
                let path = PathBuf::from(key.as_deref()?.strip_suffix(suffix.as_str())?);
                (path.is_absolute() && !in_package(&path)).then_some(path)
            }
        }
    }
}

impl Loader {
    pub(super) fn targets(&self, record: &Record, from: &Path) -> Vec<Target> {
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
        // Node, too, goes by where links lead, and by its name there (`finalizeResolution`).
        let (path, suffix) = match resolved {
            Ok(Resolved::File { path, suffix, .. }) => (path, suffix),
            Ok(Resolved::Package { path, suffix }) => {
                return Target::Native {
                    key: Some(path.to_string_lossy().into_owned() + &suffix),
                    suffix,
                };
            }
            Ok(Resolved::Builtin(name) | Resolved::Url(name)) => return native(name),
            Err(_) => return Target::NOWHERE,
        };
        let is_json = request.attributes == [("type".to_owned(), "json".to_owned())];
        match self.kind(&path) {
            ModuleKind::Esm if request.attributes.is_empty() => Target::Module { path, suffix },
            ModuleKind::Json if is_json => Target::Json { path, suffix },
            // With a query Node evaluates it under another URL, and has it in no cache.
            ModuleKind::CommonJs if request.attributes.is_empty() && suffix.is_empty() => {
                Target::CommonJs { path }
            }
            _ => Target::Native {
                key: Some(path.to_string_lossy().into_owned() + &suffix),
                suffix,
            },
        }
    }

    /// The kind of a file; its text is read only when name and package leave it open.
    pub fn kind(&self, path: &Path) -> ModuleKind {
        self.resolver.kind(path, || read(path).ok())
    }

    /// See [`crate::resolve::Resolver::take_as_commonjs`].
    pub fn take_as_commonjs(&self, path: &Path) {
        self.resolver.take_as_commonjs(path);
    }
}

/// How Node finds what a TypeScript file requests of it: not by a specifier that only TypeScript
/// understands.
pub fn url_for_node(target: &Target, from: &Path) -> Option<String> {
    let Target::Native { suffix, .. } = target else {
        return None;
    };
    let file = target.file().filter(|_| is_typescript(from))?;
    Some(to_file_url(&file) + suffix)
}

fn native(key: String) -> Target {
    Target::Native {
        key: Some(key),
        suffix: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::Place;
    use crate::{error::Span, load::write_below};

    #[test]
    fn targets_are_ours_or_nodes() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        let write = |name: &str, text: &str| write_below(&root, name, text);
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
        let loaded = Loader::default()
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
        let native = |key: &str| native(key.to_owned());
        let file = |name: &str| native(&crate::path::normalize(&root.join(name)).to_string_lossy());
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
                Target::NOWHERE,
                file("b.mjs"),
                native("data:text/javascript,"),
            ]
        );
    }

    /// What Node gives, Node 20 to 26 (`names-as-urls.txt` compares).
    #[test]
    fn urls_have_more_than_a_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        let write = |name: &str, text: &str| write_below(&root, name, text);
        write(
            "package.json",
            r##"{ "name": "root", "exports": { "./*": "./*" },
                  "imports": { "#r/*": "./r/*", "#a": "./r/a.mjs", "#b": "./r/a%20b.mjs", "#q": { "import": "./r/a.mjs?z" } } }"##,
        );
        for file in ["r/a.mjs", "r/a b.mjs", "w/i.mjs", "node_modules/p/i.mjs"] {
            write(file, "");
        }
        write("w/package.json", r#"{ "name": "w" }"#);
        write("node_modules/p/package.json", "{}");
        let loader = Loader::default();
        let target = |specifier: &str| {
            let request = Requested {
                specifier: specifier.to_owned(),
                attributes: Vec::new(),
                span: Span::default(),
                is_deferred: false,
            };
            let place = match loader.target(&request, &root.join("m.mjs")) {
                Target::Module { path, suffix } => {
                    let place = path.strip_prefix(&root).expect("below the folder");
                    format!("{}{suffix}", place.display())
                }
                Target::Native { key, .. } => key.map_or_else(
                    || "nowhere".to_owned(),
                    |key| key.replace(&*root.to_string_lossy(), "native"),
                ),
                other => format!("{other:?}"),
            };
            place.replace(std::path::MAIN_SEPARATOR, "/")
        };
        for (specifier, want) in [
            ("./r/a.mjs?", "r/a.mjs"),
            ("./r/a.mjs?#", "r/a.mjs"),
            ("./r/a.mjs?x y#ü ", "r/a.mjs?x%20y#%C3%BC"),
            ("#r/a.mjs", "r/a.mjs"),
            ("#r/a.mjs?v=1", "r/a.mjs?v=1"),
            ("#r/a%2emjs", "r/a.mjs"),
            ("#a?v", "nowhere"),
            ("#b", "r/a b.mjs"),
            ("#q", "r/a.mjs?z"),
            ("root/r/a.mjs#h", "r/a.mjs#h"),
            ("p/i.mjs", "native/node_modules/p/i.mjs"),
            ("p/i.mjs?q", "native/node_modules/p/i.mjs?q"),
        ] {
            assert_eq!(target(specifier), want, "{specifier}");
        }
    }
}
