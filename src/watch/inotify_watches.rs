//! Which folder has which descriptor of inotify's.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

#[derive(Default)]
pub(super) struct Watches {
    /// A folder has one descriptor, by however many names it is reached: a package of a workspace, by its own path and by the
    /// link in `node_modules`.
    directories: FxHashMap<i32, Vec<PathBuf>>,
    descriptors: FxHashMap<PathBuf, i32>,
}

impl Watches {
    /// By which names it is watched.
    pub(super) fn names_of(&self, descriptor: i32) -> Vec<PathBuf> {
        self.directories
            .get(&descriptor)
            .cloned()
            .unwrap_or_default()
    }

    /// The descriptor that `dir` had, if it is nobody's any more.
    pub(super) fn remove(&mut self, dir: &Path) -> Option<i32> {
        let descriptor = self.descriptors.remove(dir)?;
        self.leave(descriptor, dir)
    }

    /// The descriptor that `dir` had before, if that is another one, and nobody's any more: of a directory that was moved
    /// away.
    pub(super) fn insert(&mut self, dir: &Path, descriptor: i32) -> Option<i32> {
        let before = self.descriptors.insert(dir.to_path_buf(), descriptor);
        if before == Some(descriptor) {
            return None;
        }
        let names = self.directories.entry(descriptor).or_default();
        names.push(dir.to_path_buf());
        self.leave(before?, dir)
    }

    fn leave(&mut self, descriptor: i32, dir: &Path) -> Option<i32> {
        let names = self.directories.get_mut(&descriptor)?;
        names.retain(|it| it != dir);
        if !names.is_empty() {
            return None;
        }
        self.directories.remove(&descriptor);
        Some(descriptor)
    }

    /// The kernel has given `descriptor` up.
    pub(super) fn forget(&mut self, descriptor: i32) {
        for dir in self.directories.remove(&descriptor).unwrap_or_default() {
            self.descriptors.remove(&dir);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_one_descriptor() {
        let mut watches = Watches::default();
        assert_eq!(watches.insert(Path::new("/a"), 1), None);
        assert_eq!(watches.insert(Path::new("/a"), 1), None, "watched already");
        assert_eq!(watches.insert(Path::new("/a"), 2), Some(1), "replaced");
        assert_eq!(watches.directories.get(&1), None);
        watches.forget(1);
        assert_eq!(watches.remove(Path::new("/a")), Some(2));
        watches.insert(Path::new("/b"), 3);
        watches.forget(3);
        assert_eq!(watches.remove(Path::new("/b")), None);
        assert!(watches.directories.is_empty());
    }

    #[test]
    fn a_descriptor_is_given_up_with_its_last_name() {
        let mut watches = Watches::default();
        let [own, link] = ["/packages/a", "/node_modules/a"].map(Path::new);
        watches.insert(own, 1);
        watches.insert(link, 1);
        assert_eq!(watches.directories[&1], [own, link]);
        assert_eq!(watches.remove(link), None);
        watches.insert(link, 1);
        assert_eq!(watches.insert(own, 2), None, "the other name has it still");
        assert_eq!(watches.insert(link, 2), Some(1));
        watches.forget(2);
        assert!(watches.directories.is_empty() && watches.descriptors.is_empty());
    }
}
