//! Failed modules, and the files whose change could mend them; imports that lead to nothing yet.

use super::{Content, InVain, Loaded, SessionState};
use crate::graph::{Format, ModuleId};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file whose change could mend a failed module.
#[derive(Debug)]
pub(super) struct Wanted {
    /// What it held when it was of no help.
    pub(super) content: Option<Content>,
    /// What it was last told to hold instead.
    come: Option<Content>,
    pub(super) waiting: FxHashSet<ModuleId>,
    /// They lead to it once it is there, whatever has failed.
    pub(super) importers: FxHashSet<ModuleId>,
    /// They run, and have gone on without it.
    pub(super) in_vain: InVain,
}

impl Wanted {
    pub(super) fn is_lacked_by(&self, id: ModuleId) -> bool {
        self.waiting.contains(&id) || self.importers.contains(&id) || self.in_vain.contains_key(&id)
    }

    pub(super) fn is_unused(&self) -> bool {
        self.waiting.is_empty() && self.importers.is_empty() && self.in_vain.is_empty()
    }
}

impl SessionState {
    pub(super) fn is_wanted(&self, path: &Path, content: Content) -> bool {
        self.wanted
            .get(path)
            .is_some_and(|wanted| wanted.content != Some(content))
    }

    /// What waits for `path` is tried again, now that it holds something else.
    pub(super) fn no_more_wanted(&mut self, path: &Path, content: Content) {
        if !self.is_wanted(path, content) {
            return;
        }
        let Some(wanted) = self.wanted.get_mut(path) else {
            return;
        };
        let is_other = wanted.come.replace(content) != Some(content);
        let waiting = std::mem::take(&mut wanted.waiting);
        // What is gone is something else (another file may be found instead), and nothing that anybody could have: they go on to wait.
        let in_vain = match content {
            Content::Missing => wanted.in_vain.clone(),
            _ => std::mem::take(&mut wanted.in_vain),
        };
        if content == Content::Missing {
            wanted.content = Some(content);
        }
        // Who imports it is looked at again first.
        if wanted.is_unused() {
            self.wanted.remove(path);
        }
        self.watch_is_stale = true;
        if is_other {
            self.is_other_now();
        }
        for id in waiting {
            self.take_along(id);
        }
        for (id, told) in in_vain {
            self.has_come(id, told);
        }
    }

    /// `missing` is what `path` imports that is not there, as of now.
    pub fn miss(&mut self, path: &Path, missing: Vec<PathBuf>) {
        let id = self.intern(path);
        let is_stale = &mut self.watch_is_stale;
        self.wanted.retain(|_, wanted| {
            *is_stale |= wanted.importers.remove(&id);
            !wanted.is_unused()
        });
        for path in missing {
            let wanted = self.wanted(path, Some(Content::Missing));
            wanted.importers.insert(id);
        }
    }

    /// An import leads to what was missing. An update in flight may have found it missing still: should it fail, it is
    /// tried again.
    pub fn leads_further(&mut self, now: SystemTime) {
        self.is_other_now();
        for update in &mut self.in_flight {
            update.saved_again = Some(now);
        }
    }

    /// Does `path` import what is not there? `None`: nothing does.
    pub fn misses(&self, path: &Path) -> Option<bool> {
        let mut misses = None;
        if !self.wanted.is_empty() {
            let id = self.graph.id(path);
            for wanted in self.wanted.values() {
                if !wanted.importers.is_empty() {
                    let is_it = id.is_some_and(|id| wanted.importers.contains(&id));
                    misses = Some(is_it || misses == Some(true));
                }
            }
        }
        misses
    }

    /// Modules with an import that the appearance of `path` may give a meaning.
    pub fn missed_by(&self, path: &Path) -> Vec<PathBuf> {
        let Some(wanted) = self.wanted.get(path) else {
            return Vec::new();
        };
        // What CommonJS requires shows when it is evaluated.
        let is_module = |id: &ModuleId| self.graph.format(*id) == Format::Esm;
        let in_vain = wanted.in_vain.keys().copied().filter(is_module);
        let all = in_vain.chain(wanted.importers.iter().copied());
        self.paths_of(&all.collect())
    }

    fn paths_of(&self, ids: &FxHashSet<ModuleId>) -> Vec<PathBuf> {
        let path = |&id: &ModuleId| self.graph.path(id).to_path_buf();
        ids.iter().map(path).collect()
    }

    /// The modules `files` could not be evaluated; `attempted` were loaded on the way.
    pub fn blame(&mut self, files: &[PathBuf], attempted: Vec<(PathBuf, Option<Content>)>) {
        let ids = files.iter().filter_map(|path| self.graph.id(path));
        // What changed and failed; a module that only lay between comes along by itself.
        let has_failed = |id: &ModuleId| {
            let facts = &self.facts[id.index()];
            self.dirty.contains(id) || facts.loaded == Loaded::Never || facts.threw
        };
        let failed: Vec<ModuleId> = ids.filter(has_failed).collect();
        for (path, content) in attempted {
            if files.contains(&path) {
                continue;
            }
            // Saved since it was loaded, and they have not waited for it yet: whoever else does has been told of that content.
            let id = self.graph.id(&path);
            let waiting = self.wanted.get(&path).map(|it| &it.waiting);
            let is_waited_for = waiting.is_some_and(|it| failed.iter().any(|id| it.contains(id)));
            let tried = id.filter(|&id| self.is_being_tried(id));
            let was_saved = tried.is_none() && id.is_some_and(|id| self.holds_another_text(id));
            // It was gone, say, for the update in flight, and is back before anybody waits for that.
            let was_other = id.is_some_and(|id| self.was_tried_as_other(id, content));
            let is_news = was_other || was_saved && !is_waited_for;
            // What came along and failed as it is runs from what it did: that may be all that was wrong, should it come back.
            let content = tried.map_or(content, |id| self.content(id));
            self.want(path, content, failed.iter().copied());
            if is_news {
                for &id in &failed {
                    self.take_along(id);
                }
            }
        }
    }

