//! What modules import, by what their files hold.

use super::{Content, SessionState};
use crate::graph::{Format, ModuleId};
use std::path::{Path, PathBuf};

impl SessionState {
    /// What its text shows it to be.
    pub fn learn_format(&mut self, path: &Path, format: Format) {
        let id = self.intern(path);
        self.graph.set_format(id, format);
    }

    /// Replaces what `path` imports by what was found in `content`. True when the edges changed.
    pub fn link_as(&mut self, path: &Path, content: Content, imports: &[PathBuf]) -> bool {
        let changed = self.link(path, imports);
        let id = self.intern(path);
        self.facts_mut(id).linked = Some(content);
        changed
    }

    /// The same of what has waited for an import to lead somewhere. An update in flight that evaluates what that leads to was planned
    /// without its importer: it is followed by one that is not.
    pub fn link_at_last(&mut self, path: &Path, content: Content, imports: &[PathBuf]) -> bool {
        let id = self.intern(path);
        let before = self.graph.imports(id).to_vec();
        let changed = self.link_as(path, content, imports);
        if changed && !self.is_member(id) {
            let is_too_late = |it: &ModuleId| !before.contains(it) && self.is_member(*it);
            let imports = self.graph.imports(id).iter().copied();
            let late: Vec<ModuleId> = imports.filter(is_too_late).collect();
            for id in late {
                self.take_along(id);
            }
        }
        changed
    }

    /// Its format, if that, and what it imports, was found in something else than `content`.
    pub fn format_if_linked_otherwise(&self, path: &Path, content: Content) -> Option<Format> {
        let id = self.graph.id(path)?;
        let linked = self.facts[id.index()].linked?;
        (linked != content).then(|| self.graph.format(id))
    }

    /// Node has loaded this ES module for a `require()`, maybe in an update that failed then: nobody has looked yet what it imports.
    pub fn is_unread(&self, path: &Path) -> bool {
        self.graph.id(path).is_some_and(|id| {
            self.graph.format(id) == Format::Esm
                && self.facts[id.index()].linked.is_none()
                && self.graph.imports(id).is_empty()
        })
    }

    /// The program's entry point is evaluated once: what imports it has it as it is, and does not follow what it imports.
    pub fn set_entry(&mut self, path: &Path) {
        self.entry = Some(self.intern(path));
    }

    /// Replaces what `path` imports by what its instance does. True when the edges changed.
    pub fn link(&mut self, path: &Path, imports: &[PathBuf]) -> bool {
        let id = self.intern(path);
        self.facts_mut(id).linked = None;
        let mut ids: Vec<ModuleId> = Vec::with_capacity(imports.len());
        for import in imports {
            if !self.is_nodes(id, import) {
                ids.push(self.intern(import));
            }
        }
        let imports = ids;
        self.watch_is_stale |= match self.entry {
            Some(entry) if entry != id && imports.contains(&entry) => {
                self.entry_importers.insert(id)
            }
            _ => self.entry_importers.remove(&id),
        };
        let is_followed =
            |id: &ModuleId| Some(*id) != self.entry || self.graph.boundary(*id).is_boundary();
        let imports: Vec<ModuleId> = imports.into_iter().filter(is_followed).collect();
        let changed = self.graph.set_imports(id, &imports);
        self.watch_is_stale |= changed;
        changed
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

    pub fn importers_of(&self, path: &Path) -> Vec<(PathBuf, Format)> {
        let Some(id) = self.graph.id(path) else {
            return Vec::new();
        };
        let importer = |&id: &ModuleId| (self.graph.path(id).to_path_buf(), self.graph.format(id));
        self.graph.importers(id).iter().map(importer).collect()
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

#[cfg(test)]
mod tests {
    use super::super::SessionState;
    use std::path::{Path, PathBuf};

    #[test]
    fn what_imports_the_entry_point_does_not_follow_it_unless_somebody_does() {
        let [entry, dep, user] = ["/entry.js", "/dep.js", "/user.js"].map(Path::new);
        let mut state = SessionState::default();
        state.set_entry(entry);
        state.link(entry, &[dep.into(), user.into()]);
        state.link(user, &[entry.into(), dep.into()]);
        assert_eq!(state.imports_of(user), [PathBuf::from(dep)]);
        assert_eq!(state.imports_of(entry), [dep, user].map(PathBuf::from));
        state.add_boundary(entry, true, true);
        state.link(user, &[entry.into(), dep.into()]);
        assert_eq!(state.imports_of(user), [entry, dep].map(PathBuf::from));
    }
}
