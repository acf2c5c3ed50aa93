//! One Node environment's view: its graph, what it has loaded, and the update in flight.
//!
//! No threads and no IO in here, so every rule below is tested without either. A module is
//! *dirty* when the content on disk is not the content that is loaded; nothing else has to be
//! remembered about events, and whatever happens during an update is still seen after it.

use super::contents::{Content, Contents};
use crate::error::Error;
use crate::graph::{Change, Format, Graph, ModuleId, Outsider, Reason, propagate};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// What a module's running instance was made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Loaded {
    /// Loaded from content nobody hashed in time; the first look at the file becomes the truth.
    #[default]
    Unknown,
    From(Content),
    /// The first load failed: any new content is news.
    Never,
}

#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    loaded: Loaded,
    /// The content with which the last update failed.
    attempted: Option<Content>,
    /// When the event arrived that made the module dirty.
    since: Option<Instant>,
    /// Taken along in the next update whatever its content says.
    forced: bool,
    /// Its new content does not parse or resolve; the next save may mend that in a moment.
    held: bool,
}

/// A module of a plan, in words the runtime needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleToEvaluate {
    pub path: PathBuf,
    pub format: Format,
    pub changed: bool,
    /// For people: the import because of which it is evaluated.
    pub because: Option<PathBuf>,
    pub missing: bool,
    pub importers: Vec<PathBuf>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupToEvaluate {
    pub modules: Vec<ModuleToEvaluate>,
    pub boundaries: Vec<PathBuf>,
    pub outside: Vec<(PathBuf, PathBuf)>,
}

/// A watch path of `hmr()` saw a file change that may lie outside the graph.
pub type TriggerId = u32;

#[derive(Clone, Debug)]
pub struct Update {
    pub id: u32,
    pub groups: Vec<GroupToEvaluate>,
    pub problems: Vec<Problem>,
    /// The earliest event this update answers.
    pub since: Option<Instant>,
}

#[derive(Debug)]
struct InFlight {
    id: u32,
    /// Per group: the module, what was loaded before, and the content the update is about.
    groups: Vec<Vec<(ModuleId, Loaded, Option<Content>)>>,
}

/// Paths to start or stop watching.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct WatchDelta {
    pub acquire: Vec<PathBuf>,
    pub release: Vec<PathBuf>,
}

/// What a syntax error or an unresolved import looked like, with the source it was found in.
#[derive(Clone, Debug)]
pub struct Problem {
    pub error: Error,
    /// The text that does not parse.
    pub source: Option<String>,
    /// The specifier that does not resolve.
    pub specifier: Option<String>,
}

#[derive(Debug, Default)]
pub struct SessionState {
    graph: Graph,
    facts: Vec<Facts>,
    dirty: BTreeSet<ModuleId>,
    watched: FxHashSet<ModuleId>,
    watched_wanted: FxHashSet<PathBuf>,
    /// Edges, boundaries or wanted files changed since `watched` was computed.
    watch_is_stale: bool,
    in_flight: Vec<InFlight>,
    triggers: BTreeMap<TriggerId, BTreeSet<PathBuf>>,
    targets: FxHashMap<TriggerId, ModuleId>,
    problems: FxHashMap<ModuleId, Vec<Problem>>,
    /// Files whose appearance could mend a failed import, and who waits for them.
    wanted: FxHashMap<PathBuf, FxHashSet<ModuleId>>,
    /// What was read for the next update, kept until that has ended.
    sources: FxHashMap<ModuleId, (Content, Arc<[u8]>)>,
    next_id: u32,
}

impl SessionState {
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    fn intern(&mut self, path: &Path) -> ModuleId {
        let id = self.graph.intern(path);
        if self.facts.len() < self.graph.len() {
            self.facts.resize_with(self.graph.len(), Facts::default);
        }
        id
    }

    fn facts_mut(&mut self, id: ModuleId) -> &mut Facts {
        &mut self.facts[id.index()]
    }

