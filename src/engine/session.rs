//! One Node environment's view: its graph, what it has loaded, and the update in flight.
//!
//! No threads and no IO in here, so every rule below is tested without either. A module is
//! *dirty* when the content on disk is not the content that is loaded; nothing else has to be
//! remembered about events, and whatever happens during an update is still seen after it.

mod ended;
mod facts;
mod failed_load;
mod failed_together;
mod imports;
mod in_flight;
mod in_vain;
mod repeated;
mod triggers;
mod unreloaded;
mod update;
mod wanted;
mod watching;

pub use triggers::TriggerId;
use unreloaded::Unreloaded;
pub use unreloaded::{LINK, TOLD, Told, UNTAKEN, Why};
pub use update::{GroupToEvaluate, ModuleToEvaluate, Update};
pub use watching::{Reach, WatchDelta};

use facts::{Facts, Loaded};
pub use facts::{Findings, Named, Problem, Reading};
use in_flight::{Attempt, InFlight};
use in_vain::InVain;
pub use in_vain::Lack;
use wanted::Wanted;

use super::contents::Content;
use crate::error::Error;
use crate::graph::{Format, Graph, ModuleId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

#[derive(Debug, Default)]
pub struct SessionState {
    /// What is loaded is told of from then on.
    begun: Option<SystemTime>,
    graph: Graph,
    facts: Vec<Facts>,
    dirty: BTreeSet<ModuleId>,
    /// Not dirty any more, by a save that took back what had failed.
    restored: BTreeSet<ModuleId>,
    watched: FxHashSet<ModuleId>,
    watched_wanted: FxHashSet<PathBuf>,
    /// It is evaluated once.
    entry: Option<ModuleId>,
    told: Told,
    /// Whose imports of it are left out of the graph.
    entry_importers: FxHashSet<ModuleId>,
    unreloaded: FxHashMap<PathBuf, Unreloaded>,
    /// Edges, boundaries or wanted files changed since `watched` was computed.
    watch_is_stale: bool,
    /// Outdated, and within reach no more, though watched still: they may be back before that has changed.
    left_lately: FxHashSet<ModuleId>,
    /// Boundaries that are new, and of which nothing else is watched.
    watched_alone: Vec<ModuleId>,
    in_flight: Vec<InFlight>,
    /// One that has not ended.
    attempt: Option<Attempt>,
    triggers: BTreeMap<TriggerId, BTreeSet<PathBuf>>,
    targets: FxHashMap<TriggerId, ModuleId>,
    problems: FxHashMap<ModuleId, Vec<Problem>>,
    /// Files whose appearance could mend a failed import, and who waits for them.
    wanted: FxHashMap<PathBuf, Wanted>,
    /// Modules that went on without something.
    asking: FxHashSet<ModuleId>,
    /// Those of them that may ask again, and what has come since.
    evaluating: FxHashMap<ModuleId, FxHashSet<Lack>>,
    /// What was read for the next update.
    sources: FxHashMap<ModuleId, (Content, Arc<[u8]>)>,
    failures: repeated::Failures,
    next_id: u32,
    next_failure: u32,
}

impl SessionState {
    pub fn new(begun: SystemTime) -> Self {
        Self {
            begun: Some(begun),
            ..Self::default()
        }
    }

    fn intern(&mut self, path: &Path) -> ModuleId {
        let id = self.graph.intern(path);
        if self.facts.len() < self.graph.len() {
            self.facts.resize_with(self.graph.len(), Facts::default);
        }
        id
    }

    fn content(&self, id: ModuleId) -> Option<Content> {
        self.facts[id.index()].seen.map(|reading| reading.content)
    }

    /// False when something newer is known already.
    fn see(&mut self, id: ModuleId, reading: Reading) -> bool {
        let seen = &mut self.facts_mut(id).seen;
        let is_newest = seen.is_none_or(|seen| seen.at <= reading.at);
        if is_newest {
            let before = seen.replace(reading);
            if before.is_none_or(|it| it.content != reading.content) {
                self.is_other_now();
            }
        }
        is_newest
    }

    fn facts_mut(&mut self, id: ModuleId) -> &mut Facts {
        &mut self.facts[id.index()]
    }

    /// `path` is being loaded from what was read before the loader reads it: an edit in between
    /// leads to one update too many, never to a lost one.
    ///
    /// True: there is something to update because of it.
    pub fn loading(&mut self, path: &Path, format: Format, reading: Option<Reading>) -> bool {
        self.loading_as_named(path, format, reading, false, None)
    }

    /// The same. `is_named`: it is CommonJS with the names that import() has found in it, of which no edge of the graph tells;
    /// `named`: the text in which its names were found.
    pub fn loading_as_named(
        &mut self,
        path: &Path,
        format: Format,
        reading: Option<Reading>,
        is_named: bool,
        named: Option<Named>,
    ) -> bool {
        let id = self.intern(path);
        self.graph.set_format(id, format);
        if let Some(reading) = reading {
            self.see(id, reading);
        }
        let loaded = reading.map_or(Loaded::Unknown, |reading| Loaded::From(reading.content));
        self.is_told_beside(id);
        let facts = self.facts_mut(id);
        // Node forgets CommonJS that has thrown: this is another instance, and who has imported that one goes on to throw.
        let is_another = facts.threw && facts.loaded != loaded;
        let ran_from = facts.loaded;
        facts.loaded = loaded;
        facts.has_tried(None);
        facts.failed = None;
        facts.threw = false;
        // Loaded by itself before an update came to it: that is done. In an update, its end decides.
        let is_current = reading.is_some_and(|reading| self.content(id) == Some(reading.content));
        let planned = self.is_evaluated_as(id, ran_from, reading.map(|it| it.content));
        let is_member = planned.is_some();
        self.is_attempted(id, ran_from, planned);
        // What an update in flight was planned with may be older.
        let linked = planned.map_or(ran_from, |it| it.map_or(Loaded::Unknown, Loaded::From));
        let is_first = !matches!(ran_from, Loaded::From(_)) && !self.is_updating();
        let is_other = self.was_named_in_other(id, loaded, named) && !is_first;
        let is_linked_again =
            (loaded.is_other_text_than(linked) || is_other) && self.is_linked_again(id, is_named);
        if !is_member {
            if loaded.is_other_text_than(ran_from) {
                self.is_loaded_beside(id, ran_from);
            }
            self.is_loaded_again(id);
            let facts = self.facts_mut(id);
            facts.outdated = false;
            facts.forced |= is_another;
            if facts.forced {
                self.dirty.insert(id);
            } else if is_current {
                self.dirty.remove(&id);
            }
        }
        is_linked_again || is_another && !is_member
    }

    /// Nothing of `path` is loaded any more.
    pub fn unloaded(&mut self, path: &Path) {
        let Some(id) = self.graph.id(path) else {
            return;
        };
        // It may be all that was wrong with those it failed with.
        self.retry_beside(id);
        let seen = self.facts[id.index()].seen;
        // Led to again by what was saved meanwhile: it will be loaded from that, or from something newer, which is news.
        let loaded = match seen {
            Some(seen) if seen.content != Content::Missing && self.is_needed(id) => {
                Loaded::From(seen.content)
            }
            _ => Loaded::default(),
        };
        *self.facts_mut(id) = Facts {
            seen,
            loaded,
            ..Facts::default()
        };
        self.dirty.remove(&id);
        self.is_not_put_back(id);
        self.forget_problems(id);
        self.goes_on_anew(id);
        self.forget_in_vain(id, |_| true);
    }

    /// Also of what was not there: that tells nobody its format.
    pub fn was_never_loaded(&self, path: &Path) -> bool {
        self.graph.id(path).is_some_and(|id| {
            let loaded = self.facts[id.index()].loaded;
            matches!(loaded, Loaded::Never | Loaded::From(Content::Missing))
        })
    }

    /// Is the content `path` was last loaded from already known?
    pub fn is_loaded(&self, path: &Path) -> bool {
        self.graph
            .id(path)
            .is_some_and(|id| matches!(self.facts[id.index()].loaded, Loaded::From(_)))
    }

    /// The format `path` had when it was last loaded.
    pub fn known_format(&self, path: &Path) -> Option<Format> {
        (self.is_loaded(path) && !self.was_never_loaded(path))
            .then(|| self.graph.id(path).map(|id| self.graph.format(id)))?
    }

    pub fn knows(&self, path: &Path) -> bool {
        self.graph.id(path).is_some()
            || self.wanted.contains_key(path)
            || self.unreloaded.contains_key(path)
    }

    /// Does this session care what `path` holds?
    pub fn is_interested(&self, path: &Path) -> bool {
        self.wanted.contains_key(path)
            || self.unreloaded.contains_key(path)
            || self
                .graph
                .id(path)
                .is_some_and(|id| self.watched.contains(&id))
    }

    /// Would it be news that `path` holds `content`?
    pub fn is_news(&self, path: &Path, content: Content) -> bool {
        let was_tried = self.graph.id(path).is_some_and(|id| {
            let facts = &self.facts[id.index()];
            facts.loaded == Loaded::Never && facts.attempted == Some(content) && !facts.again
        });
        self.is_wanted(path, content) || !was_tried && self.format_if_news(path, content).is_some()
    }

    pub fn format(&self, path: &Path) -> Option<Format> {
        self.graph.id(path).map(|id| self.graph.format(id))
    }

    /// The format of the module `path`, if `content` is not what it runs from.
    pub fn format_if_news(&self, path: &Path, content: Content) -> Option<Format> {
        let id = self.graph.id(path)?;
        let is_news = match self.facts[id.index()].loaded {
            Loaded::Unknown => false,
            Loaded::From(loaded) => loaded != content,
            Loaded::Never => true,
        };
        is_news.then(|| self.graph.format(id))
    }

    /// `path` was examined. Returns the module's format when it is dirty now; what was found in it
    /// is then to be told with [`Self::set_findings`] under the same lock, or an update may be
    /// planned in between that knows nothing of it.
    pub fn examined(&mut self, path: &Path, reading: Reading) -> Option<Format> {
        self.no_more_wanted(path, reading.content);
        let id = self.graph.id(path)?;
        if !self.see(id, reading) {
            return None;
        }
        // Of what an update evaluates right now, its end decides: it runs only if that goes well, and what fails is waited for.
        let is_member = self.is_member(id);
        let facts = self.facts_mut(id);
        facts.held = false;
        match facts.loaded {
            Loaded::Unknown => {
                facts.loaded = Loaded::From(reading.content);
                return None;
            }
            Loaded::From(loaded) if loaded == reading.content => {
                // Back to what is running: whatever failed in between is forgotten.
                if !is_member && !facts.is_due() {
                    let has_failed = self.has_failed_as_other(id, reading.content);
                    self.facts_mut(id).has_tried(None);
                    self.dirty.remove(&id);
                    if has_failed {
                        self.is_restored(id);
                    }
                }
                // What was imported and threw goes on to wait: somebody has looked at it because what it waits for is
                // there, and being written still.
                if !self.facts[id.index()].threw {
                    match is_member {
                        true => drop(self.problems.remove(&id)),
                        false => self.forget_problems(id),
                    }
                }
                return None;
            }
            Loaded::From(_) | Loaded::Never => {}
        }
        self.dirty.insert(id);
        self.restored.remove(&id);
        self.problems.remove(&id);
        Some(self.graph.format(id))
    }

    /// What the engine's own look at a dirty module's new content found. `may_wait`: if there is
    /// anything wrong, the next save may mend it in a moment. Returns whether that is waited for.
    pub fn set_findings(
        &mut self,
        path: &Path,
        reading: Reading,
        findings: Findings,
        may_wait: bool,
    ) -> bool {
        let Some(id) = self.graph.id(path) else {
            return false;
        };
        if self.facts[id.index()].attempted == Some(reading.content) || self.is_being_tried(id) {
            // The same text as failed before: what was blamed for that still is. So is it of what an update evaluates right now, which
            // may be told before the update has ended.
            self.problems.remove(&id);
        } else {
            self.forget_problems(id);
        }
        let is_another_kind = self.graph.format(id) != findings.format;
        self.graph.set_format(id, findings.format);
        if let Some(imports) = &findings.imports {
            self.link_as(path, reading.content, imports);
            self.miss(path, findings.wanted.clone());
        } else if is_another_kind {
            self.facts_mut(id).linked = Some(reading.content);
        }
        for path in findings.wanted {
            self.want(path, Some(Content::Missing), [id]);
        }
        for (path, content) in findings.installs {
            self.want(path, Some(content), [id]);
        }
        if findings.problems.is_empty() {
            if findings.is_whole {
                self.sources.insert(id, (reading.content, findings.bytes));
            }
            return false;
        }
        self.problems.insert(id, findings.problems);
        self.facts_mut(id).held = may_wait;
        may_wait
    }

    /// Nothing is waited out with `path` any more. True when something was.
    pub fn end_hold(&mut self, path: &Path) -> bool {
        let id = self.graph.id(path);
        id.is_some_and(|id| std::mem::take(&mut self.facts_mut(id).held))
    }

    fn is_holding(&self) -> bool {
        self.dirty.iter().any(|id| self.facts[id.index()].held)
    }

    /// Taken along in the next update, changed or not.
    pub fn force(&mut self, path: &Path) {
        let id = self.intern(path);
        self.is_other_now();
        self.take_along(id);
    }

    fn take_along(&mut self, id: ModuleId) {
        self.facts_mut(id).forced = true;
        self.dirty.insert(id);
    }
}

#[cfg(test)]
mod tests;
