//! `Session`: updates that are taken, and how they end.

use super::JsSession;
use super::attendance::attend;
use super::convert::{paths, texts};
use super::news;
use napi::{Either, Env};
use napi_derive::napi;
use std::path::Path;

#[napi]
impl JsSession {
    #[napi(catch_unwind)]
    pub fn newer(&self) -> Vec<String> {
        texts(&self.session.newer())
    }

    /// `News`, as runtime/session/news.cjs reads it. Null: nothing is new.
    #[napi(catch_unwind)]
    pub fn take_news(&self, env: Env) -> Option<Either<u32, String>> {
        attend(env);
        news::take_news(&self.session, &self.told)
    }

    #[napi(catch_unwind)]
    pub fn take_restored(&self) -> Vec<String> {
        texts(&self.session.take_restored())
    }

    #[napi(catch_unwind)]
    pub fn force_update(&self, file: String) -> Option<String> {
        let update = self.session.force_update(Path::new(&file));
        update.as_ref().map(news::text_of)
    }

    #[napi(catch_unwind)]
    pub fn accepted(&self, id: u32, files: Vec<String>) {
        self.session.accepted(id, &paths(files));
    }

    /// True: there is more to do, take the next update soon.
    #[napi(catch_unwind)]
    pub fn finish_update(&self, id: u32, live: Vec<bool>, evaluated: Option<Vec<String>>) -> bool {
        let evaluated = evaluated.map(paths);
        self.session.finish_update(id, &live, evaluated.as_deref())
    }

    /// It was not begun, and is to be planned anew.
    #[napi(catch_unwind)]
    pub fn give_back(&self, id: u32) {
        self.session.give_back(id);
    }

    #[napi(catch_unwind)]
    pub fn bump_versions(&self, files: Vec<String>) -> Vec<u32> {
        self.session.bump_versions(&paths(files))
    }

    #[napi(catch_unwind)]
    pub fn restore_versions(&self, files: Vec<String>, versions: Vec<u32>) {
        self.session.restore_versions(&paths(files), &versions);
    }

    #[napi(catch_unwind)]
    pub fn version(&self, file: String) -> u32 {
        self.session.version(Path::new(&file))
    }
}
