//! CommonJS in which a look has found nothing to tell, as it was saved last: with another number in it there is nothing to
//! tell either, and it need not be parsed again (a tenth of a millisecond of each save, for a small file).

use super::Content;
use crate::scan::is_renumbered;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// So many files at once are edited by a program, or were edited long ago.
const KNOWN: usize = 16;

#[derive(Debug, Default)]
pub struct Sound(Mutex<FxHashMap<PathBuf, (Content, String)>>);

impl Sound {
    pub fn learn(&self, path: &Path, content: Content, source: &str) {
        let mut all = self.0.lock();
        if all.len() == KNOWN && !all.contains_key(path) {
            all.clear();
        }
        all.insert(path.to_path_buf(), (content, source.to_owned()));
    }

    /// Is `path`, which holds `source` now, as sound as it was?
    pub fn is_still(&self, path: &Path, content: Content, source: &str) -> bool {
        self.0.lock().get(path).is_some_and(|(known, before)| {
            known.setting() == content.setting() && is_renumbered(before, source)
        })
    }

    /// Files have come or gone: what is required may lead elsewhere.
    pub fn forget(&self) {
        self.0.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_the_settings_and_the_disk_decide() {
        let (sound, path) = (Sound::default(), Path::new("/p/a.cjs"));
        let content = Content::of_bytes(b"");
        assert!(!sound.is_still(path, content, "f(2)"), "never seen");
        sound.learn(path, content, "f(1)");
        assert!(sound.is_still(path, content, "f(2)"));
        assert!(!sound.is_still(path, content, "f(2"));
        assert!(!sound.is_still(path, content.under(7), "f(2)"));
        assert!(!sound.is_still(Path::new("/p/b.cjs"), content, "f(2)"));
        sound.forget();
        assert!(!sound.is_still(path, content, "f(2)"));
    }

    #[test]
    fn few_are_kept() {
        let sound = Sound::default();
        let content = Content::of_bytes(b"");
        for n in 0..=KNOWN {
            sound.learn(Path::new(&format!("/p/{n}.cjs")), content, "f(1)");
        }
        assert_eq!(sound.0.lock().len(), 1);
    }
}
