//! What the loader of ES modules takes from JavaScript, and gives: values, and how they are made.

use std::path::PathBuf;

use napi_derive::napi;

use super::{
    convert::{JsProblem, text},
    external::Code,
};
use crate::{
    engine::Problem,
    error::Error,
    load::{Target, Text},
    path,
    transform::{EvalSite, LiveImport, Requested, transform_eval},
};

#[napi(object)]
pub struct JsRequest {
    pub specifier: String,
    pub attributes: Vec<Vec<String>>,
    #[napi(ts_type = "'module' | 'json' | 'commonjs' | 'native'")]
    pub target: String,
    /// Of a native target: what it is, when that is known.
    pub file: Option<String>,
    pub suffix: Option<String>,
    /// Of a module or JSON.
    pub url: Option<String>,
}

/// A module: what V8 compiles, and the rest of `JsEsm` as JSON.
#[napi(object)]
pub struct JsText {
    pub code: String,
    pub record: String,
}

/// The same of several modules: `records` is a list, in the order of `codes`.
#[napi(object, object_from_js = false)]
pub struct JsAhead {
    pub codes: Vec<Code>,
    pub records: Code,
}

/// An import that is read from the namespace `name` is in; without a name from an object in its own variable.
#[napi(object)]
pub struct JsLiveImport {
    pub import: u32,
    pub name: Option<String>,
}

/// One function for all: the addon has a limit.
#[inline(never)]
pub(super) fn live_imports(live: Vec<JsLiveImport>) -> Vec<LiveImport> {
    let live = live.into_iter();
    live.map(|live| LiveImport {
        import: live.import as usize,
        name: live.name,
    })
    .collect()
}

/// What names mean to the code of a direct eval. `imports`: the name, and what stands for it if it
/// is read where it comes from. `cells`: the name, and the cell's number.
#[napi(object)]
pub struct JsEvalSite {
    pub imports: Vec<Vec<String>>,
    pub cells: Vec<Vec<String>>,
    pub in_function: bool,
    pub prefix: String,
}

/// The code of a direct eval in a module of ours; null: as it is.
#[napi(catch_unwind)]
pub fn eval_code(code: String, site: JsEvalSite) -> Option<String> {
    let import = |mut import: Vec<String>| {
        let live = (import.len() > 1).then(|| import.pop()).flatten();
        import.pop().map(|name| (name, live))
    };
    let cell = |mut cell: Vec<String>| {
        let number = cell.pop()?.parse().ok()?;
        Some((cell.pop()?, number))
    };
    let site = EvalSite {
        imports: site.imports.into_iter().filter_map(import).collect(),
        cells: site.cells.into_iter().filter_map(cell).collect(),
        in_function: site.in_function,
        prefix: site.prefix,
    };
    transform_eval(&code, &site)
}

#[napi(object)]
pub struct JsJavaScript {
    pub code: String,
    /// As `mappings` of `JsEsm`.
    pub mappings: Option<String>,
}

/// One function for all: the addon has a limit.
#[inline(never)]
pub(super) fn problem(error: Error) -> JsProblem {
    JsProblem::from(Problem {
        error,
        source: None,
        specifier: None,
    })
}

pub(super) fn request_of(request: Requested, target: Target) -> JsRequest {
    let place = |path: PathBuf, suffix: String| {
        let url = path::to_file_url(&path) + &suffix;
        (Some(text(&path)), Some(suffix), Some(url))
    };
    let (target, (file, suffix, url)) = match target {
        Target::Module { path, suffix } => ("module", place(path, suffix)),
        Target::Json { path, suffix } => ("json", place(path, suffix)),
        Target::CommonJs { path } => ("commonjs", place(path, String::new())),
        Target::Native { key, suffix } => ("native", (key, Some(suffix), None)),
    };
    let attributes = request
        .attributes
        .into_iter()
        .map(|(key, value)| vec![key, value]);
    JsRequest {
        specifier: request.specifier,
        attributes: attributes.collect(),
        target: target.to_owned(),
        file,
        suffix,
        url,
    }
}

impl From<Text> for JsText {
    fn from(Text { code, record }: Text) -> Self {
        Self { code, record }
    }
}