    /// `path` is being loaded from `content`, which was read before the loader reads it: an edit
    /// in between leads to one update too many, never to a lost one.
    pub fn loading(&mut self, path: &Path, format: Format, content: Option<Content>) {
        let id = self.intern(path);
        self.graph.set_format(id, format);
        let facts = self.facts_mut(id);
        facts.loaded = content.map_or(Loaded::Unknown, Loaded::From);
        facts.attempted = None;
    }

    /// The first load of `path` failed; it is waited for.
    pub fn failed_first_load(&mut self, path: &Path, content: Option<Content>) {
        let id = self.intern(path);
        let facts = self.facts_mut(id);
        facts.loaded = Loaded::Never;
        facts.attempted = content;
    }

    /// Did its first load fail, and nothing since?
    pub fn was_never_loaded(&self, path: &Path) -> bool {
        self.graph
            .id(path)
            .is_some_and(|id| self.facts[id.index()].loaded == Loaded::Never)
    }

    pub fn set_format(&mut self, path: &Path, format: Format) {
        let id = self.intern(path);
        self.graph.set_format(id, format);
    }

    /// Is the content `path` was last loaded from already known?
    pub fn is_loaded(&self, path: &Path) -> bool {
        self.graph
            .id(path)
            .is_some_and(|id| matches!(self.facts[id.index()].loaded, Loaded::From(_)))
    }

    /// `path` was read for the next update, and parses: its module can be compiled from `bytes`.
    pub fn keep_source(&mut self, path: &Path, content: Content, bytes: Arc<[u8]>) {
        if let Some(id) = self.graph.id(path) {
            self.sources.insert(id, (content, bytes));
        }
    }

    /// `path` is being loaded by an update that is about the very content kept for it: what it is
    /// loaded from. `None`: the loader has to read the file.
    pub fn loading_in_flight(&mut self, path: &Path) -> Option<Arc<[u8]>> {
        let id = self.graph.id(path)?;
        let (content, bytes) = self.sources.get(&id)?;
        let (content, bytes) = (*content, bytes.clone());
        let mut members = self
            .in_flight
            .iter()
            .flat_map(|update| update.groups.iter().flatten());
        let is_about_it =
            members.any(|&(member, _, planned)| member == id && planned == Some(content));
        is_about_it.then(|| {
            self.facts_mut(id).loaded = Loaded::From(content);
            bytes
        })
    }

    /// The format `path` had when it was last loaded.
    pub fn known_format(&self, path: &Path) -> Option<Format> {
        self.is_loaded(path)
            .then(|| self.graph.id(path).map(|id| self.graph.format(id)))?
    }

    /// Replaces what `path` imports. True when the edges changed.
    pub fn link(&mut self, path: &Path, imports: &[PathBuf]) -> bool {
        let id = self.intern(path);
        let imports: Vec<ModuleId> = imports.iter().map(|import| self.intern(import)).collect();
        let changed = self.graph.set_imports(id, &imports);
        self.watch_is_stale |= changed;
        changed
    }

    pub fn add_boundary(&mut self, path: &Path, deep: bool, watch: bool) {
        let id = self.intern(path);
        let boundary = self.graph.boundary_mut(id);
        let (count, watched) = match deep {
            true => (&mut boundary.deep, &mut boundary.watched_deep),
            false => (&mut boundary.shallow, &mut boundary.watched_shallow),
        };
        *count += 1;
        *watched += u32::from(watch);
        self.watch_is_stale = true;
    }

    pub fn remove_boundary(&mut self, path: &Path, deep: bool, watch: bool) {
        let Some(id) = self.graph.id(path) else {
            return;
        };
        let boundary = self.graph.boundary_mut(id);
        let (count, watched) = match deep {
            true => (&mut boundary.deep, &mut boundary.watched_deep),
            false => (&mut boundary.shallow, &mut boundary.watched_shallow),
        };
        *count = count.saturating_sub(1);
        *watched = watched.saturating_sub(u32::from(watch));
        self.watch_is_stale = true;
    }

