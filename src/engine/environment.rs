//! What a Node environment asks of its session, on its own thread.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::{Instant, SystemTime},
};

use super::{
    Ahead, Compile, Content, Problem, Reading, Session, SessionState, Told, TriggerId, Update,
    WatchDelta, Why, prepare, run::Command,
};
use crate::{
    change::{PathFilter, Snapshot},
    graph::Format,
    resolve::{Mode, Resolved},
    typescript::is_typescript,
};

impl Session {
    #[cfg(test)]
    pub fn loading(&self, path: &Path, wants_source: bool) -> Option<String> {
        self.loading_as_named(path, wants_source, false)
    }

    /// `path` is about to be read by Node's loader. In an update the engine has just read it: the
    /// text is returned, when it is wanted, so that nobody has to read it again, and nobody reads what a
    /// writer has left of it by now. `is_named`: see [`SessionState::loading_as_named`].
    pub fn loading_as_named(
        &self,
        path: &Path,
        wants_source: bool,
        is_named: bool,
    ) -> Option<String> {
        let named = self.compiler().and_then(|it| it.named(path));
        let kept = self
            .state
            .lock()
            .loading_in_flight_as_named(path, is_named, named);
        if let Some(bytes) = kept {
            return wants_source.then(|| String::from_utf8_lossy(&bytes).into_owned());
        }
        // Nothing was kept of it for an update in flight: what is told here, not what may have been made ready
        // once, has to be what is evaluated, or a newer save would count as live.
        if let Some(compiler) = self.compiler() {
            compiler.ended(path);
        }
        // Read with the file, or nobody could say later what an edit of it changes.
        if is_typescript(path) {
            let _ = self.engine.reader.resolver.tsconfigs().options(path);
        }
        let known = self.state.lock().known_format(path);
        let format = known
            .or_else(|| self.engine.reader.format(path, None))
            .unwrap_or_default();
        let (snapshot, reading) = self.engine.reader.examine_filled(path);
        let mut state = self.state.lock();
        if state.loading_as_named(path, format, reading, is_named, named) {
            (self.wake)();
        }
        // What an update evaluates is what was told here, should the file be written again before the loader reads it.
        let is_evaluated = state.is_in_flight(path);
        // Who requires what is planned is evaluated with it, and not planned.
        let is_required = state.is_updating();
        drop(state);
        let Snapshot::Content { bytes, .. } = snapshot else {
            return None;
        };
        if format == Format::CommonJs {
            self.look_for_imports(path, &bytes);
        }
        match (format, self.compiler(), reading) {
            (Format::CommonJs, ..) if is_required && wants_source => {
                return Some(String::from_utf8_lossy(&bytes).into_owned());
            }
            (Format::Json, Some(compiler), Some(reading)) if is_evaluated => {
                compiler.planned(path, reading.content, Some((bytes, reading)));
            }
            (Format::Esm, Some(compiler), Some(reading)) if is_evaluated => {
                // Planned as it was before, it may import something else: the next update is planned by that. Nobody looks at it for
                // an event that is still to come: it holds then what it was loaded from.
                let text = match compiler.changed(path, &bytes, reading) {
                    Some(Ahead { imports, .. }) => {
                        let leads_elsewhere =
                            self.state.lock().link_as(path, reading.content, &imports);
                        if leads_elsewhere {
                            prepare::prepare_all(&self.state, &self.engine.reader, &imports);
                            self.watch_what_is_needed();
                        }
                        None
                    }
                    None => Some((bytes, reading)),
                };
                compiler.planned(path, reading.content, text);
            }
            _ => {}
        }
        None
    }

    /// `path` was compiled from `source` without [`Session::loading_as_named`] having been told.
    pub fn compiled(&self, path: &Path, source: &str) {
        let content = Content::of_bytes(source.as_bytes());
        let content = self.engine.reader.compiled(path, content);
        let reading = Reading {
            content,
            at: Instant::now(),
        };
        self.engine.reader.contents.replace(path, reading);
        let mut state = self.state.lock();
        if state.loading(path, Format::CommonJs, Some(reading)) {
            (self.wake)();
        }
    }

    pub fn unloaded(&self, paths: &[PathBuf]) {
        let delta = self.change_all(paths.iter().map(PathBuf::as_path), SessionState::unloaded);
        self.watch(delta);
    }

    /// Files whose last update failed, and which hold again what runs: there is nothing to update.
    pub fn take_restored(&self) -> Vec<PathBuf> {
        self.state.lock().take_restored()
    }

    /// Files that appeared or vanished since the last call. `None`: too many to tell.
    pub fn take_moved(&self) -> Option<Vec<PathBuf>> {
        self.moved.take()
    }

