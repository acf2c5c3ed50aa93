//! What modules asked for in vain while they were evaluated, and went on without: an optional `require()`, an `import()` whose
//! rejection is caught. In a process that is started now they might have it.

use super::{Content, Loaded, ModuleId, SessionState};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// One thing that a module has asked for: the environment's number of it.
pub type Lack = u32;

/// `next`: the update that comes next when that was told. What was told since an update was planned is of the version it has
/// made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    next: u32,
    lack: Option<Lack>,
}

/// By who has asked.
pub(super) type InVain = FxHashMap<ModuleId, Told>;

impl SessionState {
    /// `path` has gone on without any of `wanted`, which held that when it was asked for. `lack`: it is being evaluated, and
    /// may ask again: see [`Self::was_evaluated`].
    pub fn asked_in_vain(
        &mut self,
        path: &Path,
        wanted: Vec<(PathBuf, Content)>,
        lack: Option<Lack>,
    ) {
        let id = self.intern(path);
        let next = self.next_id;
        self.asking.insert(id);
        if lack.is_some() {
            self.evaluating.entry(id).or_default();
        }
        for (path, content) in wanted {
            let told = Told { next, lack };
            self.wanted(path, Some(content)).in_vain.insert(id, told);
        }
    }

    /// `path`, which is being evaluated, was told to lack what is there.
    pub fn came_at_once(&mut self, path: &Path, lack: Lack) {
        let id = self.intern(path);
        if let Some(come) = self.evaluating.get_mut(&id) {
            come.insert(lack);
        }
    }

    /// What `told` is of has come.
    pub(super) fn has_come(&mut self, id: ModuleId, told: Told) {
        let mut updates = self.in_flight.iter_mut().filter(|it| told.next <= it.id);
        if let Some(has_come) = updates.find_map(|it| it.again.get_mut(&id)) {
            *has_come = true;
        } else if let (Some(come), Some(lack)) = (self.evaluating.get_mut(&id), told.lack) {
            come.insert(lack);
        } else {
            self.is_evaluated_anew(id);
        }
    }

    fn is_evaluated_anew(&mut self, id: ModuleId) {
        // Not what was left since: nobody would evaluate it.
        if self.is_within_reach(id) {
            self.take_along(id);
        }
    }

    /// `id`, which no update in flight is about, is told to be loaded. It is another version then, unless an update in flight has read it
    /// for who imports it, or whom it imports, and that is given up.
    pub(super) fn is_loaded_again(&mut self, id: ModuleId) {
        if !self.is_updating() {
            self.forget_in_vain(id, |_| true);
        } else if self.asking.contains(&id) {
            for update in &mut self.in_flight {
                update.again.entry(id).or_insert(false);
            }
        }
    }

    /// It goes on as it was, without what it lacks, if that has not come since.
    pub(super) fn goes_on_as_it_was(&mut self, id: ModuleId) {
        if self.goes_on_anew(id) {
            self.is_evaluated_anew(id);
        }
    }

    /// Returns whether what the version before lacks has come since.
    pub(super) fn goes_on_anew(&mut self, id: ModuleId) -> bool {
        let mut has_come = false;
        for update in &mut self.in_flight {
            has_come |= update.again.remove(&id) == Some(true);
        }
        has_come
    }

    /// Update `update` has ended, and these are what it has loaded beside its members, and nobody has told of since: what they are by now
    /// it has made of them, or, if not all of it is live, what they were.
    pub(super) fn end_again(&mut self, update: u32, again: FxHashMap<ModuleId, bool>, live: bool) {
        for (id, has_come) in again {
            if live {
                self.forget_in_vain(id, |told| told.next <= update);
            } else if has_come {
                self.is_evaluated_anew(id);
            }
        }
    }

    /// An update evaluates `id` anew. That the version before has been evaluated, and what it went on without, may be told by the time
    /// that the new one is being evaluated: that has what had come until now, and is not to be evaluated once more for it. True: there
    /// is such, which the version before lacks still, should that go on.
    pub(super) fn will_have_what_has_come(&mut self, id: ModuleId) -> bool {
        let come = self.evaluating.get_mut(&id).map(std::mem::take);
        come.is_some_and(|it| !it.is_empty())
    }

    /// `path` has been evaluated, and has `had` by now. The rest is waited for; is some of that there?
    pub fn was_evaluated(&mut self, path: &Path, had: &[Lack]) {
        let id = self.intern(path);
        let Some(come) = self.evaluating.remove(&id) else {
            return;
        };
        self.forget_in_vain(id, |told| told.lack.is_some_and(|it| had.contains(&it)));
        // Who leads to it may not have been told yet.
        if come.iter().any(|lack| !had.contains(lack)) {
            self.take_along(id);
        }
    }

    /// `path` has gone on without what `failed` were loaded for: any of them, and what they lack, may be why.
    pub fn goes_without_failed(
        &mut self,
        path: &Path,
        failed: &[PathBuf],
        lack: Lack,
        content: impl Fn(&Path) -> Option<Content>,
    ) {
        let ids: Vec<ModuleId> = failed.iter().filter_map(|it| self.graph.id(it)).collect();
        let mut wanted = failed.to_vec();
        wanted.extend(self.wanted.iter().filter_map(|(path, wanted)| {
            let is_lacked = ids.iter().any(|&id| wanted.is_lacked_by(id));
            is_lacked.then(|| path.clone())
        }));
        let held = |path: PathBuf| {
            let known = self.wanted.get(&path).and_then(|wanted| wanted.content);
            let known = known.or_else(|| self.threw_from(self.graph.id(&path)?));
            let content = known.or_else(|| content(&path))?;
            Some((path, content))
        };
        let wanted = wanted.into_iter().filter_map(held).collect();
        let has_come = ids.iter().any(|&id| self.was_saved_since_it_threw(id));
        self.asked_in_vain(path, wanted, Some(lack));
        if has_come {
            self.came_at_once(path, lack);
        }
    }

    /// What the instance of `id` that has thrown was made from. Its file may have been read again by the time that is told.
    fn threw_from(&self, id: ModuleId) -> Option<Content> {
        let facts = &self.facts[id.index()];
        match facts.loaded {
            Loaded::From(content) if facts.threw => Some(content),
            _ => None,
        }
    }

    /// Nobody who goes on without it is told of that any more. What can't be loaded as it is now, or was refused, is no news to anybody.
    fn was_saved_since_it_threw(&self, id: ModuleId) -> bool {
        let from = self.threw_from(id);
        let present = self.content(id);
        let facts = &self.facts[id.index()];
        from.is_some()
            && from != present
            && (facts.again || facts.attempted != present)
            && !self.problems.contains_key(&id)
    }

    /// Update `update` has evaluated `path` anew. What was told since it was planned is of that version.
    pub fn is_another_version(&mut self, path: &Path, update: u32) {
        if let Some(id) = self.graph.id(path) {
            self.goes_on_anew(id);
            self.forget_in_vain(id, |told| told.next <= update);
        }
    }

    /// `id` goes on as another version: what was told at a time that `is_stale` is not its.
    pub(super) fn forget_in_vain(&mut self, id: ModuleId, is_stale: impl Fn(Told) -> bool) {
        if !self.asking.remove(&id) {
            return;
        }
        for wanted in self.wanted.values_mut() {
            match wanted.in_vain.get(&id) {
                Some(&told) if is_stale(told) => {
                    wanted.in_vain.remove(&id);
                    self.watch_is_stale = true;
                }
                Some(_) => {
                    self.asking.insert(id);
                }
                None => {}
            }
        }
        self.wanted.retain(|_, wanted| !wanted.is_unused());
    }
}