    /// Compares what is watched with what the boundaries now lead to. Costs nothing when no edge
    /// changed, which is nearly every update.
    pub fn watch_delta(&mut self) -> WatchDelta {
        if !std::mem::take(&mut self.watch_is_stale) {
            return WatchDelta::default();
        }
        let deep = self
            .graph
            .ids()
            .filter(|&id| self.graph.boundary(id).watched_deep > 0);
        let mut needed = self.graph.reachable(deep.collect::<Vec<_>>());
        needed.extend(
            self.graph
                .ids()
                .filter(|&id| self.graph.boundary(id).watched_shallow > 0),
        );
        let wanted: FxHashSet<PathBuf> = self.wanted.keys().cloned().collect();

        let path = |id: &ModuleId| self.graph.path(*id).to_path_buf();
        let mut acquire: Vec<PathBuf> = needed.difference(&self.watched).map(path).collect();
        acquire.extend(wanted.difference(&self.watched_wanted).cloned());
        acquire.sort();
        let mut release: Vec<PathBuf> = self.watched.difference(&needed).map(path).collect();
        release.extend(self.watched_wanted.difference(&wanted).cloned());
        release.sort();
        self.watched = needed;
        self.watched_wanted = wanted;
        WatchDelta { acquire, release }
    }

    pub fn watched_paths(&self) -> impl Iterator<Item = &Path> {
        let modules = self.watched.iter().map(|&id| self.graph.path(id));
        modules.chain(self.watched_wanted.iter().map(PathBuf::as_path))
    }

    pub fn is_watched(&self, path: &Path) -> bool {
        self.graph
            .id(path)
            .is_some_and(|id| self.watched.contains(&id))
    }

    pub fn knows(&self, path: &Path) -> bool {
        self.graph.id(path).is_some() || self.wanted.contains_key(path)
    }

    pub fn imports_of(&self, path: &Path) -> Vec<PathBuf> {
        let Some(id) = self.graph.id(path) else {
            return Vec::new();
        };
        self.graph
            .imports(id)
            .iter()
            .map(|&id| self.graph.path(id).to_path_buf())
            .collect()
    }

    /// Every module `path` leads to, itself included.
    pub fn reachable(&self, path: &Path) -> Vec<PathBuf> {
        let Some(id) = self.graph.id(path) else {
            return Vec::new();
        };
        let mut paths: Vec<PathBuf> = self
            .graph
            .reachable([id])
            .into_iter()
            .map(|id| self.graph.path(id).to_path_buf())
            .collect();
        paths.sort();
        paths
    }

    /// Does this session care what `path` holds?
    pub fn is_interested(&self, path: &Path) -> bool {
        self.wanted.contains_key(path)
            || self
                .graph
                .id(path)
                .is_some_and(|id| self.watched.contains(&id))
    }

    /// `path` was examined and holds `content`. Returns the module when it is dirty now, which is
    /// the moment to scan it again.
    pub fn examined(&mut self, path: &Path, content: Content, at: Instant) -> Option<Format> {
        if let (Content::Present { .. }, Some(waiting)) = (content, self.wanted.remove(path)) {
            self.watch_is_stale = true;
            for id in waiting {
                self.facts_mut(id).forced = true;
                self.dirty.insert(id);
            }
        }
        let id = self.graph.id(path)?;
        let facts = self.facts_mut(id);
        facts.held = false;
        match facts.loaded {
            Loaded::Unknown => {
                facts.loaded = Loaded::From(content);
                return None;
            }
            Loaded::From(loaded) if loaded == content => {
                // Back to what is running: whatever failed in between is forgotten.
                facts.attempted = None;
                facts.since = None;
                let forced = facts.forced;
                if !forced {
                    self.dirty.remove(&id);
                }
                self.forget_problems(id);
                return None;
            }
            Loaded::From(_) | Loaded::Never => {}
        }
        facts.since.get_or_insert(at);
        self.dirty.insert(id);
        self.problems.remove(&id);
        Some(self.graph.format(id))
    }

