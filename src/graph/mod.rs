//! The module graph: who imports whom, across CommonJS, ES modules and JSON.
//!
//! *Architecture Invariant:* the graph holds ids, not paths, in its edges; it never touches the
//! file system, never runs code and knows nothing of time. What a change means is decided by
//! [`propagate()`], a pure function over it.

mod boundary;
mod forecast;
mod hot;
mod plan;
mod propagate;
mod strong;

pub use boundary::{BoundaryModule, Reloadability, Why, boundary_plan, reloadability};
pub use forecast::{Fate, Forecast, forecast};
pub use hot::{Cause, HotGroup, HotModule, HotStep, Step, Verdict, hot_plan};
pub use plan::{Change, Group, Outsider, PlannedModule, Reason, UpdatePlan};
pub use propagate::propagate;

use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};

/// An index into the graph's arena. Ids are never reused within one graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(u32);

impl ModuleId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a module is evaluated, as far as an update has to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    CommonJs,
    Esm,
    Json,
}

/// How many consumers outside the graph hold a module's exports (an export object of a
/// `Heatsync`, an `hmr()` callback). They do not stop a change: the module's own importers may
/// lead to further boundaries and are stale without a re-evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Boundary {
    /// Consumers that follow every change below the module.
    pub deep: u32,
    /// Consumers that follow the module's own file only (`deep: false`, as npm heatsync does).
    pub shallow: u32,
    /// Those of `deep` and `shallow` whose files the engine watches.
    pub watched_deep: u32,
    pub watched_shallow: u32,
}

impl Boundary {
    pub fn is_boundary(self) -> bool {
        self.deep > 0 || self.shallow > 0
    }
}

#[derive(Debug)]
struct Module {
    path: PathBuf,
    format: Format,
    imports: Vec<ModuleId>,
    importers: Vec<ModuleId>,
    boundary: Boundary,
}

/// Arena of modules with edges in both directions.
#[derive(Debug, Default)]
pub struct Graph {
    modules: Vec<Module>,
    by_path: FxHashMap<PathBuf, ModuleId>,
}

impl Graph {
    /// The id of `path`, added without edges when it is new.
    pub fn intern(&mut self, path: &Path) -> ModuleId {
        if let Some(&id) = self.by_path.get(path) {
            return id;
        }
        // 2^32 modules do not fit a process; saturating keeps the conversion total.
        let id = ModuleId(u32::try_from(self.modules.len()).unwrap_or(u32::MAX));
        self.modules.push(Module {
            path: path.to_path_buf(),
            format: Format::default(),
            imports: Vec::new(),
            importers: Vec::new(),
            boundary: Boundary::default(),
        });
        self.by_path.insert(path.to_path_buf(), id);
        id
    }

    pub fn id(&self, path: &Path) -> Option<ModuleId> {
        self.by_path.get(path).copied()
    }

    pub fn path(&self, id: ModuleId) -> &Path {
        &self.modules[id.index()].path
    }

    pub fn format(&self, id: ModuleId) -> Format {
        self.modules[id.index()].format
    }

    pub fn set_format(&mut self, id: ModuleId, format: Format) {
        self.modules[id.index()].format = format;
    }

    pub fn imports(&self, id: ModuleId) -> &[ModuleId] {
        &self.modules[id.index()].imports
    }

    pub fn importers(&self, id: ModuleId) -> &[ModuleId] {
        &self.modules[id.index()].importers
    }

    pub fn boundary(&self, id: ModuleId) -> Boundary {
        self.modules[id.index()].boundary
    }

    pub fn boundary_mut(&mut self, id: ModuleId) -> &mut Boundary {
        &mut self.modules[id.index()].boundary
    }

    pub fn len(&self) -> usize {
        self.modules.len()
    }

    pub fn ids(&self) -> impl Iterator<Item = ModuleId> + use<> {
        (0..u32::try_from(self.modules.len()).unwrap_or(u32::MAX)).map(ModuleId)
    }

    /// Replaces what `id` imports. Returns whether anything changed, so that a reload with the
    /// same imports (nearly all of them) costs no further work.
    pub fn set_imports(&mut self, id: ModuleId, imports: &[ModuleId]) -> bool {
        let mut seen = FxHashSet::default();
        let wanted: Vec<ModuleId> = imports
            .iter()
            .copied()
            .filter(|import| seen.insert(*import))
            .collect();
        if self.modules[id.index()].imports == wanted {
            return false;
        }
        let before = std::mem::take(&mut self.modules[id.index()].imports);
        for gone in before.iter().filter(|old| !seen.contains(old)) {
            self.modules[gone.index()]
                .importers
                .retain(|importer| *importer != id);
        }
        let kept: FxHashSet<ModuleId> = before.into_iter().collect();
        for added in wanted.iter().filter(|new| !kept.contains(new)) {
            self.modules[added.index()].importers.push(id);
        }
        self.modules[id.index()].imports = wanted;
        true
    }

    /// Everything that can be reached from `roots` along imports, `roots` included.
    pub fn reachable(&self, roots: impl IntoIterator<Item = ModuleId>) -> FxHashSet<ModuleId> {
        let mut seen: FxHashSet<ModuleId> = FxHashSet::default();
        let mut open: Vec<ModuleId> = roots.into_iter().collect();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(self.imports(id).iter().copied());
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &[&str])]) -> Graph {
        let mut graph = Graph::default();
        for (from, to) in edges {
            let from = graph.intern(Path::new(from));
            let to: Vec<_> = to
                .iter()
                .map(|path| graph.intern(Path::new(path)))
                .collect();
            graph.set_imports(from, &to);
        }
        graph
    }

    #[test]
    fn interning_twice_gives_the_same_id() {
        let mut graph = Graph::default();
        let first = graph.intern(Path::new("/a.js"));
        assert_eq!(first, graph.intern(Path::new("/a.js")));
        assert_eq!(graph.len(), 1);
    }

    #[test]
    fn set_imports_keeps_both_directions_in_step() {
        let mut graph = graph(&[("/a", &["/b", "/c", "/b"])]);
        let [a, b, c] = ["/a", "/b", "/c"].map(|path| graph.intern(Path::new(path)));
        assert_eq!(graph.imports(a), [b, c]);
        assert_eq!(graph.importers(b), [a]);
        assert!(
            !graph.set_imports(a, &[b, c]),
            "the same imports change nothing"
        );
        assert!(graph.set_imports(a, &[c]));
        assert!(graph.importers(b).is_empty());
        assert_eq!(graph.importers(c), [a]);
        // Other importers stay.
        graph.set_imports(b, &[c]);
        graph.set_imports(a, &[]);
        assert_eq!(graph.importers(c), [b]);
    }

    #[test]
    fn reachable_survives_cycles() {
        let mut graph = graph(&[
            ("/a", &["/b"]),
            ("/b", &["/c"]),
            ("/c", &["/a"]),
            ("/d", &["/a"]),
        ]);
        let a = graph.intern(Path::new("/a"));
        assert_eq!(graph.reachable([a]).len(), 3);
    }
}
