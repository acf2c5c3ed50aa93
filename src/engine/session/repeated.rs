//! What has failed just as it is, and would again. There are many reasons to try something once more, found while an update is in
//! flight or at its end, and none of them is to make an endless loop of it: updates of others would never have their turn.

use super::in_flight::Member;
use super::{Content, Loaded, ModuleId, SessionState};
use crate::graph::Group;
use rustc_hash::FxHashMap;

/// A group's modules, and what each holds.
type Texts = Vec<(ModuleId, Option<Content>)>;

/// How often each has failed since anything was other than it was.
pub(super) type Failures = FxHashMap<Texts, u8>;

/// In an order that is the same for who has failed and for who is planned.
fn texts_of(members: impl Iterator<Item = (ModuleId, Option<Content>)>) -> Texts {
    let mut texts: Texts = members.collect();
    texts.sort_unstable_by_key(|text| text.0);
    texts
}

/// Once more, since what was wrong may have been mended while it was in flight.
const ATTEMPTS: u8 = 2;

impl SessionState {
    /// Something is other than it was: what has failed may go well.
    pub(super) fn is_other_now(&mut self) {
        self.failures.clear();
    }

    pub(super) fn has_failed_as(&mut self, members: &[Member]) {
        let texts = texts_of(members.iter().map(|&(id, _, it)| (id, it)));
        let count = self.failures.entry(texts).or_default();
        *count = count.saturating_add(1);
    }

    /// Whoever asks for another attempt: has this group had all that it gets? It then waits for something to be other.
    pub(super) fn has_failed_enough(&mut self, group: &Group) -> bool {
        if self.failures.is_empty() {
            return false;
        }
        let modules = group.modules.iter().map(|planned| planned.module);
        let texts = texts_of(modules.map(|id| (id, self.content(id))));
        let is_enough = self.failures.get(&texts).is_some_and(|&it| it >= ATTEMPTS);
        if is_enough {
            for (id, content) in texts {
                self.waits_as_it_is(id, content);
            }
        }
        is_enough
    }

    fn waits_as_it_is(&mut self, id: ModuleId, content: Option<Content>) {
        if !self.dirty.contains(&id) {
            return;
        }
        let facts = self.facts_mut(id);
        facts.forced = false;
        facts.has_tried(content);
        let is_news = facts.outdated || facts.loaded == Loaded::Never;
        if !is_news && !self.holds_another_text(id) {
            self.dirty.remove(&id);
        }
    }
}
