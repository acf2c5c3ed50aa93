//! Boundaries, for `runtime/boundaries`.

use std::path::Path;

use napi::bindgen_prelude::Result;
use napi_derive::napi;

use super::invalid_option;
use crate::{
    change::PathFilter,
    graph::{self, BoundaryModule, Reloadability, Why},
};

/// A module of the graph; modules are named by their place in the list.
#[napi(object)]
pub struct JsBoundaryModule {
    pub imports: Vec<u32>,
    pub dynamic_imports: Vec<u32>,
    pub is_root: bool,
    pub is_boundary: bool,
    pub is_declined: bool,
}

#[napi(object)]
pub struct JsReloadability {
    #[napi(ts_type = "'reloadable' | 'exposed' | 'fixed' | 'declined'")]
    pub kind: String,
    /// "exposed": from a root down to the module. "fixed": the importer, the boundary that it
    /// imports statically, and the way down to the module. "declined": who did.
    pub way: Vec<u32>,
}

#[napi(object)]
pub struct JsRefused {
    pub changed: u32,
    pub why: JsReloadability,
}

#[napi(object)]
pub struct JsBoundaryPlan {
    pub refused: Vec<JsRefused>,
    pub invalidated: Vec<u32>,
}

#[napi(catch_unwind)]
pub fn boundary_plan(modules: Vec<JsBoundaryModule>, changed: Vec<u32>) -> JsBoundaryPlan {
    let modules = modules_of(modules);
    let plan = graph::boundary_plan(&modules, &ids(changed, modules.len()));
    let refused = plan.refused.into_iter().map(|it| JsRefused {
        changed: number(it.changed),
        why: match it.why {
            Why::NotReloadable(why) => why.into(),
            Why::Declined(by) => reason("declined", &[by]),
        },
    });
    JsBoundaryPlan {
        refused: refused.collect(),
        invalidated: numbers(&plan.invalidated),
    }
}

/// For each module, whether it can be reloaded in place.
#[napi(catch_unwind)]
pub fn reloadability(modules: Vec<JsBoundaryModule>) -> Vec<JsReloadability> {
    let found = graph::reloadability(&modules_of(modules));
    found.into_iter().map(JsReloadability::from).collect()
}

impl From<Reloadability> for JsReloadability {
    fn from(it: Reloadability) -> Self {
        match it {
            Reloadability::Reloadable => reason("reloadable", &[]),
            Reloadability::Exposed(way) => reason("exposed", &way),
            Reloadability::Fixed(way) => reason("fixed", &way),
        }
    }
}

fn reason(kind: &str, way: &[usize]) -> JsReloadability {
    JsReloadability {
        kind: kind.to_owned(),
        way: numbers(way),
    }
}

fn modules_of(modules: Vec<JsBoundaryModule>) -> Vec<BoundaryModule> {
    let count = modules.len();
    let modules = modules.into_iter().map(|module| BoundaryModule {
        imports: ids(module.imports, count),
        dynamic_imports: ids(module.dynamic_imports, count),
        is_root: module.is_root,
        is_boundary: module.is_boundary,
        is_declined: module.is_declined,
    });
    modules.collect()
}

/// What is out of range is nobody's.
fn ids(ids: Vec<u32>, count: usize) -> Vec<usize> {
    let ids = ids.into_iter().map(|id| id as usize);
    ids.filter(|id| *id < count).collect()
}

fn numbers(ids: &[usize]) -> Vec<u32> {
    ids.iter().copied().map(number).collect()
}

fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Globs, relative to a folder.
#[napi(js_name = "PathMatcher")]
pub struct JsPathMatcher {
    filter: PathFilter,
}

#[napi]
impl JsPathMatcher {
    /// Throws a sentence that quotes the glob when one is malformed.
    #[napi(constructor, catch_unwind)]
    pub fn new(root: String, patterns: Vec<String>) -> Result<Self> {
        let filter = PathFilter::compile(Path::new(&root), &patterns).map_err(invalid_option)?;
        Ok(Self { filter })
    }

    /// `file` is absolute.
    #[napi(catch_unwind)]
    pub fn matches(&self, file: String) -> bool {
        self.filter.matches(Path::new(&file))
    }
}