    pub fn newer(&self) -> Vec<PathBuf> {
        self.state.lock().newer()
    }

    /// A require hook has made CommonJS of it: its text does not say what it is.
    pub fn take_as_commonjs(&self, path: &Path) {
        self.engine.reader.resolver.take_as_commonjs(path);
        self.state.lock().learn_format(path, Format::CommonJs);
    }

    pub fn set_entry(&self, path: &Path) {
        self.state.lock().set_entry(path);
    }

    /// What is loaded from now on, and nobody is to reload, is told of when it is saved.
    pub fn tell_unreloaded(&self, told: Told) {
        self.state.lock().tell_unreloaded(told);
    }

    /// Node runs `paths`, as they are, whatever is saved.
    pub fn unreloaded(&self, paths: &[PathBuf], why: Why) {
        let reader = &self.engine.reader;
        let delta = self.change_all(paths.iter().map(PathBuf::as_path), |state, path| {
            // The engine may look at it for the first time when it has been saved already.
            let known = reader.contents.get(path).or_else(|| state.runs_from(path));
            state.note_unreloaded(path, known.or_else(|| reader.read(path).1), why);
        });
        self.watch(delta);
    }

    /// What CommonJS modules really required, and what their evaluation brought in.
    pub fn link(&self, edges: &[(PathBuf, Vec<PathBuf>)]) {
        let mut changed = false;
        {
            let mut state = self.state.lock();
            for (path, imports) in edges {
                changed |= state.link(path, imports);
            }
        }
        for (_, imports) in edges {
            for import in imports {
                if self.engine.reader.format(import, None) == Some(Format::Esm) {
                    prepare::prepare(&self.state, &self.engine.reader, import);
                }
            }
        }
        if changed {
            self.watch_what_is_needed();
        }
    }

    /// Puts an ES module and its static imports into the graph. Call it before importing.
    pub fn prepare(&self, path: &Path) {
        // A file that was missing when someone last asked may be there now.
        self.engine.reader.resolver.forget_missing();
        prepare::prepare(&self.state, &self.engine.reader, path);
        self.watch_what_is_needed();
    }

    /// The same, where somebody has just read it and what it imports: nothing is read twice.
    pub fn prepare_with(&self, path: &Path, ahead: &dyn Fn(&Path) -> Option<Ahead>) {
        self.engine.reader.resolver.forget_missing();
        prepare::prepare_with(&self.state, &self.engine.reader, path, ahead);
        self.watch_what_is_needed();
    }

    /// Changed ES modules are `compiler`'s business from now on.
    pub fn compile_with(&self, compiler: Arc<dyn Compile>) {
        *self.compiler.write() = Some(compiler);
    }

    /// Is the text that an update is to evaluate as `path` kept for it?
    pub fn is_planned(&self, path: &Path) -> bool {
        self.compiler().is_some_and(|it| it.is_planned(path))
    }

    pub(super) fn compiler(&self) -> Option<Arc<dyn Compile>> {
        self.compiler.read().clone()
    }

    /// Changes of files that `filter` matches go unnoticed, until `owner` takes that back.
    pub fn ignore(&self, owner: u32, filter: PathFilter) {
        self.ignored.write().insert(owner, filter);
    }

    pub fn stop_ignoring(&self, owner: u32) {
        self.ignored.write().remove(&owner);
    }

    pub(super) fn ignores(&self, path: &Path) -> bool {
        self.ignored
            .read()
            .values()
            .any(|filter| filter.matches(path))
    }

    /// Calls for an update of `target` when a file that `filter` matches changes, or has changed after `asked`.
    pub fn add_trigger(
        &self,
        trigger: TriggerId,
        target: &Path,
        filter: PathFilter,
        ignore: PathFilter,
        asked: SystemTime,
    ) {
        self.state.lock().add_trigger(trigger, target);
        self.engine.send(Command::AddTree {
            session: self.id,
            trigger,
            filter,
            ignore: Arc::new(ignore),
            asked,
        });
    }

    pub fn remove_trigger(&self, trigger: TriggerId) {
        self.state.lock().remove_trigger(trigger);
        self.engine.send(Command::RemoveTree {
            session: self.id,
            trigger,
        });
    }

    /// Which triggers saw which files change since the last call.
    pub fn take_triggers(&self) -> Vec<(TriggerId, Vec<PathBuf>)> {
        if !self.examination.wait() {
            return Vec::new();
        }
        self.state.lock().take_triggers()
    }

    /// The change of `paths` counts for `trigger`.
    pub fn fire(&self, trigger: TriggerId, paths: &[PathBuf]) {
        self.state.lock().fire(trigger, paths);
    }

