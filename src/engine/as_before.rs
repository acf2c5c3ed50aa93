//! What was found in CommonJS texts that were saved last. With another number in it the same is found in a text, which need not be
//! parsed again then (a tenth of a millisecond of each save, for a small file).

use crate::scan::is_renumbered;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// So many files at once are edited by a program, or were edited long ago.
const KNOWN: usize = 16;

#[derive(Debug)]
pub struct AsBefore<T>(Mutex<FxHashMap<PathBuf, (String, T)>>);

impl<T> Default for AsBefore<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> AsBefore<T> {
    pub fn learn(&self, path: &Path, source: &str, found: T) {
        let mut all = self.0.lock();
        if all.len() == KNOWN && !all.contains_key(path) {
            all.clear();
        }
        all.insert(path.to_path_buf(), (source.to_owned(), found));
    }

    /// What is found in `path`, which holds `source` now. `None`: it has to be looked for.
    pub fn found(&self, path: &Path, source: &str) -> Option<T> {
        let mut all = self.0.lock();
        let (before, found) = all.get_mut(path)?;
        // Two sessions see the same save.
        if before != source {
            if !is_renumbered(before, source) {
                return None;
            }
            source.clone_into(before);
        }
        Some(found.clone())
    }

    pub fn forget(&self) {
        self.0.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_decides_and_the_last_one_is_what_counts() {
        let (known, path) = (AsBefore::default(), Path::new("/p/a.cjs"));
        assert_eq!(known.found(path, "f(1, 1)"), None, "never seen");
        known.learn(path, "f(1, 1)", 7);
        assert_eq!(known.found(path, "f(1, 1)"), Some(7), "as it was");
        assert_eq!(known.found(path, "f(2, 1)"), Some(7));
        assert_eq!(known.found(path, "f(2, 2)"), Some(7), "one by one");
        assert_eq!(known.found(path, "f(3, 3)"), None, "both at once");
        assert_eq!(known.found(path, "f(2, 2"), None);
        assert_eq!(known.found(Path::new("/p/b.cjs"), "f(2, 2)"), None);
        known.forget();
        assert_eq!(known.found(path, "f(2, 2)"), None);
    }

    #[test]
    fn few_are_kept() {
        let known = AsBefore::default();
        for n in 0..=KNOWN {
            known.learn(Path::new(&format!("/p/{n}.cjs")), "f(1)", n);
        }
        assert_eq!(known.0.lock().len(), 1);
    }
}