    /// May a save of `path` as it is make a difference? To what has failed with it, or may yet.
    pub fn may_be_saved_again(&self, path: &Path) -> bool {
        self.concerned(path).any(|id| self.is_member(id)) || self.failures(path).next().is_some()
    }

    /// `path` was saved, at `saved`, and nobody knows whether it is another text. Where that, or what waits for it, has
    /// failed as it is, what it failed for may have been mended elsewhere (a database that is up by now): whatever
    /// failed together is evaluated once more. Another event of a save that was tried says nothing.
    pub fn saved(&mut self, path: &Path, saved: SystemTime) {
        let failures: Vec<SystemTime> = self.failures(path).filter(|&it| it < saved).collect();
        self.try_again(&failures, saved);
        let concerned: FxHashSet<ModuleId> = self.concerned(path).collect();
        let mut is_other = !failures.is_empty();
        for update in &mut self.in_flight {
            if update.begun < saved && update.members().any(|member| concerned.contains(&member.0))
            {
                update.saved_again = Some(saved);
                is_other = true;
            }
        }
        if is_other {
            self.is_other_now();
        }
    }

    /// These threw when they were imported, and go on to throw that at whoever imports them. False: that is known.
    pub fn threw(&mut self, paths: &[PathBuf], now: SystemTime) -> bool {
        let mut is_news = false;
        for id in paths.iter().filter_map(|path| self.graph.id(path)) {
            // As what an update in flight has made of it.
            let mut is_another = false;
            for update in &mut self.in_flight {
                if update.members().any(|member| member.0 == id) {
                    is_another |= update.threw.insert(id);
                }
            }
            let facts = &mut self.facts[id.index()];
            is_news |= !facts.threw || is_another;
            if is_another {
                facts.failed = None;
            }
            // Whoever asks is told the same again: that says nothing new.
            facts.failed.get_or_insert(now);
            facts.threw = true;
        }
        is_news
    }

    /// `path`, and what waits for it.
    fn concerned(&self, path: &Path) -> impl Iterator<Item = ModuleId> {
        let waiting = self.wanted.get(path).into_iter().flat_map(|it| &it.waiting);
        self.graph.id(path).into_iter().chain(waiting.copied())
    }

    /// When what `path` is a part of failed, or what waits for it.
    fn failures(&self, path: &Path) -> impl Iterator<Item = SystemTime> {
        self.concerned(path)
            .filter_map(|id| self.facts[id.index()].failed)
    }

    /// Not what does not parse, or whose imports lead nowhere: that is known to fail.
    pub(super) fn try_again(&mut self, failures: &[SystemTime], saved: SystemTime) {
        if failures.is_empty() {
            return;
        }
        for id in self.graph.ids() {
            let facts = &self.facts[id.index()];
            let content = self.content(id);
            // Saved and put back while an update is at it, which has failed for another file before: its end decides.
            let is_back = self.is_member(id)
                && !facts.is_due()
                && content.map(Loaded::From) == Some(facts.loaded);
            let was_tried = match self.dirty.contains(&id) || facts.loaded == Loaded::Never {
                true if is_back => false,
                true => facts.attempted == content && !facts.again,
                false => facts.threw && content.map(Loaded::From) == Some(facts.loaded),
            };
            let is_due = facts.failed.is_some_and(|it| failures.contains(&it))
                && was_tried
                && !self.problems.contains_key(&id);
            if is_due {
                // The save may have put it back, which is not known yet: then nothing is to be evaluated.
                let may_be_back = self.holds_another_text(id);
                let facts = self.facts_mut(id);
                facts.failed = Some(saved);
                match may_be_back {
                    true => facts.again = true,
                    false => self.take_along(id),
                }
            }
        }
    }

    pub(super) fn want(
        &mut self,
        path: PathBuf,
        content: Option<Content>,
        waiting: impl IntoIterator<Item = ModuleId>,
    ) {
        self.wanted(path, content).waiting.extend(waiting);
    }

    pub(super) fn wanted(&mut self, path: PathBuf, content: Option<Content>) -> &mut Wanted {
        self.watch_is_stale = true;
        self.wanted.entry(path).or_insert_with(|| Wanted {
            content,
            come: None,
            waiting: FxHashSet::default(),
            importers: FxHashSet::default(),
            in_vain: InVain::default(),
        })
    }

    /// The modules whose failed import the appearance of `path` may mend.
    pub fn waiting_for(&self, path: &Path) -> Vec<PathBuf> {
        let wanted = self.wanted.get(path);
        wanted.map_or_else(Vec::new, |it| self.paths_of(&it.waiting))
    }

    pub(super) fn forget_problems(&mut self, id: ModuleId) {
        self.problems.remove(&id);
        if self.wanted.is_empty() {
            return;
        }
        self.wanted.retain(|_, wanted| {
            wanted.waiting.remove(&id);
            !wanted.is_unused()
        });
        self.watch_is_stale = true;
    }
}
