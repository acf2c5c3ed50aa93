//! One Node environment's view: its graph, what it has loaded, and the update in flight.
//!
//! No threads and no IO in here, so every rule below is tested without either. A module is
//! *dirty* when the content on disk is not the content that is loaded; nothing else has to be
//! remembered about events, and whatever happens during an update is still seen after it.

mod triggers;
mod update;
mod watching;

pub use triggers::TriggerId;
pub use update::{GroupToEvaluate, ModuleToEvaluate, Update};
pub use watching::WatchDelta;

use super::contents::{Content, Contents};
use crate::error::Error;
use crate::graph::{Format, Graph, ModuleId};
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

#[derive(Debug)]
struct InFlight {
    id: u32,
    /// Per group: the module, what was loaded before, and the content the update is about.
    groups: Vec<Vec<(ModuleId, Loaded, Option<Content>)>>,
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

    /// The first look at a module that was loaded from content nobody hashed in time.
    pub fn learn(&mut self, path: &Path, content: Content) {
        if let Some(id) = self.graph.id(path)
            && self.facts[id.index()].loaded == Loaded::Unknown
        {
            self.facts_mut(id).loaded = Loaded::From(content);
        }
    }

    /// Would it be news that `path` holds `content`?
    pub fn is_news(&self, path: &Path, content: Content) -> bool {
        let waited_for = self.wanted.contains_key(path) && content != Content::Missing;
        waited_for
            || self
                .graph
                .id(path)
                .is_some_and(|id| match self.facts[id.index()].loaded {
                    Loaded::Unknown => false,
                    Loaded::From(loaded) => loaded != content,
                    Loaded::Never => self.facts[id.index()].attempted != Some(content),
                })
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

    /// The modules whose failed import the appearance of `path` may mend.
    pub fn waiting_for(&self, path: &Path) -> Vec<PathBuf> {
        let waiting = self.wanted.get(path).into_iter().flatten();
        waiting
            .map(|&id| self.graph.path(id).to_path_buf())
            .collect()
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
}

#[cfg(test)]
mod tests;
