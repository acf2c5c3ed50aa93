//! What modules asked for in vain while they were evaluated, and went on without: an optional `require()`, an `import()` whose
//! rejection is caught. In a process that is started now they might have it.

use super::{Content, ModuleId, SessionState};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// Who, and the update that comes next when that was told: what was told since an update was planned is of the version it
/// has made.
pub(super) type InVain = FxHashMap<ModuleId, u32>;

impl SessionState {
    /// `path` has gone on without any of `wanted`, which held that when it was asked for.
    pub fn asked_in_vain(&mut self, path: &Path, wanted: Vec<(PathBuf, Content)>) {
        let id = self.intern(path);
        let next = self.next_id;
        self.asking.insert(id);
        for (path, content) in wanted {
            self.wanted(path, Some(content)).in_vain.insert(id, next);
        }
    }

    /// `path` has gone on without `failed`, which is there: whatever it leads to, and what that lacks, may be why.
    pub fn goes_without_failed(
        &mut self,
        path: &Path,
        failed: &Path,
        content: impl Fn(&Path) -> Option<Content>,
    ) {
        let below = self.graph.reachable(self.graph.id(failed));
        let mut wanted = vec![failed.to_path_buf()];
        wanted.extend(below.iter().map(|&id| self.graph.path(id).to_path_buf()));
        wanted.extend(self.wanted.iter().filter_map(|(path, wanted)| {
            let is_lacked = below.iter().any(|id| wanted.is_lacked_by(*id));
            is_lacked.then(|| path.clone())
        }));
        let held = |path: PathBuf| {
            let known = self.wanted.get(&path).and_then(|wanted| wanted.content);
            let content = known.or_else(|| content(&path))?;
            Some((path, content))
        };
        let wanted = wanted.into_iter().filter_map(held).collect();
        self.asked_in_vain(path, wanted);
    }

    /// Another version of `id` runs: what was told before `update` was planned (`None`: before now) is not its.
    pub(super) fn forget_in_vain(&mut self, id: ModuleId, update: Option<u32>) {
        if !self.asking.remove(&id) {
            return;
        }
        for wanted in self.wanted.values_mut() {
            match wanted.in_vain.get(&id) {
                Some(&told) if update.is_some_and(|update| told > update) => {
                    self.asking.insert(id);
                }
                Some(_) => {
                    wanted.in_vain.remove(&id);
                    self.watch_is_stale = true;
                }
                None => {}
            }
        }
        self.wanted.retain(|_, wanted| !wanted.is_unused());
    }
}
