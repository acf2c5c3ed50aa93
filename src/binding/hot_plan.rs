//! The plan of an update of `import.meta.hot`, for `runtime/esm`.

use napi_derive::napi;

use crate::graph::{self, Cause, HotGroup, HotModule, HotStep, Step, Verdict};

/// A module of the graph, for `hotPlan`; modules are named by their place in the list.
#[napi(object)]
pub struct JsHotModule {
    pub imports: Vec<u32>,
    pub is_root: bool,
    pub accepts_itself: bool,
    pub declined: bool,
    pub accepts: Vec<u32>,
    #[napi(ts_type = "'none' | 'changed' | 'invalidated'")]
    pub cause: String,
}

/// Without an importer `modules` are evaluated together; with one it is told about them.
#[napi(object)]
pub struct JsHotStep {
    pub group: u32,
    pub modules: Vec<u32>,
    pub importer: Option<u32>,
}

#[napi(object)]
pub struct JsHotGroup {
    pub causes: Vec<u32>,
    #[napi(ts_type = "'accepted' | 'unaccepted' | 'declined'")]
    pub verdict: String,
    /// Who refused, or the way from a root to the change.
    pub modules: Vec<u32>,
}

#[napi(object)]
pub struct JsHotPlan {
    pub groups: Vec<JsHotGroup>,
    pub steps: Vec<JsHotStep>,
}

#[napi(catch_unwind)]
pub fn hot_plan(modules: Vec<JsHotModule>) -> JsHotPlan {
    let plan = graph::hot_plan(&hot_modules(modules));
    JsHotPlan {
        groups: plan.groups.into_iter().map(JsHotGroup::from).collect(),
        steps: plan.steps.into_iter().map(JsHotStep::from).collect(),
    }
}

pub(super) fn hot_modules(modules: Vec<JsHotModule>) -> Vec<HotModule> {
    let count = modules.len();
    // What is out of range is nobody's import.
    let ids = |ids: Vec<u32>| {
        ids.into_iter()
            .map(|id| id as usize)
            .filter(|id| *id < count)
            .collect()
    };
    modules
        .into_iter()
        .map(|module| HotModule {
            imports: ids(module.imports),
            is_root: module.is_root,
            accepts_itself: module.accepts_itself,
            declined: module.declined,
            accepts: ids(module.accepts),
            cause: match module.cause.as_str() {
                "changed" => Cause::Changed,
                "invalidated" => Cause::Invalidated,
                _ => Cause::None,
            },
        })
        .collect()
}

impl From<HotGroup> for JsHotGroup {
    fn from(group: HotGroup) -> Self {
        let (verdict, modules) = match group.verdict {
            Verdict::Accepted => ("accepted", Vec::new()),
            Verdict::Unaccepted(chain) => ("unaccepted", chain),
            Verdict::Declined(modules) => ("declined", modules),
        };
        Self {
            causes: numbers(group.causes),
            verdict: verdict.to_owned(),
            modules: numbers(modules),
        }
    }
}

impl From<HotStep> for JsHotStep {
    fn from(HotStep { group, step }: HotStep) -> Self {
        let (modules, importer) = match step {
            Step::Evaluate(modules) => (modules, None),
            Step::Accept { importer, modules } => (modules, Some(number(importer))),
        };
        Self {
            group: number(group),
            modules: numbers(modules),
            importer,
        }
    }
}

fn numbers(ids: Vec<usize>) -> Vec<u32> {
    ids.into_iter().map(number).collect()
}

fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
