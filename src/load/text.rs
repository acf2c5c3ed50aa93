//! A module as it is handed to JavaScript: what V8 compiles, and all else as one JSON text, which V8
//! reads in a third of the time that one property after the other would take. Made where the module is
//! loaded, which at a program's start is another thread than the program's.

use std::{path::Path, sync::OnceLock};

use xxhash_rust::xxh3::xxh3_64;

use super::{Loaded, Target};
use crate::{
    code_cache::CodeCache,
    json::Json,
    path,
    transform::{CellKind, ImportName},
};

#[derive(Debug)]
pub struct Text {
    pub code: String,
    /// `JsEsm` in native/addon.d.ts, but for the code.
    pub record: String,
}

/// What a module's text is made of is like the text before in all but the code (`likeness` in record.cjs).
#[derive(Debug, Default)]
pub(super) struct Likeness(OnceLock<u64>);

impl Loaded {
    /// Beside a version that is known, whose record says that it is `like` that: without a record where nothing else than the
    /// code is another one.
    pub(super) fn beside(self, like: &str) -> Text {
        let known = self.likeness.as_ref().and_then(|it| it.0.get());
        match known.is_some_and(|known| u64::from_str_radix(like, 16) == Ok(*known)) {
            true => Text {
                code: self.module.code,
                record: String::new(),
            },
            false => self.into(),
        }
    }
}

impl From<Loaded> for Text {
    fn from(loaded: Loaded) -> Self {
        let record = record_of(None, &loaded);
        Self {
            code: loaded.module.code,
            record,
        }
    }
}

impl Text {
    /// With the file and its URL in the record: what is handed over together has to be told apart.
    pub fn of_file(path: &Path, loaded: Loaded) -> Self {
        let record = record_of(Some(path), &loaded);
        Self {
            code: loaded.module.code,
            record,
        }
    }
}

#[inline(never)] // or it is there three times
fn record_of(path: Option<&Path>, loaded: &Loaded) -> String {
    let cache = CodeCache::global();
    let record = &loaded.module.record;
    let mut out = Json(String::with_capacity(768));
    out.0.push('{');
    if let Some(path) = path {
        out.property("file", &path.to_string_lossy());
        out.property("url", &path::to_file_url(path));
    }
    let start = out.0.len();
    out.list("parameters", &loaded.module.parameters, |out, name| {
        out.text(name);
    });
    out.list("shifts", &loaded.module.shifts, |out, it| {
        out.raw(it.line).0.push(',');
        out.raw(it.column).0.push(',');
        out.raw(it.source_column);
    });
    let requests: Vec<_> = record.requests.iter().zip(&loaded.targets).collect();
    out.list("requests", &requests, |out, (request, target)| {
        out.0.push('{');
        out.property("specifier", &request.specifier);
        out.list("attributes", &request.attributes, |out, (key, value)| {
            out.0.push('[');
            out.text(key).0.push(',');
            out.text(value).0.push(']');
        });
        if request.is_deferred {
            out.flag("isDeferred", true);
        }
        out.target(target).end();
    });
    out.list("imports", &record.imports, |out, import| {
        out.0.push('{');
        out.number("request", import.request).name(&import.name);
        out.property("local", &import.local).end();
    });
    out.list("locals", &record.locals, |out, local| {
        out.0.push('{');
        out.property("exported", &local.exported);
        out.number("cell", local.cell).end();
    });
    out.list("indirect", &record.indirect, |out, export| {
        out.0.push('{');
        out.property("exported", &export.exported);
        out.number("request", export.request);
        out.name(&export.name).end();
    });
    out.list("stars", &record.stars, |out, star| {
        out.raw(star);
    });
    out.list("cells", &record.cells, |out, cell| {
        let (kind, import) = match cell.kind {
            CellKind::Function | CellKind::DefaultFunction => ("function", None),
            CellKind::Var => ("var", None),
            CellKind::Lexical => ("lexical", None),
            CellKind::Default => ("default", None),
            CellKind::Namespace(import) => ("namespace", Some(import)),
        };
        out.0.push('{');
        out.property("local", &cell.local).property("kind", kind);
        out.flag("pushed", cell.pushed);
        if cell.counted {
            out.flag("counted", true);
        }
        if let Some(import) = import {
            out.number("import", import);
        }
        out.end();
    });
    out.flag("hasTopLevelAwait", record.has_top_level_await);
    out.flag("usesPhases", record.uses_phases);
    if record.declares_phases {
        out.flag("declaresPhases", true);
    }
    out.flag("usesAssert", record.uses_assert);
    if !record.stand_ins.is_empty() {
        out.list("standIns", &record.stand_ins, |out, (constant, name)| {
            out.0.push('[');
            out.text(constant).0.push(',');
            out.text(name).0.push(']');
        });
    }
    if let Some(positions) = &loaded.positions {
        out.property("mappings", &positions.mappings());
    }
    if let Some(manifest) = &loaded.typeless {
        out.property("typeless", &manifest.to_string_lossy());
    }
    // What a module's next version is like the one before in, all but the code (`likeness` in chained-loader.cjs).
    // Last but for where the code is in the cache.
    let like = xxh3_64(&out.0.as_bytes()[start..]);
    if let Some(likeness) = &loaded.likeness {
        let _ = likeness.0.set(like);
    }
    out.property("like", &format!("{like:016x}"));
    if cache.is_open() {
        out.property("key", &format!("{:032x}", loaded.key));
    }
    if let Some((start, length)) = cache.find(loaded.key) {
        out.number("cachedStart", start)
            .number("cachedLength", length);
    }
    out.end();
    out.0
}

