//! Loads that were told of before they were begun, outside what an update has planned: how they ended.

use super::{Content, Loaded, ModuleId, Reading, SessionState};
use std::path::Path;
use std::time::SystemTime;

impl SessionState {
    /// The first load of `path`, which was told, failed; it is waited for. `reading`: what it holds now, which may be newer
    /// than what was to be loaded.
    pub fn failed_first_load(&mut self, path: &Path, reading: Option<Reading>, now: SystemTime) {
        let id = self.intern(path);
        if let Some(reading) = reading {
            self.see(id, reading);
        }
        let content = self.content(id);
        let facts = self.facts_mut(id);
        facts.failed = Some(now);
        let tried = match std::mem::replace(&mut facts.loaded, Loaded::Never) {
            Loaded::From(tried) => Some(tried),
            _ => content,
        };
        facts.has_tried(tried);
    }

    /// The same of an update that is in flight, and what was loaded before, if anything, runs on.
    pub fn failed_load(&mut self, path: &Path, reading: Option<Reading>, now: SystemTime) {
        let id = self.intern(path);
        let loaded = self.facts[id.index()].loaded;
        // It may have been told more than once; or not at all, then it runs from what it did.
        let mut joined = self.in_flight.iter().filter_map(|it| it.joined.get(&id));
        let (ran_from, has_failed) = joined.next().copied().unwrap_or((loaded, false));
        self.failed_first_load(path, reading, now);
        if let (Loaded::From(_), Loaded::From(_)) = (loaded, ran_from) {
            self.facts_mut(id).loaded = ran_from;
            self.dirty.insert(id);
            // It has come along as what had failed, and was put back before it was read.
            if has_failed && loaded == ran_from && !self.holds_another_text(id) {
                self.facts_mut(id).has_tried(None);
                self.dirty.remove(&id);
                self.is_restored(id);
            }
        }
    }

    /// An update was to evaluate `path`, which was not there; `reading`: what it holds now. It may be back, as it was, before anybody
    /// else has looked, and is what the update has lacked all the same.
    pub fn was_gone(&mut self, path: &Path, reading: Reading, now: SystemTime) {
        let id = self.intern(path);
        self.see(id, reading);
        let ran_from = self.facts[id.index()].loaded;
        self.is_evaluated_as(id, ran_from, Some(Content::Missing));
        // If it is gone still, and was known to be, nothing is other than it was.
        if reading.content != Content::Missing {
            self.is_other_now();
        }
        for update in &mut self.in_flight {
            update.gone.push((id, now));
        }
    }

    /// An update of `planned` that has not found these has ended, and `failed` was its end. What is back by then, whoever has
    /// looked, or was evaluated with another group, is no news to anybody; what is not, and was no member, is waited for. (A
    /// member that comes is news by itself, and updates whoever imports it, not those alone that had failed.)
    ///
    /// Returns when what failed is to be tried again for.
    pub(super) fn are_gone(
        &mut self,
        gone: &[(ModuleId, SystemTime)],
        planned: &[ModuleId],
        failed: &[ModuleId],
    ) -> Option<SystemTime> {
        let mut back = None;
        for &(id, at) in gone {
            if self.content(id) != Some(Content::Missing) {
                back = back.max(Some(at));
            } else if !planned.contains(&id) && !self.dirty.contains(&id) {
                let path = self.graph.path(id).to_path_buf();
                let wanted = self.wanted(path, Some(Content::Missing));
                wanted.content = Some(Content::Missing);
                wanted.waiting.extend(failed);
            }
        }
        back
    }

    /// The load of `path` that was told went well: what it had failed for does not matter any more.
    pub fn went_live(&mut self, path: &Path) {
        if let Some(id) = self.graph.id(path) {
            self.is_not_put_back(id);
            self.forget_problems(id);
        }
    }
}
