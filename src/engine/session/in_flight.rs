//! Updates that were planned and have not ended: whom they evaluate, and from which text.

use super::{Content, Format, Loaded, ModuleId, Named, Reading, SessionState};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// The module, what was loaded before, and the content the update is about.
pub(super) type Member = (ModuleId, Loaded, Option<Content>);

/// What was told to be loaded in an attempt: what ran before, and what an update in flight was to evaluate, if it is a member.
pub(super) type Attempt = FxHashMap<ModuleId, (Loaded, Option<Option<Content>>)>;

#[derive(Debug)]
pub(super) struct InFlight {
    pub(super) id: u32,
    pub(super) begun: SystemTime,
    /// Taken along whatever they hold.
    pub(super) forced: Vec<ModuleId>,
    /// What had come that they went on without is not waited for any more.
    pub(super) had: FxHashSet<ModuleId>,
    /// What was saved as it is since, last.
    pub(super) saved_again: Option<SystemTime>,
    pub(super) groups: Vec<Vec<Member>>,
    /// What it has loaded beside its members from another text, and what that ran from: CommonJS that requires one of
    /// them, saved since, and not known yet to be.
    pub(super) beside: FxHashMap<ModuleId, Loaded>,
    /// What else was told to be loaded while it is in flight: what that ran from, and whether it had failed as something else.
    pub(super) joined: FxHashMap<ModuleId, (Loaded, bool)>,
    /// … and what has gone on without something before: whether that has come since.
    pub(super) again: FxHashMap<ModuleId, bool>,
    /// Members that were told to be loaded while it is in flight: what ran before, and what it was to evaluate. What is put
    /// back before any of it has run is that again.
    pub(super) told: FxHashMap<ModuleId, (Loaded, Option<Content>)>,
    /// CommonJS that it has loaded from what was saved since it was linked: the names that ES modules import are those of the
    /// text before.
    pub(super) named_before: FxHashSet<ModuleId>,
    /// What it has not found, and when that was told.
    pub(super) gone: Vec<(ModuleId, SystemTime)>,
    /// Imported since, and threw.
    pub(super) threw: FxHashSet<ModuleId>,
    /// Per group: something in it is known not to parse, or to resolve. That is why it fails, and will.
    pub(super) broken: Vec<bool>,
    /// Per group: importers that are not evaluated with it.
    pub(super) outside: Vec<Vec<ModuleId>>,
    /// What was read for it, whatever is read since.
    pub(super) sources: FxHashMap<ModuleId, (Content, Arc<[u8]>)>,
}

impl InFlight {
    pub(super) fn members(&self) -> impl Iterator<Item = &Member> {
        self.groups.iter().flatten()
    }

    fn members_mut(&mut self) -> impl Iterator<Item = &mut Member> {
        self.groups.iter_mut().flatten()
    }
}

impl SessionState {
    /// Since when there was an update in flight all the time.
    pub fn in_flight_since(&self) -> Option<SystemTime> {
        self.in_flight.iter().map(|it| it.begun).min()
    }

    /// Of all updates in flight.
    pub(super) fn members(&self) -> impl Iterator<Item = &Member> {
        self.in_flight.iter().flat_map(InFlight::members)
    }

    /// `path` is being loaded by an update that is about the very content kept for it: what it is
    /// loaded from. `None`: the loader has to read the file.
    #[cfg(test)]
    pub fn loading_in_flight(&mut self, path: &Path) -> Option<Arc<[u8]>> {
        self.loading_in_flight_as_named(path, false, None)
    }

    /// The same. `is_named`, `named`: see [`SessionState::loading_as_named`].
    pub fn loading_in_flight_as_named(
        &mut self,
        path: &Path,
        is_named: bool,
        named: Option<Named>,
    ) -> Option<Arc<[u8]>> {
        let id = self.graph.id(path)?;
        let (content, bytes) = self.source_in_flight(id)?;
        let loaded = Loaded::From(content);
        self.facts_mut(id).loaded = loaded;
        if self.was_named_in_other(id, loaded, named) {
            self.is_linked_again(id, is_named);
        }
        Some(bytes)
    }

    /// Were the names of `id` found in another text than that which is `loaded`? What lies between a change and who accepts it is
    /// linked from what its file holds then, which may have been undone before anybody was told. Asked once of each time.
    pub(super) fn was_named_in_other(
        &mut self,
        id: ModuleId,
        loaded: Loaded,
        named: Option<Named>,
    ) -> bool {
        let Some(Named { content, turn }) = named else {
            return false;
        };
        let is_news = std::mem::replace(&mut self.facts_mut(id).named, turn) != turn;
        is_news && matches!(loaded, Loaded::From(it) if it.under(0) != content)
    }