impl Json {
    /// Without one it is the namespace.
    fn name(&mut self, name: &ImportName) -> &mut Self {
        match name {
            ImportName::Name(name) => self.property("name", name),
            ImportName::Namespace => self,
        }
    }

    fn target(&mut self, target: &Target) -> &mut Self {
        let place = |out: &mut Self, kind: &str, path: &Path, suffix: &str| {
            out.property("target", kind);
            out.property("file", &path.to_string_lossy());
            out.property("suffix", suffix);
            out.property("url", &(path::to_file_url(path) + suffix));
        };
        match target {
            Target::Module { path, suffix } => place(self, "module", path, suffix),
            Target::Json { path, suffix } => place(self, "json", path, suffix),
            Target::CommonJs { path } => place(self, "commonjs", path, ""),
            Target::Native { key, suffix } => {
                self.property("target", "native");
                if let Some(key) = key {
                    self.property("file", key);
                }
                if !suffix.is_empty() {
                    self.property("suffix", suffix);
                }
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        load::{Loader, write_below},
        transform::Place,
    };
    use serde_json::{Value, json};

    #[test]
    fn a_record_as_json() {
        let source = "import a, { 'q\"\\\\\u{1}\u{e9}' as b } from './b.mjs?x'; import * as n from './c.json' with { type: 'json' };
export let x = () => { x = 1 }; export { n }; export * from 'node:fs'; export { c as d } from './none.mjs'; export default await 1;";
        let path = Path::new("/nowhere/a.mjs");
        let loaded = Loader::default()
            .load_text(path, source, Place::Acyclic, &[])
            .expect("a module");
        let code = loaded.module.code.clone();
        let text = Text::from(loaded);
        assert_eq!(text.code, code);
        let record: Value = serde_json::from_str(&text.record).expect("JSON");
        assert_eq!(
            record["imports"],
            json!([
                { "request": 0, "name": "default", "local": "a" },
                { "request": 0, "name": "q\"\\\u{1}\u{e9}", "local": "b" },
                { "request": 1, "local": "n" },
            ])
        );
        assert_eq!(
            record["requests"][1]["attributes"],
            json!([["type", "json"]])
        );
        assert_eq!(
            record["requests"][2],
            json!({ "specifier": "node:fs", "attributes": [], "target": "native", "file": "node:fs" })
        );
        assert_eq!(
            record["indirect"],
            json!([{ "exported": "d", "request": 3, "name": "c" }])
        );
        assert_eq!(record["stars"], json!([2]));
        assert_eq!(record["hasTopLevelAwait"], json!(true));
        assert_eq!(record["usesPhases"], json!(false));
        let cells = record["cells"].as_array().expect("a list");
        let kinds: Vec<&str> = cells.iter().filter_map(|it| it["kind"].as_str()).collect();
        assert_eq!(kinds, ["namespace", "lexical", "default"]);
        assert_eq!(cells[0]["import"], json!(2));
        assert_eq!(record["shifts"].as_array().expect("a list").len() % 3, 0);
        assert!(record.get("mappings").is_none());
    }

    #[test]
    fn what_is_behind_the_path_of_a_package_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = path::real(folder.path());
        write_below(&root, "node_modules/p/index.mjs", "");
        let source = "import 'p/index.mjs?v=1'; import 'p/index.mjs';";
        let loaded = Loader::default()
            .load_text(&root.join("a.mjs"), source, Place::Acyclic, &[])
            .expect("a module");
        let record: Value = serde_json::from_str(&Text::from(loaded).record).expect("JSON");
        let requests = &record["requests"];
        let file = root.join("node_modules").join("p").join("index.mjs");
        let file = file.to_str().expect("a text");
        assert_eq!(requests[0]["file"], json!(format!("{file}?v=1")));
        assert_eq!(requests[0]["suffix"], json!("?v=1"));
        assert_eq!(requests[1]["file"], json!(file));
        assert!(requests[1].get("suffix").is_none());
    }

    #[test]
    fn what_is_like_another_version() {
        let path = Path::new("/nowhere/a.mjs");
        let like = |source: &str, is_ahead: bool| {
            let loaded = Loader::default()
                .load_text(path, source, Place::Acyclic, &[])
                .expect("a module");
            let text = if is_ahead {
                Text::of_file(path, loaded)
            } else {
                Text::from(loaded)
            };
            let record: Value = serde_json::from_str(&text.record).expect("JSON");
            record["like"].as_str().expect("a text").to_owned()
        };
        let first = like("export const a = 1, b = 2;", true);
        assert_eq!(first, like("export const a = 2, b = 2;", false));
        assert_ne!(first, like("export const a = 1; const b = 2;", false));
    }
}
