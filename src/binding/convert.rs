//! Mirror types of what crosses the boundary, and `From` for each.

use crate::error::Error;
use crate::graph::Format;
use crate::resolve::{Mode, Resolved};
use crate::watch::WatchStatus;
use napi_derive::napi;
use std::path::{Path, PathBuf};

/// One function for all: the addon has a limit.
#[inline(never)]
pub fn text(path: &Path) -> String {
    // Node's own paths are strings too: a name that is not Unicode never gets this far.
    path.to_string_lossy().into_owned()
}

/// One function for all: the addon has a limit.
#[inline(never)]
pub fn texts(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| text(path)).collect()
}

/// One function for all: the addon has a limit.
#[inline(never)]
pub fn paths(texts: Vec<String>) -> Vec<PathBuf> {
    texts.into_iter().map(PathBuf::from).collect()
}

pub fn mode(import: bool) -> Mode {
    if import { Mode::Import } else { Mode::Require }
}

pub fn format_name(format: Format) -> &'static str {
    match format {
        Format::CommonJs => "commonjs",
        Format::Esm => "module",
        Format::Json => "json",
    }
}

#[napi(object)]
pub struct JsProblem {
    pub code: String,
    pub message: String,
    pub file: Option<String>,
    pub line: u32,
    pub column: u32,
    pub frame: Option<String>,
    pub help: Option<String>,
    /// The text that does not parse; absent when it is something else that is wrong.
    pub source: Option<String>,
    /// The specifier that does not resolve.
    pub specifier: Option<String>,
}

#[napi(object)]
pub struct JsTriggered {
    pub trigger: u32,
    pub files: Vec<String>,
}

impl From<crate::engine::Problem> for JsProblem {
    fn from(problem: crate::engine::Problem) -> Self {
        let error = problem.error;
        Self {
            code: error.code.as_str().to_owned(),
            message: error.message,
            file: error.file.as_deref().map(text),
            line: error.line,
            column: error.column,
            frame: error.frame,
            help: error.help,
            source: problem.source,
            specifier: problem.specifier,
        }
    }
}

#[napi(object)]
pub struct JsResolved {
    #[napi(ts_type = "'file' | 'package' | 'builtin' | 'url'")]
    pub kind: String,
    pub value: String,
    /// The path before symbolic links were followed, when it differs.
    pub link: Option<String>,
}

impl From<Resolved> for JsResolved {
    fn from(resolved: Resolved) -> Self {
        let (kind, value, link) = match resolved {
            Resolved::File { path, link, .. } => ("file", text(&path), link.as_deref().map(text)),
            Resolved::Package { path, .. } => ("package", text(&path), None),
            Resolved::Builtin(name) => ("builtin", name, None),
            Resolved::Url(url) => ("url", url, None),
        };
        Self {
            kind: kind.to_owned(),
            value,
            link,
        }
    }
}

#[napi(object)]
pub struct JsStatus {
    pub backend: String,
    pub native: u32,
    pub polled: u32,
    pub lost: u32,
    pub reasons: Vec<String>,
}

impl From<WatchStatus> for JsStatus {
    fn from(status: WatchStatus) -> Self {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            backend: status.backend.to_string(),
            native: count(status.native),
            polled: count(status.polled),
            lost: count(status.lost),
            reasons: status
                .reasons
                .iter()
                .map(|reason| format!("{reason:?}"))
                .collect(),
        }
    }
}

/// The error's code is carried in the message's first word; the runtime takes it off again.
pub fn js_error(error: &Error) -> napi::Error {
    napi::Error::new(
        napi::Status::GenericFailure,
        format!("{} {error}", error.code.as_str()),
    )
}
