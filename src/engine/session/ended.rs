//! Taking in how an update went.

use super::{InFlight, Loaded, SessionState};
use crate::graph::ModuleId;
use rustc_hash::FxHashSet;
use std::path::PathBuf;

impl SessionState {
    /// What update `id` evaluates.
    pub fn files_in_flight(&self, id: u32) -> Vec<PathBuf> {
        let update = self.in_flight.iter().find(|update| update.id == id);
        let members = update.into_iter().flat_map(InFlight::members);
        members
            .map(|(id, ..)| self.graph.path(*id).to_path_buf())
            .collect()
    }

    /// What of update `id` has gone live.
    pub fn files_gone_live(&self, id: u32, live: &[bool]) -> Vec<PathBuf> {
        let update = self.in_flight.iter().find(|update| update.id == id);
        let groups = update.into_iter().flat_map(|it| it.groups.iter().zip(live));
        let members = groups.filter(|(_, live)| **live).flat_map(|it| it.0);
        members
            .map(|(id, ..)| self.graph.path(*id).to_path_buf())
            .collect()
    }

    /// These of update `id` are live, whatever becomes of the rest of their group. Those that were to keep an old instance were
    /// evaluated with it, too.
    pub fn accepted(&mut self, id: u32, paths: &[PathBuf]) {
        let Some(update) = self.in_flight.iter_mut().find(|update| update.id == id) else {
            return;
        };
        let live: FxHashSet<ModuleId> = paths.iter().filter_map(|it| self.graph.id(it)).collect();
        for importers in &mut update.outside {
            importers.retain(|it| !live.contains(it));
        }
        for (id, before, planned) in update.groups.iter_mut().flatten() {
            if live.contains(id) {
                let loaded = self.facts[id.index()].loaded;
                // Unless the loader said what it really read.
                *before = match planned {
                    Some(planned) if loaded == *before => Loaded::From(*planned),
                    _ => loaded,
                };
            }
        }
    }

    /// The runtime has applied update `id`; `live[n]` says whether group `n` went live. Returns
    /// whether there is more to do.
    pub fn finish_update(&mut self, id: u32, live: &[bool]) -> bool {
        let Some(index) = self.in_flight.iter().position(|update| update.id == id) else {
            return false;
        };
        let update = self.in_flight.swap_remove(index);
        let mut of_commonjs = None;
        let mut restored = Vec::new();
        let mut failed = Vec::new();
        let planned: Vec<ModuleId> = update.groups.iter().flatten().map(|it| it.0).collect();
        for (group, members) in update.groups.into_iter().enumerate() {
            let went_live = live.get(group).copied().unwrap_or(false);
            let mut failed_in = None;
            if went_live {
                self.is_other_now();
                self.outdate(&update.outside[group]);
            } else {
                self.has_failed_as(&members);
                let failure = self.failure_of(&members, &mut of_commonjs);
                self.fail_with_company(&members, failure);
                failed_in = Some(failure);
            }
            for (id, loaded_before, content) in members {
                // What only lay between comes along by itself.
                let is_tried = self.dirty.contains(&id);
                let facts = &mut self.facts[id.index()];
                // Imported before the update had ended: that goes on to throw.
                let threw = facts.threw && update.threw.contains(&id);
                if !went_live {
                    facts.loaded = loaded_before;
                    facts.has_tried(content);
                    facts.failed = (!update.broken[group]).then_some(update.begun);
                    // What only lay between may be saved, and put back, without having failed.
                    let is_other = content.map(Loaded::From) != Some(loaded_before);
                    facts.failed_in = failed_in.filter(|_| is_tried || is_other);
                    // Whatever the reason was, it has not been evaluated: it comes along with what is tried next.
                    facts.outdated |= update.forced.contains(&id) || update.had.contains(&id);
                    if is_tried && !update.broken[group] {
                        failed.push(id);
                    }
                } else {
                    // Unless the loader said in the meantime what it really read.
                    if facts.loaded == loaded_before {
                        facts.loaded = content.map_or(Loaded::Unknown, Loaded::From);
                    }
                    facts.has_tried(None);
                    facts.failed = facts.failed.filter(|_| threw);
                    facts.threw = threw;
                    facts.failed_in = None;
                    facts.outdated = false;
                }
                let now = self.content(id);
                let is_clean = match self.facts[id.index()].loaded {
                    Loaded::Unknown => true,
                    Loaded::From(loaded) => now.is_none_or(|now| now == loaded),
                    Loaded::Never => false,
                };
                match is_clean {
                    true if !self.facts[id.index()].is_due() => self.dirty.remove(&id),
                    true => false,
                    false => self.dirty.insert(id),
                };
                if is_clean {
                    self.sources.remove(&id);
                    // Read after it was planned, it may have been put back by then: nothing is wrong with that.
                    let planned = update.told.get(&id).map_or(content, |it| it.1);
                    let is_as_planned = planned.is_none() || now == planned;
                    if !went_live && (now != content || !is_as_planned) {
                        restored.push(id);
                        self.restored.insert(id);
                    }
                }
                if went_live && !threw {
                    self.forget_problems(id);
                }
            }
        }
        // Once it is known of all groups what they have failed with.
        for id in restored {
            self.retry_beside(id);
        }
        // What failed waits for the next save of it.
        for id in update.named_before {
            if matches!(self.facts[id.index()].loaded, Loaded::From(_)) && !self.dirty.contains(&id)
            {
                self.take_along(id);
            }
        }
        self.end_again(id, update.again, !live.contains(&false));
        let back = self.are_gone(&update.gone, &planned, &failed);
        if let Some(saved) = update.saved_again.max(back) {
            self.try_again(&[update.begun], saved);
        }
        self.has_work()
    }
}
