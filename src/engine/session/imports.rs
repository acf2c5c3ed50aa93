//! What modules import: the version that runs, and what the file holds by now.

use super::{Loaded, SessionState};
use crate::graph::ModuleId;
use std::path::{Path, PathBuf};

/// Of a module whose file has changed.
#[derive(Debug)]
pub(super) struct Imports {
    module: ModuleId,
    pub(super) running: Vec<ModuleId>,
    found: Vec<ModuleId>,
}

impl SessionState {
    /// Replaces what `path` imports. True when the edges changed.
    pub fn link(&mut self, path: &Path, imports: &[PathBuf]) -> bool {
        let id = self.intern(path);
        let imports: Vec<ModuleId> = imports.iter().map(|import| self.intern(import)).collect();
        let changed = self.graph.set_imports(id, &imports);
        self.watch_is_stale |= changed;
        changed
    }

    /// The same of what the file holds now, which may never be live.
    pub fn link_found(&mut self, path: &Path, imports: &[PathBuf]) -> bool {
        let id = self.intern(path);
        let before = self.graph.imports(id).to_vec();
        let has_changed = self.link(path, imports);
        let found = self.graph.imports(id).to_vec();
        if let Some(it) = self.imports.iter_mut().find(|it| it.module == id) {
            it.found = found;
        } else if has_changed && self.is_other_than_loaded(id) {
            let running = before;
            self.imports.push(Imports {
                module: id,
                running,
                found,
            });
        }
        has_changed
    }

    /// What only the one of the two imported need not be watched any more.
    pub(super) fn take_imports(&mut self, id: ModuleId) -> Option<Imports> {
        let place = self.imports.iter().position(|it| it.module == id)?;
        self.watch_is_stale = true;
        Some(self.imports.swap_remove(place))
    }

    fn is_other_than_loaded(&self, id: ModuleId) -> bool {
        match self.facts[id.index()].loaded {
            Loaded::From(loaded) => self.content(id).is_some_and(|content| content != loaded),
            Loaded::Unknown | Loaded::Never => false,
        }
    }

    /// A new version of the module is live, or was refused: then the one before runs on, and what that
    /// imports is watched, too.
    pub(super) fn settle_imports(&mut self, id: ModuleId, is_live: bool) {
        let Some(it) = self.take_imports(id) else {
            return;
        };
        let mut imports = it.found.clone();
        if !is_live {
            imports.extend(&it.running);
            self.imports.push(it);
        }
        self.graph.set_imports(id, &imports);
    }

    /// The file holds again what runs.
    pub(super) fn imports_are_back(&mut self, id: ModuleId) {
        if let Some(Imports { running, .. }) = self.take_imports(id) {
            self.graph.set_imports(id, &running);
        }
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
}
