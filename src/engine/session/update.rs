//! Planning an update from what is dirty.

use super::{Content, Format, InFlight, Loaded, Problem, SessionState};
use crate::graph::{
    Change, Group, ModuleId, Outsider, PlannedModule, Reason, UpdatePlan, propagate,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A module of a plan, in words the runtime needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleToEvaluate {
    pub path: PathBuf,
    pub format: Format,
    pub changed: bool,
    pub missing: bool,
    /// Its text is what it was: a tsconfig makes something else of it.
    pub reconfigured: bool,
    /// It holds what it was loaded from, and is evaluated anew for another reason: what it went on without has come.
    pub unedited: bool,
    /// What it is evaluated with, as far as that is known.
    pub content: Option<Content>,
    pub importers: Vec<PathBuf>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupToEvaluate {
    pub modules: Vec<ModuleToEvaluate>,
    pub boundaries: Vec<PathBuf>,
    pub outside: Vec<(PathBuf, PathBuf)>,
}

#[derive(Clone, Debug)]
pub struct Update {
    pub id: u32,
    pub groups: Vec<GroupToEvaluate>,
    pub problems: Vec<Problem>,
}

impl SessionState {
    /// Is there anything an update could do now?
    pub fn has_work(&self) -> bool {
        self.in_flight.is_empty()
            && !self.is_holding()
            && (!self.triggers.is_empty() || self.has_news())
    }

    pub(super) fn has_news(&self) -> bool {
        self.dirty.iter().any(|&id| self.is_fresh(id))
    }

    pub(super) fn is_fresh(&self, id: ModuleId) -> bool {
        let facts = &self.facts[id.index()];
        facts.forced || facts.again || self.content(id) != facts.attempted
    }

    /// Saved since the update in flight was planned, if only to be what it was before.
    pub fn newer(&self) -> Vec<PathBuf> {
        let mut newer = Vec::new();
        if self.in_flight.is_empty() {
            return newer;
        }
        for &(id, _, planned) in self.members() {
            if planned != self.content(id) {
                newer.push(self.graph.path(id).to_path_buf());
            }
        }
        for &id in &self.dirty {
            if self.is_fresh(id) && !self.is_member(id) {
                newer.push(self.graph.path(id).to_path_buf());
            }
        }
        newer
    }

    /// One of those that an update is to be about, which has not begun.
    pub fn untaken(&self) -> Option<PathBuf> {
        let mut fresh = self.dirty.iter().filter(|&&id| self.is_fresh(id));
        let first = fresh.next().filter(|_| self.in_flight.is_empty())?;
        Some(self.graph.path(*first).to_path_buf())
    }

    pub fn has_restored(&self) -> bool {
        !self.restored.is_empty()
    }

    /// What failed, and was saved since as it was before: each once.
    pub fn take_restored(&mut self) -> Vec<PathBuf> {
        let restored = std::mem::take(&mut self.restored);
        let path = |id: ModuleId| self.graph.path(id).to_path_buf();
        restored.into_iter().map(path).collect()
    }

    /// Plans the next update from everything dirty. `None` when an update is in flight (its end
    /// asks again) or there is nothing to do. With `only`, an update about this one module, also
    /// beside one in flight.
    pub fn take_update(&mut self, only: Option<&Path>, now: SystemTime) -> Option<Update> {
        if only.is_none() && (!self.in_flight.is_empty() || self.is_holding()) {
            return None;
        }
        self.catch_up_early();
        let only = only.and_then(|path| self.graph.id(path));
        let (changes, mut plan) = loop {
            let (changes, plan) = self.plan(only);
            if !self.take_overlooked(&plan) {
                break (changes, plan);
            }
        };
        if only.is_none() {
            plan.groups.retain(|group| !self.has_failed_enough(group));
        }
        if plan.groups.is_empty() {
            // Nobody's: a module that left every boundary's reach.
            for Change { module, .. } in changes {
                if self.is_fresh(module) {
                    self.let_go(module);
                }
            }
            return None;
        }
        Some(self.begin_update(&plan, now))
    }

    /// What was let go while nothing led to it, is between a change and a boundary again, and was not looked at since: its
    /// instance is not of the text it is known to hold.
    fn take_overlooked(&mut self, plan: &UpdatePlan) -> bool {
        let mut is_found = false;
        for planned in plan.groups.iter().flat_map(|group| &group.modules) {
            let id = planned.module;
            is_found |= self.holds_another_text(id) && self.dirty.insert(id);
        }
        is_found
    }

    pub(super) fn holds_another_text(&self, id: ModuleId) -> bool {
        match self.facts[id.index()].loaded {
            Loaded::From(loaded) => self.content(id).is_some_and(|content| content != loaded),
            Loaded::Unknown | Loaded::Never => false,
        }
    }

    fn plan(&self, only: Option<ModuleId>) -> (Vec<Change>, UpdatePlan) {
        let below = only.map(|id| self.graph.reachable([id]));
        let candidates: Vec<ModuleId> = self
            .dirty
            .iter()
            .copied()
            .filter(|id| below.as_ref().is_none_or(|below| below.contains(id)))
            .collect();
        let changes: Vec<Change> = candidates
            .iter()
            .map(|&module| Change {
                module,
                fresh: self.is_fresh(module),
            })
            .collect();
        let plan = propagate(&self.graph, &changes);
        (changes, plan)
    }

    fn begin_update(&mut self, plan: &UpdatePlan, now: SystemTime) -> Update {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        let mut in_flight = InFlight {
            id,
            begun: now,
            forced: Vec::new(),
            had: FxHashSet::default(),
            saved_again: None,
            beside: FxHashMap::default(),
            joined: FxHashMap::default(),
            again: FxHashMap::default(),
            told: FxHashMap::default(),
            named_before: FxHashSet::default(),
            gone: Vec::new(),
            threw: FxHashSet::default(),
            groups: Vec::with_capacity(plan.groups.len()),
            broken: Vec::with_capacity(plan.groups.len()),
            outside: Vec::with_capacity(plan.groups.len()),
            sources: FxHashMap::default(),
        };
        let mut update = Update {
            id,
            groups: Vec::new(),
            problems: Vec::new(),
        };
        for group in &plan.groups {
            let mut members = Vec::with_capacity(group.modules.len());
            for planned in &group.modules {
                let content = self.content(planned.module);
                if self.dirty.contains(&planned.module)
                    && self.will_have_what_has_come(planned.module)
                {
                    in_flight.had.insert(planned.module);
                }
                let facts = self.facts_mut(planned.module);
                members.push((planned.module, facts.loaded, content));
                if std::mem::take(&mut facts.forced) {
                    in_flight.forced.push(planned.module);
                }
                if let Some(source) = self.sources.remove(&planned.module)
                    && content == Some(source.0)
                {
                    in_flight.sources.insert(planned.module, source);
                }
                for problem in self.problems.get(&planned.module).into_iter().flatten() {
                    update.problems.push(problem.clone());
                }
            }
            in_flight.groups.push(members);
            let is_broken = |planned: &PlannedModule| self.problems.contains_key(&planned.module);
            in_flight.broken.push(group.modules.iter().any(is_broken));
            let outside = group.outside.iter().map(|outsider| outsider.importer);
            in_flight.outside.push(outside.collect());
            update.groups.push(self.describe(group));
        }
        self.in_flight.push(in_flight);
        update
    }

    pub(super) fn describe(&self, group: &Group) -> GroupToEvaluate {
        let path = |id: ModuleId| self.graph.path(id).to_path_buf();
        let module = |planned: &PlannedModule| ModuleToEvaluate {
            path: path(planned.module),
            format: self.graph.format(planned.module),
            changed: planned.reason == Reason::Changed,
            missing: self.content(planned.module) == Some(Content::Missing),
            reconfigured: match self.facts[planned.module.index()].loaded {
                Loaded::From(loaded) => self
                    .content(planned.module)
                    .is_some_and(|it| it != loaded && it.under(0) == loaded.under(0)),
                Loaded::Unknown | Loaded::Never => false,
            },
            unedited: planned.reason == Reason::Changed
                && matches!(self.facts[planned.module.index()].loaded,
                    Loaded::From(loaded) if self.content(planned.module) == Some(loaded)),
            content: self.content(planned.module),
            importers: self
                .graph
                .importers(planned.module)
                .iter()
                .map(|&id| path(id))
                .collect(),
        };
        GroupToEvaluate {
            modules: group.modules.iter().map(module).collect(),
            boundaries: group.boundaries.iter().map(|&id| path(id)).collect(),
            outside: group
                .outside
                .iter()
                .map(|Outsider { importer, module }| (path(*importer), path(*module)))
                .collect(),
        }
    }

    /// Forgotten until it is within reach again: its watch then begins with a look at it.
    fn let_go(&mut self, id: ModuleId) {
        self.dirty.remove(&id);
        let facts = self.facts_mut(id);
        facts.forced = false;
        // Of what it failed for it was to be tried again.
        facts.has_tried(None);
    }

    /// These keep an old instance of what was evaluated anew.
    pub(super) fn outdate(&mut self, importers: &[ModuleId]) {
        for &id in importers {
            self.facts_mut(id).outdated = true;
        }
        // Within reach by now: by what CommonJS modules of this very update turned out to require.
        if importers.iter().any(|id| self.watched.contains(id)) {
            let needed = self.needed();
            for &id in importers {
                if needed.contains(&id) {
                    self.catch_up(id);
                } else if self.watched.contains(&id) {
                    self.left_lately.insert(id);
                }
            }
        }
    }
}