    /// What the engine's own check of a dirty module's new content found.
    pub fn set_problems(&mut self, path: &Path, problems: Vec<Problem>, wanted: Vec<PathBuf>) {
        let Some(id) = self.graph.id(path) else {
            return;
        };
        self.forget_problems(id);
        for path in wanted {
            self.watch_is_stale = true;
            self.wanted.entry(path).or_default().insert(id);
        }
        if !problems.is_empty() {
            self.problems.insert(id, problems);
        }
    }

    fn forget_problems(&mut self, id: ModuleId) {
        self.problems.remove(&id);
        if self.wanted.is_empty() {
            return;
        }
        self.wanted.retain(|_, waiting| {
            waiting.remove(&id);
            !waiting.is_empty()
        });
        self.watch_is_stale = true;
    }

    /// Wait a moment with `path`: what was found in it may be mended by the next save.
    pub fn hold(&mut self, path: &Path) {
        if let Some(id) = self.graph.id(path) {
            self.facts_mut(id).held = true;
        }
    }

    fn is_holding(&self) -> bool {
        self.dirty.iter().any(|id| self.facts[id.index()].held)
    }

    /// Taken along in the next update, changed or not.
    pub fn force(&mut self, path: &Path, at: Instant) {
        let id = self.intern(path);
        let facts = self.facts_mut(id);
        facts.forced = true;
        facts.since.get_or_insert(at);
        self.dirty.insert(id);
    }

    pub fn add_trigger(&mut self, trigger: TriggerId, target: &Path) {
        let id = self.intern(target);
        self.targets.insert(trigger, id);
    }

    pub fn remove_trigger(&mut self, trigger: TriggerId) {
        self.targets.remove(&trigger);
        self.triggers.remove(&trigger);
    }

    /// A file under a trigger's watch path changed. The runtime decides whether that counts (its
    /// user may have named exceptions in a way only JavaScript understands) and says [`Self::fire`].
    pub fn triggered(&mut self, trigger: TriggerId, path: &Path) {
        if self.targets.contains_key(&trigger) {
            self.triggers
                .entry(trigger)
                .or_default()
                .insert(path.to_path_buf());
        }
    }

    pub fn take_triggers(&mut self) -> Vec<(TriggerId, Vec<PathBuf>)> {
        let triggers = std::mem::take(&mut self.triggers);
        triggers
            .into_iter()
            .map(|(id, paths)| (id, paths.into_iter().collect()))
            .collect()
    }

    /// When the graph below the trigger's target does not hold one of `paths`, the target alone is
    /// invalidated; otherwise propagation does what is right.
    pub fn fire(&mut self, trigger: TriggerId, paths: &[PathBuf], at: Instant) {
        let Some(&target) = self.targets.get(&trigger) else {
            return;
        };
        let below = self.graph.reachable([target]);
        let is_below = |path: &PathBuf| self.graph.id(path).is_some_and(|id| below.contains(&id));
        if !paths.iter().all(is_below) {
            let target = self.graph.path(target).to_path_buf();
            self.force(&target, at);
        }
    }

    /// Is there anything an update could do now?
    pub fn has_work(&self, contents: &Contents) -> bool {
        self.in_flight.is_empty()
            && !self.is_holding()
            && (!self.triggers.is_empty() || self.has_news(contents))
    }

    fn has_news(&self, contents: &Contents) -> bool {
        self.dirty.iter().any(|&id| self.is_fresh(id, contents))
    }

    fn is_fresh(&self, id: ModuleId, contents: &Contents) -> bool {
        let facts = &self.facts[id.index()];
        facts.forced || contents.get(self.graph.path(id)) != facts.attempted
    }