    fn source_in_flight(&self, id: ModuleId) -> Option<(Content, Arc<[u8]>)> {
        let mut updates = self.in_flight.iter().rev();
        updates.find_map(|update| update.sources.get(&id).cloned())
    }

    /// `id`, of which `ran_from` runs, is loaded from this, which is what the last update in flight about it evaluates then.
    /// Returns what that was to evaluate; `None`: none is.
    pub(super) fn is_evaluated_as(
        &mut self,
        id: ModuleId,
        ran_from: Loaded,
        told: Option<Content>,
    ) -> Option<Option<Content>> {
        let mut updates = self.in_flight.iter_mut().rev();
        let update = updates.find(|it| it.members().any(|(member, ..)| *member == id))?;
        let mut members = update.groups.iter_mut().flatten();
        let (.., planned) = members.find(|(member, ..)| *member == id)?;
        update.told.entry(id).or_insert((ran_from, *planned));
        Some(std::mem::replace(planned, told.or(*planned)))
    }

    /// What `path` was told to be loaded from is not evaluated: an update in flight has put it back, and what ran before runs, or
    /// is evaluated once more. What the file holds is news still.
    pub fn read_in_vain(&mut self, path: &Path) {
        let Some(id) = self.graph.id(path) else {
            return;
        };
        for update in &mut self.in_flight {
            if let Some((ran_from, before)) = update.told.remove(&id) {
                self.facts[id.index()].loaded = ran_from;
                let mut members = update.members_mut();
                if let Some((.., planned)) = members.find(|(member, ..)| *member == id) {
                    *planned = before;
                }
            } else if let Some(ran_from) = update.beside.remove(&id) {
                update.joined.remove(&id);
                self.facts[id.index()].loaded = ran_from;
                self.dirty.insert(id);
            }
        }
        self.goes_on_as_it_was(id);
    }

    /// Versions are linked beside those that run. Until that has ended, what is told to be loaded is what they are made from.
    pub fn begin_attempt(&mut self) {
        self.attempt = Some(FxHashMap::default());
    }

    /// `id`, of which `ran_from` runs, is told to be loaded; an update in flight was to evaluate `planned`.
    pub(super) fn is_attempted(
        &mut self,
        id: ModuleId,
        ran_from: Loaded,
        planned: Option<Option<Content>>,
    ) {
        if let Some(attempt) = &mut self.attempt {
            attempt.entry(id).or_insert((ran_from, planned));
        }
    }

    /// They are linked, and go on as they are, whatever else becomes of the update; or everything is as it was before. Returns
    /// what is to be read, and told, once more by the next attempt.
    pub fn end_attempt(&mut self, is_linked: bool) -> Vec<PathBuf> {
        let mut in_vain = Vec::new();
        for (id, before) in self.attempt.take().into_iter().flatten() {
            let loaded = self.facts[id.index()].loaded;
            for update in &mut self.in_flight {
                let mut members = update.groups.iter_mut().flatten();
                let member = members.find(|(member, ..)| *member == id);
                if is_linked {
                    update.beside.remove(&id);
                    update.joined.remove(&id);
                    update.told.remove(&id);
                    if let Some((_, ran_from, _)) = member {
                        *ran_from = loaded;
                    }
                    continue;
                }
                let (ran_from, planned) = before;
                update
                    .beside
                    .retain(|it, was| *it != id || *was != ran_from);
                if let (Some((.., evaluated)), Some(planned)) = (member, planned) {
                    *evaluated = planned;
                    update
                        .told
                        .retain(|it, was| *it != id || *was != (ran_from, planned));
                }
            }
            if !is_linked {
                self.goes_on_as_it_was(id);
                in_vain.push(self.graph.path(id).to_path_buf());
                self.facts_mut(id).loaded = before.0;
                if self.holds_another_text(id) {
                    self.dirty.insert(id);
                }
            }
        }
        in_vain
    }

    /// `id`, which no update in flight is about, is loaded from another text than it ran from.
    pub(super) fn is_loaded_beside(&mut self, id: ModuleId, ran_from: Loaded) {
        for update in &mut self.in_flight {
            update.beside.entry(id).or_insert(ran_from);
        }
    }

    /// `id` is told to be loaded. Of a member the end of its update decides.
    pub(super) fn is_told_beside(&mut self, id: ModuleId) {
        if self.in_flight.is_empty() || self.is_member(id) {
            return;
        }
        let facts = &self.facts[id.index()];
        let ran_from = facts.loaded;
        let has_failed = match ran_from {
            Loaded::From(content) => !facts.is_due() && self.has_failed_as_other(id, content),
            Loaded::Unknown | Loaded::Never => false,
        };
        for update in &mut self.in_flight {
            update.joined.entry(id).or_insert((ran_from, has_failed));
        }
    }

