//! Watch paths of `hmr()`: files that need not be in the graph.

use super::SessionState;
use std::path::{Path, PathBuf};

/// Names a watch path.
pub type TriggerId = u32;

impl SessionState {
    pub fn add_trigger(&mut self, trigger: TriggerId, target: &Path) {
        let id = self.intern(target);
        self.targets.insert(trigger, id);
    }

    pub fn remove_trigger(&mut self, trigger: TriggerId) {
        self.targets.remove(&trigger);
        self.triggers.remove(&trigger);
    }

    /// A file under a trigger's watch path changed. The runtime decides whether that counts (its
    /// user may have named exceptions in a way only JavaScript understands) and says [`Self::fire`].
    pub fn triggered(&mut self, trigger: TriggerId, path: &Path) {
        if self.targets.contains_key(&trigger) {
            self.triggers
                .entry(trigger)
                .or_default()
                .insert(path.to_path_buf());
        }
    }

    /// Has a trigger seen something that nobody has taken yet?
    pub fn is_triggered(&self) -> bool {
        !self.triggers.is_empty()
    }

    pub fn take_triggers(&mut self) -> Vec<(TriggerId, Vec<PathBuf>)> {
        let triggers = std::mem::take(&mut self.triggers);
        triggers
            .into_iter()
            .map(|(id, paths)| (id, paths.into_iter().collect()))
            .collect()
    }

    /// When the graph below the trigger's target does not hold one of `paths`, the target alone is
    /// invalidated; otherwise propagation does what is right.
    pub fn fire(&mut self, trigger: TriggerId, paths: &[PathBuf]) {
        let Some(&target) = self.targets.get(&trigger) else {
            return;
        };
        let below = self.graph.reachable([target]);
        let is_below = |path: &PathBuf| self.graph.id(path).is_some_and(|id| below.contains(&id));
        if !paths.iter().all(is_below) {
            let target = self.graph.path(target).to_path_buf();
            self.force(&target);
        }
    }
}