    /// Plans the next update from everything dirty. `None` when an update is in flight (its end
    /// asks again) or there is nothing to do. With `only`, an update about this one module, also
    /// beside one in flight.
    pub fn take_update(&mut self, contents: &Contents, only: Option<&Path>) -> Option<Update> {
        if only.is_none() && (!self.in_flight.is_empty() || self.is_holding()) {
            return None;
        }
        let only = only.and_then(|path| self.graph.id(path));
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
                fresh: self.is_fresh(module, contents),
            })
            .collect();
        let plan = propagate(&self.graph, &changes);
        if plan.groups.is_empty() {
            // Nobody's: a module that left every boundary's reach.
            for change in changes.iter().filter(|change| change.fresh) {
                self.settle_module(change.module, contents);
            }
            return None;
        }

        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        let mut in_flight = InFlight {
            id,
            groups: Vec::with_capacity(plan.groups.len()),
        };
        let mut update = Update {
            id,
            groups: Vec::new(),
            problems: Vec::new(),
            since: None,
        };
        for group in &plan.groups {
            let mut members = Vec::with_capacity(group.modules.len());
            for planned in &group.modules {
                let content = contents.get(self.graph.path(planned.module));
                let facts = self.facts_mut(planned.module);
                members.push((planned.module, facts.loaded, content));
                let since = facts.since.take();
                facts.forced = false;
                update.since = [update.since, since].into_iter().flatten().min();
                for problem in self.problems.get(&planned.module).into_iter().flatten() {
                    update.problems.push(problem.clone());
                }
            }
            in_flight.groups.push(members);
            update.groups.push(self.describe(group, contents));
        }
        self.in_flight.push(in_flight);
        Some(update)
    }

    fn describe(&self, group: &crate::graph::Group, contents: &Contents) -> GroupToEvaluate {
        let path = |id: ModuleId| self.graph.path(id).to_path_buf();
        let module = |planned: &crate::graph::PlannedModule| ModuleToEvaluate {
            path: path(planned.module),
            format: self.graph.format(planned.module),
            changed: planned.reason == Reason::Changed,
            because: match planned.reason {
                Reason::Changed => None,
                Reason::Imports(import) => Some(path(import)),
            },
            missing: contents.get(self.graph.path(planned.module)) == Some(Content::Missing),
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

    fn settle_module(&mut self, id: ModuleId, contents: &Contents) {
        let content = contents.get(self.graph.path(id));
        let facts = self.facts_mut(id);
        facts.forced = false;
        facts.since = None;
        facts.attempted = content;
    }

    /// The runtime has applied update `id`; `live[n]` says whether group `n` went live. Returns
    /// whether there is more to do.
    pub fn finish_update(&mut self, id: u32, live: &[bool], contents: &Contents) -> bool {
        let Some(index) = self.in_flight.iter().position(|update| update.id == id) else {
            return false;
        };
        let update = self.in_flight.swap_remove(index);
        for (group, members) in update.groups.into_iter().enumerate() {
            let went_live = live.get(group).copied().unwrap_or(false);
            for (id, loaded_before, content) in members {
                let facts = &mut self.facts[id.index()];
                if !went_live {
                    facts.loaded = loaded_before;
                    facts.attempted = content;
                } else {
                    // Unless the loader said in the meantime what it really read.
                    if facts.loaded == loaded_before {
                        facts.loaded = content.map_or(Loaded::Unknown, Loaded::From);
                    }
                    facts.attempted = None;
                }
                let now = contents.get(self.graph.path(id));
                let is_clean = match self.facts[id.index()].loaded {
                    Loaded::Unknown => true,
                    Loaded::From(loaded) => now.is_none_or(|now| now == loaded),
                    Loaded::Never => false,
                };
                match is_clean {
                    true if !self.facts[id.index()].forced => self.dirty.remove(&id),
                    true => false,
                    false => self.dirty.insert(id),
                };
                self.sources.remove(&id);
                if went_live {
                    self.problems.remove(&id);
                }
            }
        }
        self.has_work(contents)
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