    /// `id` is CommonJS, and loaded from another text than it was linked from. True: an update is to link it once more, if an ES module
    /// imports it. If one is in flight, that comes after its end.
    pub(super) fn is_linked_again(&mut self, id: ModuleId, is_named: bool) -> bool {
        let is_esm = |importer: &ModuleId| self.graph.format(*importer) == Format::Esm;
        let is_imported = is_named || self.graph.importers(id).iter().any(is_esm);
        if !is_imported || self.graph.format(id) != Format::CommonJs {
            return false;
        }
        for update in &mut self.in_flight {
            update.named_before.insert(id);
        }
        let is_alone = self.in_flight.is_empty();
        if is_alone {
            self.take_along(id);
        }
        is_alone
    }

    /// What `id` ran from is not to come back; it was linked as it is.
    pub(super) fn is_not_put_back(&mut self, id: ModuleId) {
        for update in &mut self.in_flight {
            update.beside.remove(&id);
            update.joined.remove(&id);
            update.told.remove(&id);
            update.named_before.remove(&id);
        }
    }

    /// Update `id` failed, in part. What it has loaded beside its members, and is not `live`, runs from what it ran from, and
    /// what it holds is news again.
    pub fn put_back(&mut self, id: u32, live: &[PathBuf]) {
        let update = self.in_flight.iter_mut().find(|update| update.id == id);
        let beside = update.map(|update| std::mem::take(&mut update.beside));
        for (id, ran_from) in beside.into_iter().flatten() {
            let is_live = live.iter().any(|path| self.graph.id(path) == Some(id));
            if is_live || !matches!(self.facts[id.index()].loaded, Loaded::From(_)) {
                continue;
            }
            self.facts_mut(id).loaded = ran_from;
            if self.holds_another_text(id) {
                self.dirty.insert(id);
            }
        }
    }

    /// Update `id` was not begun: another session's has come first, and what that has loaded is in no plan made before. What was to be
    /// evaluated is news still, as are those of it that were told to be loaded meanwhile.
    pub fn give_back(&mut self, id: u32) {
        let Some(index) = self.in_flight.iter().position(|update| update.id == id) else {
            return;
        };
        let update = self.in_flight.swap_remove(index);
        self.end_again(id, update.again, false);
        for (id, loaded_before, _) in update.groups.into_iter().flatten() {
            self.facts_mut(id).loaded = loaded_before;
            if self.holds_another_text(id) {
                self.dirty.insert(id);
            }
        }
        let forced = update.forced.into_iter().chain(update.had);
        for id in forced.chain(update.named_before) {
            self.take_along(id);
        }
        for (id, source) in update.sources {
            if self.content(id) == Some(source.0) {
                self.sources.entry(id).or_insert(source);
            }
        }
    }

    /// Is an update in flight about `id`?
    pub(super) fn is_member(&self, id: ModuleId) -> bool {
        self.members().any(|&(member, ..)| member == id)
    }

    /// Is what `id` holds what an update in flight evaluates?
    pub(super) fn is_being_tried(&self, id: ModuleId) -> bool {
        let content = self.content(id);
        let mut members = self.members();
        if members.any(|&(member, _, planned)| member == id && planned == content) {
            return true;
        }
        // It has come along as that, and how it ended is known before the update's own end.
        let has_joined = self.in_flight.iter().any(|it| it.joined.contains_key(&id));
        has_joined && content.is_some() && self.facts[id.index()].attempted == content
    }

    /// Does an update in flight evaluate `id` as it was, or was not, and is it `content` by now?
    pub(super) fn was_tried_as_other(&self, id: ModuleId, content: Option<Content>) -> bool {
        let is_other = |it: Option<Content>| it.is_some() && content.is_some() && it != content;
        self.members()
            .any(|&(member, _, planned)| member == id && is_other(planned))
    }

    /// Is any update in flight?
    pub fn is_updating(&self) -> bool {
        !self.in_flight.is_empty()
    }

    /// Is an update in flight about `path`?
    pub fn is_in_flight(&self, path: &Path) -> bool {
        self.graph.id(path).is_some_and(|id| self.is_member(id))
    }

    /// What an update in flight evaluates as `path`.
    pub fn text_in_flight(&self, path: &Path) -> Option<(Arc<[u8]>, Reading)> {
        let id = self.graph.id(path)?;
        let (content, bytes) = self.source_in_flight(id)?;
        let at = self.facts[id.index()].seen?.at;
        Some((bytes, Reading { content, at }))
    }
}