    /// What the engine's own look at `path` finds wrong with it, for explaining a failed load.
    pub fn problems(&self, path: &Path) -> Vec<Problem> {
        self.engine.reader.problems(path)
    }

    /// Someone else's watcher saw `path` change.
    pub fn touched(&self, path: &Path) {
        self.engine.send(Command::Touched(path.to_path_buf()));
    }

    /// What the engine does at a save is done once in vain, by the backend's thread: half a millisecond of the first save goes
    /// into memory and code that has never been touched. (By the program's thread, where that reads events: no faster.)
    pub fn rehearse(&self) {
        self.engine.send(Command::Rehearse);
    }

    /// The modules below `path`, for watchers that are not the engine's.
    pub fn reachable(&self, path: &Path) -> Vec<PathBuf> {
        self.state.lock().reachable(path)
    }

    pub fn take_update(&self) -> Option<Update> {
        if !self.examination.wait() {
            return None;
        }
        let update = self.state.lock().take_update(None, SystemTime::now());
        self.planned(update.as_ref());
        update
    }

    pub(super) fn planned(&self, update: Option<&Update>) {
        let (Some(update), Some(compiler)) = (update, self.compiler()) else {
            return;
        };
        for module in update.groups.iter().flat_map(|group| &group.modules) {
            let Some(content) = module.content else {
                continue;
            };
            if module.changed {
                let text = self.state.lock().text_in_flight(&module.path);
                compiler.planned(&module.path, content, text);
            } else {
                compiler.planned_as_it_is(&module.path, content);
            }
        }
    }

    /// An update of `path` at once, whether it changed or not; what changed below it comes along.
    pub fn force_update(&self, path: &Path) -> Option<Update> {
        for below in self.reachable(path) {
            self.engine.look_at(self, &below);
        }
        let update = {
            let mut state = self.state.lock();
            state.force(path);
            state.take_update(Some(path), SystemTime::now())
        };
        self.planned(update.as_ref());
        update
    }

    /// What of an update is live although its group is not.
    pub fn accepted(&self, id: u32, paths: &[PathBuf]) {
        self.state.lock().accepted(id, paths);
    }

    /// How the update went, per group. `evaluated`: who has another version now; `None`: all that went live. True: there is
    /// more to do.
    pub fn finish_update(&self, id: u32, live: &[bool], evaluated: Option<&[PathBuf]>) -> bool {
        let compiler = self.compiler();
        let (ended, more) = {
            let mut state = self.state.lock();
            let ended = compiler.is_some().then(|| state.files_in_flight(id));
            let files = evaluated.map_or_else(|| state.files_gone_live(id, live), <[_]>::to_vec);
            for file in &files {
                state.is_another_version(file, id);
            }
            if live.contains(&false) {
                state.put_back(id, &files);
            }
            (ended, state.finish_update(id, live))
        };
        if let (Some(compiler), Some(ended)) = (compiler, ended) {
            for path in &ended {
                compiler.ended(path);
            }
        }
        self.watch_what_is_needed();
        more
    }

    pub fn resolve(
        &self,
        specifier: &str,
        from: &Path,
        mode: Mode,
    ) -> Result<Resolved, crate::error::Error> {
        self.engine.reader.resolver.resolve(specifier, from, mode)
    }

    pub fn format(&self, path: &Path) -> Option<Format> {
        self.engine
            .reader
            .format(path, self.engine.reader.text(path).as_deref())
    }

    /// A new version number for each of `paths`, never used before in this session. Returns the
    /// numbers they had, for [`Session::restore_versions`].
    pub fn bump_versions(&self, paths: &[PathBuf]) -> Vec<u32> {
        paths
            .iter()
            .map(|path| {
                let version = self.versions_issued.fetch_add(1, Ordering::Relaxed) + 1;
                self.versions.insert(path.clone(), version).unwrap_or(0)
            })
            .collect()
    }

    pub fn restore_versions(&self, paths: &[PathBuf], versions: &[u32]) {
        for (path, version) in paths.iter().zip(versions) {
            self.versions.insert(path.clone(), *version);
        }
    }

    /// 0: as first loaded, under its plain URL.
    pub fn version(&self, path: &Path) -> u32 {
        self.versions.get(path).map_or(0, |version| *version)
    }

    pub fn close(&self) {
        self.engine.sessions.write().remove(&self.id);
        let state = self.state.lock();
        let watched = state.watched_paths().chain(state.unreloaded_paths());
        let release = watched.map(Path::to_path_buf).collect();
        drop(state);
        self.engine.send(Command::Watch(WatchDelta {
            acquire: Vec::new(),
            release,
        }));
        self.engine.send(Command::CloseSession(self.id));
    }
}
