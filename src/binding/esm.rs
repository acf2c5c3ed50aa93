//! The loader of ES modules, for `runtime/esm`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use napi::{
    Env,
    bindgen_prelude::{Either, Either3, JsObjectValue, Object},
};
use napi_derive::napi;

use super::{
    convert::{JsProblem, text},
    esm_values::{
        JsAhead, JsJavaScript, JsLiveImport, JsRequest, JsText, live_imports, problem, request_of,
    },
    external::Code,
};
use crate::{
    engine::Ahead,
    error::Span,
    json::Json,
    load::{self, Loader, Text, url_for_node},
    scan::{ModuleKind, note_lexer},
    transform::{Place, Requested},
    typescript::note_node,
};

/// This Node was started with `--preserve-symlinks`.
#[napi(catch_unwind)]
pub fn preserve_symlinks() {
    crate::resolve::preserve_symlinks();
}

#[napi(js_name = "EsmLoader")]
pub struct JsEsmLoader {
    loader: Arc<Loader>,
}

impl JsEsmLoader {
    pub(super) fn compiler(&self) -> Arc<Loader> {
        Arc::clone(&self.loader)
    }

    pub(super) fn ahead(&self, path: &Path) -> Option<Ahead> {
        self.loader.ahead(path)
    }
}

/// merve, which newer versions of Node 24 have in its place, is told of in another property.
fn has_javascript_lexer(env: &Env) -> napi::Result<bool> {
    let process: Object = env.get_global()?.get_named_property("process")?;
    let versions: Object = process.get_named_property("versions")?;
    versions.has_named_property("cjs_module_lexer")
}

#[napi]
impl JsEsmLoader {
    #[napi(constructor, catch_unwind)]
    pub fn new(env: Env, conditions: Option<Vec<String>>) -> Self {
        if let Ok(node) = env.get_node_version() {
            note_node(node.major);
        }
        note_lexer(has_javascript_lexer(&env).unwrap_or_default());
        Self {
            loader: Arc::new(Loader::with_conditions(&conditions.unwrap_or_default())),
        }
    }

    /// What has come into the graph, and what is gone, since this was called before.
    #[napi(catch_unwind)]
    pub fn knows(&self, come: Vec<String>, gone: Vec<String>) {
        let paths = |files: Vec<String>| files.into_iter().map(PathBuf::from).collect::<Vec<_>>();
        self.loader.knows(paths(come), &paths(gone));
    }

    /// Reads and transforms `file` and what it leads to that is not known, on all cores, for `next_ahead` and `load` to give
    /// out.
    #[napi(catch_unwind)]
    pub fn load_ahead(&self, file: String) {
        self.loader.load_ahead(Path::new(&file));
    }

    /// Modules of what is loaded ahead; null when that is complete.
    #[napi(catch_unwind)]
    pub fn next_ahead(&self) -> Option<JsAhead> {
        let texts = self.loader.next_ahead();
        if texts.is_empty() {
            return None;
        }
        let (codes, records): (Vec<Code>, Vec<String>) = texts
            .into_iter()
            .map(|Text { code, record }| (Code(code), record))
            .unzip();
        Some(JsAhead {
            codes,
            records: Code(format!("[{}]", records.join(","))),
        })
    }

    /// The same of a program that is about to start, on other threads.
    #[napi(catch_unwind)]
    pub fn begin_ahead(&self, file: String) {
        self.loader.begin_ahead(Path::new(&file));
    }

    #[napi(catch_unwind)]
    pub fn forget_ahead(&self) {
        self.loader.forget_ahead();
    }

    /// The module, or what is wrong with it. `live`: imports to read where they come from. `like`: what the record of a known version,
    /// outside every cycle, has as that; where nothing else than the code is another one, that alone is given.
    #[napi(catch_unwind)]
    pub fn load(
        &self,
        file: String,
        cyclic: bool,
        live: Option<Vec<JsLiveImport>>,
        like: Option<String>,
    ) -> Either3<String, JsText, JsProblem> {
        let path = Path::new(&file);
        let text = match like {
            Some(like) => self.loader.text_like(path, &like),
            None => {
                let live = live_imports(live.unwrap_or_default());
                self.loader.text(path, place_of(cyclic), &live)
            }
        };
        match text {
            Ok(text) if text.record.is_empty() => Either3::A(text.code),
            Ok(text) => Either3::B(text.into()),
            Err(error) => Either3::C(problem(error)),
        }
    }

    /// The same, of a text that another loader made of the file.
    #[napi(catch_unwind)]
    pub fn load_text(
        &self,
        file: String,
        source: String,
        cyclic: bool,
        live: Vec<JsLiveImport>,
    ) -> Either<JsText, JsProblem> {
        match self.loader.load_text(
            Path::new(&file),
            &source,
            place_of(cyclic),
            &live_imports(live),
        ) {
            Ok(loaded) => Either::A(Text::from(loaded).into()),
            Err(error) => Either::B(problem(error)),
        }
    }

