//! Files that appeared or vanished: a request may lead elsewhere than Node remembers.

use super::Engine;
use parking_lot::Mutex;
use std::path::PathBuf;

/// More are not told one by one.
const MANY: usize = 256;

/// `None`: nobody knows which.
#[derive(Debug)]
pub(super) struct Moved(Mutex<Option<Vec<PathBuf>>>);

impl Default for Moved {
    fn default() -> Self {
        Self(Mutex::new(Some(Vec::new())))
    }
}

impl Moved {
    pub(super) fn note(&self, paths: &[PathBuf]) {
        let mut moved = self.0.lock();
        *moved = moved.take().and_then(|mut known| {
            known.extend_from_slice(paths);
            (known.len() <= MANY).then_some(known)
        });
    }

    pub(super) fn note_unknown(&self) {
        *self.0.lock() = None;
    }

    /// Since the last call. `None`: too many to tell.
    pub(super) fn take(&self) -> Option<Vec<PathBuf>> {
        self.0.lock().replace(Vec::new())
    }
}

impl Engine {
    /// `moved` have come or gone.
    pub(super) fn tell_moved(&self, moved: &[PathBuf]) {
        self.reader.resolver.clear_cache();
        self.reader.sound.forget();
        for session in self.sessions.read().values() {
            session.moved.note(moved);
            if let Some(compiler) = session.compiler() {
                compiler.moved();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moved_is_told_once_and_not_one_by_one_if_it_is_much() {
        let moved = Moved::default();
        let [a, b] = ["/a", "/b"].map(PathBuf::from);
        moved.note(std::slice::from_ref(&a));
        moved.note(std::slice::from_ref(&b));
        assert_eq!(moved.take(), Some(vec![a.clone(), b]));
        assert_eq!(moved.take(), Some(Vec::new()));
        moved.note(&vec![a.clone(); MANY + 1]);
        moved.note(&[a]);
        assert_eq!(moved.take(), None);
        moved.note_unknown();
        assert_eq!(moved.take(), None);
        assert_eq!(moved.take(), Some(Vec::new()));
    }
}
