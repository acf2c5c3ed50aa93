//! `Session`: what Node's loader reads, and how that ends.

use super::JsSession;
use super::convert::{mode, paths};
use napi_derive::napi;
use std::path::Path;

#[napi]
impl JsSession {
    #[napi(catch_unwind)]
    pub fn loading(
        &self,
        file: String,
        wants_source: bool,
        is_named: Option<bool>,
    ) -> Option<String> {
        let is_named = is_named.unwrap_or(false);
        self.session
            .loading_as_named(Path::new(&file), wants_source, is_named)
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
    pub fn was_gone(&self, file: String) {
        self.session.was_gone(Path::new(&file));
    }

    #[napi(catch_unwind)]
    pub fn read_in_vain(&self, file: String) {
        self.session.read_in_vain(Path::new(&file));
    }

    #[napi(catch_unwind)]
    pub fn begin_attempt(&self) {
        self.session.begin_attempt();
    }

    #[napi(catch_unwind)]
    pub fn end_attempt(&self, is_linked: bool) {
        self.session.end_attempt(is_linked);
    }

    #[napi(catch_unwind)]
    pub fn went_live(&self, file: String) {
        self.session.went_live(Path::new(&file));
    }

    /// What imports `file` here was given the instance that `other` was evaluating.
    #[napi(catch_unwind)]
    pub fn shares(&self, file: String, other: &JsSession) {
        self.session.shares(Path::new(&file), &other.session);
    }

    #[napi(catch_unwind)]
    pub fn unloaded(&self, files: Vec<String>) {
        self.session.unloaded(&paths(files));
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

    /// `file`, which is being evaluated, has asked for `request` in vain, and may go on without it.
    #[napi(catch_unwind)]
    pub fn asked_in_vain(&self, file: String, request: String, import: bool, lack: u32) {
        let file = Path::new(&file);
        self.session
            .asked_in_vain(file, &request, mode(import), lack);
    }

    /// `file`, which is being evaluated, goes on without what can't be loaded because of `failed`, one of these.
    #[napi(catch_unwind)]
    pub fn goes_without_failed(&self, file: String, failed: Vec<String>, lack: u32) {
        let file = Path::new(&file);
        self.session.goes_without_failed(file, &paths(failed), lack);
    }

    /// … and has been evaluated, with these of its lacks.
    #[napi(catch_unwind)]
    pub fn was_evaluated(&self, file: String, had: Vec<u32>) {
        self.session.was_evaluated(Path::new(&file), &had);
    }

    /// `gone`, which `file` calls `request`, goes on as it was.
    #[napi(catch_unwind)]
    pub fn may_lead_elsewhere(&self, file: String, request: String, import: bool, gone: String) {
        let (file, gone) = (Path::new(&file), Path::new(&gone));
        self.session
            .may_lead_elsewhere(file, &request, mode(import), gone);
    }
}