    /// The JavaScript of a TypeScript or JSX file for Node's own loaders, or what is wrong with it. `source`: what
    /// is known to be its text.
    #[napi(catch_unwind)]
    pub fn javascript(
        &self,
        file: String,
        is_module: bool,
        is_first: bool,
        source: Option<String>,
    ) -> Either<JsJavaScript, JsProblem> {
        let kind = if is_module {
            ModuleKind::Esm
        } else {
            ModuleKind::CommonJs
        };
        let path = Path::new(&file);
        match self.loader.javascript(path, kind, is_first, source) {
            Ok(compiled) => Either::A(JsJavaScript {
                code: compiled.code,
                mappings: compiled.positions.map(|positions| positions.mappings()),
            }),
            Err(error) => Either::B(problem(error)),
        }
    }

    /// The file that `specifier` names in the TypeScript file `from`, if that is one of the project.
    #[napi(catch_unwind)]
    pub fn resolve_required(&self, specifier: String, from: String) -> Option<String> {
        self.loader
            .required(&specifier, Path::new(&from))
            .map(|path| text(&path))
    }

    /// The file that `require(specifier)` names in `from`, of a package, too.
    #[napi(catch_unwind)]
    pub fn resolve_package(&self, specifier: String, from: String) -> Option<String> {
        self.loader
            .required_package(&specifier, Path::new(&from))
            .map(|path| text(&path))
    }

    /// The text that holds of a `package.json`.
    #[napi(catch_unwind)]
    pub fn manifest(&self, file: String) -> Option<String> {
        let text = self.loader.manifest(PathBuf::from(file))?;
        Some(text.to_string())
    }

    /// Does the native module `file` write its export `name` after it was evaluated?
    #[napi(catch_unwind)]
    pub fn reassigns(&self, file: String, name: String) -> bool {
        self.loader.reassigns(Path::new(&file), &name)
    }

    #[napi(catch_unwind)]
    pub fn json(&self, file: String) -> Either<String, JsProblem> {
        match self.loader.json(Path::new(&file)) {
            Ok(text) => Either::A(text),
            Err(error) => Either::B(problem(error)),
        }
    }

    /// The names an ES module may import from a CommonJS file, `default` apart: a list, as JSON.
    #[napi(catch_unwind)]
    pub fn commonjs_names(&self, file: String) -> Either<String, JsProblem> {
        match self.loader.commonjs_names(Path::new(&file)) {
            Ok(names) => Either::A(Json::of_texts(&names)),
            Err(error) => Either::B(problem(error)),
        }
    }

    /// The project's files that the evaluation of `file` loads whatever happens.
    #[napi(catch_unwind)]
    pub fn leads_to(&self, file: String) -> Vec<String> {
        let found = self.loader.leads_to(Path::new(&file));
        found.iter().map(|it| text(it)).collect()
    }

    /// Is there one?
    #[napi(catch_unwind)]
    pub fn has_planned_text(&self, file: String) -> bool {
        self.loader.has_planned_text(Path::new(&file))
    }

    /// What the update in flight evaluates as `file`, whatever that holds by now.
    #[napi(catch_unwind)]
    pub fn planned_text(&self, file: String) -> Option<String> {
        let planned = self.loader.planned_text(Path::new(&file));
        planned.map(|(text, _)| text)
    }

    /// Where `import(specifier)` in the file `from` leads.
    #[napi(catch_unwind)]
    pub fn target(
        &self,
        specifier: String,
        attributes: Vec<Vec<String>>,
        from: String,
    ) -> JsRequest {
        let pair = |mut pair: Vec<String>| pair.pop().and_then(|value| Some((pair.pop()?, value)));
        let request = Requested {
            specifier,
            attributes: attributes.into_iter().filter_map(pair).collect(),
            span: Span::default(),
            is_deferred: false,
        };
        let from = Path::new(&from);
        let target = self.loader.target(&request, from);
        let specifier = url_for_node(&target, from).unwrap_or(request.specifier);
        request_of(
            Requested {
                specifier,
                ..request
            },
            target,
        )
    }

    /// Is this file an ES module?
    #[napi(catch_unwind)]
    pub fn is_module(&self, file: String) -> bool {
        self.loader.kind(Path::new(&file)) == ModuleKind::Esm
    }

    #[napi(catch_unwind)]
    pub fn take_as_commonjs(&self, file: String) {
        self.loader.take_as_commonjs(Path::new(&file));
    }

    /// Where a file imports a name, if it does. With what is exported there is a hint, too.
    #[napi(catch_unwind)]
    pub fn imported_at(
        &self,
        file: String,
        specifier: String,
        name: String,
        exported: Option<Vec<String>>,
    ) -> Option<JsProblem> {
        load::imported_at(Path::new(&file), &specifier, &name, exported.as_deref()).map(problem)
    }

    /// Where a file imports a specifier statically, if it does.
    #[napi(catch_unwind)]
    pub fn static_import_at(&self, file: String, specifier: String) -> Option<JsProblem> {
        load::static_import_at(Path::new(&file), &specifier).map(problem)
    }

    #[napi(catch_unwind)]
    pub fn clear_cache(&self) {
        self.loader.clear_cache();
    }

    /// The same of what may have changed since, as far as the engine was told; and of what was not
    /// there.
    #[napi(catch_unwind)]
    pub fn refresh(&self) {
        self.loader.refresh();
    }
}

const fn place_of(cyclic: bool) -> Place {
    if cyclic {
        Place::Cyclic
    } else {
        Place::Acyclic
    }
}
