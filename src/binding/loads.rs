//! `Session`: what Node's loader reads, and how that ends.

use super::JsSession;
use super::convert::paths;
use crate::resolve::Mode;
use napi_derive::napi;
use std::path::Path;

#[napi]
impl JsSession {
    #[napi(catch_unwind)]
    pub fn loading(&self, file: String, wants_source: bool) -> Option<String> {
        self.session.loading(Path::new(&file), wants_source)
    }

    #[napi(catch_unwind)]
    pub fn compiled(&self, file: String, source: String) {
        self.session.compiled(Path::new(&file), &source);
    }

    #[napi(catch_unwind)]
    pub fn failed_first_load(&self, file: String) {
        self.session.failed_first_load(Path::new(&file));
    }

    #[napi(catch_unwind)]
    pub fn failed_load(&self, file: String) {
        self.session.failed_load(Path::new(&file));
    }

    #[napi(catch_unwind)]
    pub fn went_live(&self, file: String) {
        self.session.went_live(Path::new(&file));
    }

    #[napi(catch_unwind)]
    pub fn unloaded(&self, file: String) {
        self.session.unloaded(Path::new(&file));
    }

    #[napi(catch_unwind)]
    pub fn threw(&self, files: Vec<String>) -> bool {
        self.session.threw(&paths(files))
    }

    /// `files` could not be evaluated; `attempted` were loaded while they were.
    #[napi(catch_unwind)]
    pub fn blame(&self, files: Vec<String>, attempted: Vec<String>) {
        self.session.blame(&paths(files), &paths(attempted));
    }

    /// `file`, which is being evaluated, has asked for `request` in vain, and may go on without it. `gone`: it
    /// goes on with that, whose file is not there any more; should it be back, nothing is new.
    #[napi(catch_unwind)]
    pub fn asked_in_vain(&self, file: String, request: String, import: bool, gone: Option<String>) {
        let mode = if import { Mode::Import } else { Mode::Require };
        let gone = gone.as_deref().map(Path::new);
        self.session
            .asked_in_vain(Path::new(&file), &request, mode, gone);
    }

    /// `file` goes on without `failed`, which is there and can't be loaded.
    #[napi(catch_unwind)]
    pub fn goes_without_failed(&self, file: String, failed: String) {
        let failed = Path::new(&failed);
        self.session.goes_without_failed(Path::new(&file), failed);
    }
}
