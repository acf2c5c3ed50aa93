//! What changes would come to, for `runtime/inspect`.

use napi_derive::napi;

use super::hot_plan::{JsHotModule, hot_modules};
use crate::graph::{self, Fate, Forecast};

#[napi(object)]
pub struct JsForecast {
    #[napi(ts_type = "'accepted' | 'unaccepted' | 'declined'")]
    pub verdict: String,
    /// From a root, or from who declined, down to the module.
    pub way: Vec<u32>,
    pub cycle: Option<u32>,
}

/// For each module, what a change of it would come to.
#[napi(catch_unwind)]
pub fn forecast(modules: Vec<JsHotModule>) -> Vec<JsForecast> {
    let found = graph::forecast(&hot_modules(modules));
    found.into_iter().map(JsForecast::from).collect()
}

impl From<Forecast> for JsForecast {
    fn from(Forecast { fate, cycle }: Forecast) -> Self {
        let (verdict, way) = match fate {
            Fate::Accepted => ("accepted", Vec::new()),
            Fate::Unaccepted(way) => ("unaccepted", way),
            Fate::Declined(way) => ("declined", way),
        };
        let number = |id: usize| u32::try_from(id).unwrap_or(u32::MAX);
        Self {
            verdict: verdict.to_owned(),
            way: way.into_iter().map(number).collect(),
            cycle: cycle.map(number),
        }
    }
}
