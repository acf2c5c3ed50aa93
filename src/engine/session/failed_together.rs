//! What failed in one attempt: any of it may be all that was wrong.

use super::facts::Loaded;
use super::in_flight::Member;
use super::{Content, Format, ModuleId, SessionState};
use rustc_hash::FxHashSet;

impl SessionState {
    /// A number for what failed with these. What CommonJS requires shows when it is evaluated: which groups of it are one, and failed
    /// as one, is not known here.
    pub(super) fn failure_of(&mut self, members: &[Member], of_commonjs: &mut Option<u32>) -> u32 {
        let is_commonjs = |&(id, ..): &Member| self.graph.format(id) == Format::CommonJs;
        let is_of_commonjs = members.iter().any(is_commonjs);
        if let (true, Some(number)) = (is_of_commonjs, *of_commonjs) {
            return number;
        }
        self.next_failure = self.next_failure.wrapping_add(1);
        if is_of_commonjs {
            *of_commonjs = Some(self.next_failure);
        }
        self.next_failure
    }

    /// What these failed with before, and nothing leads to as they are by now, goes on to wait for them.
    pub(super) fn fail_with_company(&mut self, members: &[Member], failure: u32) {
        let before: FxHashSet<u32> = members
            .iter()
            .filter_map(|(id, ..)| self.facts[id.index()].failed_in)
            .collect();
        if before.is_empty() {
            return;
        }
        for id in &self.dirty {
            let facts = &mut self.facts[id.index()];
            if facts.failed_in.is_some_and(|it| before.contains(&it)) {
                facts.failed_in = Some(failure);
            }
        }
    }

    /// `id`, which holds `content`, what it runs from: had it failed, as something else?
    pub(super) fn has_failed_as_other(&self, id: ModuleId, content: Content) -> bool {
        let facts = &self.facts[id.index()];
        match facts.attempted {
            Some(attempted) => attempted != content,
            // It has come along since with an update that has put it back, and was told as what is to be evaluated.
            None => facts.failed_in.is_some() && self.dirty.contains(&id),
        }
    }

    /// `id`, which has failed, holds what it runs from again.
    pub(super) fn is_restored(&mut self, id: ModuleId) {
        self.restored.insert(id);
        self.retry_beside(id);
    }

    /// `id` holds what it runs from again, or is loaded no more: it may be all that was wrong with the group it failed in, and the
    /// others' changes are tried without it. So are those of groups that have failed for it (CommonJS that a broken ES module
    /// has imported by `import()`), if that is all that led there.
    pub(super) fn retry_beside(&mut self, id: ModuleId) {
        let Some(failed_in) = self.facts[id.index()].failed_in.take() else {
            return;
        };
        // What an attempt alone has brought leaves with it, and would have that made again.
        let was_loaded = matches!(self.facts[id.index()].loaded, Loaded::From(_));
        let wanted = self.wanted.get(self.graph.path(id)).filter(|_| was_loaded);
        for other in &self.dirty {
            let facts = &mut self.facts[other.index()];
            let has_waited = wanted.is_some_and(|it| it.waiting.contains(other));
            if facts.failed_in == Some(failed_in) || has_waited {
                facts.again = true;
            }
        }
    }
}
