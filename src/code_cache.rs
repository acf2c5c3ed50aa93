//! V8's code of the project's modules, kept from one process to the next.
//!
//! A text that V8 compiles is known by its hash, so nothing has to be said about versions of files or of
//! the transform. What differs by the program that compiles (Node, V8, processor) is the *make*.
//! Beside it is what our own transform made of the source (`load::kept`).
//! One file for each project and make, read once; what was not in it is added when the program has
//! started, or ends. Entries that three times were not used when the file was written are left out.
//!
//! *Architecture Invariant:* nothing of this can fail. Without a cache, V8 compiles.

mod file;
mod format;

use std::{
    ffi::OsString,
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// With fewer new modules the file is left as it is: compiling them takes under a millisecond.
const WORTH: usize = 16;
/// More is not kept, of one process.
const MOST_BYTES: usize = 64 << 20;
/// How often an entry may be written without having been used.
const OLDEST: u32 = 3;
/// A program that has loaded nothing for so long has started.
const QUIET: Duration = Duration::from_secs(1);

/// What V8 compiles: the body of a function and its parameters. Of a file: V8 11 (Node 20) keeps the URL in what it gives, and has
/// it in the stacks of whoever takes that.
pub fn key(path: &Path, code: &str, parameters: &[String]) -> u128 {
    let mut hash = Xxh3::new();
    hash.update(path.as_os_str().as_encoded_bytes());
    hash.update(b"\0");
    for parameter in parameters {
        hash.update(parameter.as_bytes());
        hash.update(b",");
    }
    hash.update(b"\n");
    hash.update(code.as_bytes());
    hash.digest128()
}

#[derive(Debug, Default)]
pub struct CodeCache {
    state: Mutex<State>,
    /// Held while the file is written.
    writing: Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    place: Option<(PathBuf, u64)>,
    data: Arc<Vec<u8>>,
    index: FxHashMap<u128, (usize, usize)>,
    used: FxHashSet<u128>,
    fresh: FxHashMap<u128, Vec<u8>>,
    fresh_bytes: usize,
    /// How many of them V8 has compiled.
    fresh_codes: usize,
    is_shared: bool,
    /// V8 refused some of the file: none of it stays.
    is_refused: bool,
    /// Counts what was added.
    additions: u64,
    has_saver: bool,
    /// By `save_first`: what comes after it is worth a second writing, or it would never be kept.
    was_saved: bool,
}

impl State {
    /// Is what was added worth writing?
    fn is_worth(&self) -> bool {
        self.fresh_codes >= if self.was_saved { 1 } else { WORTH }
    }

    /// False: there is no cache, or no room.
    fn add(&mut self, key: u128, data: Vec<u8>) -> bool {
        if self.place.is_none() || self.fresh_bytes + data.len() > MOST_BYTES {
            return false;
        }
        self.fresh_bytes += data.len();
        self.fresh.insert(key, data);
        true
    }
}

impl CodeCache {
    /// A process has one, for all its threads.
    pub fn global() -> &'static Self {
        static CACHE: OnceLock<CodeCache> = OnceLock::new();
        CACHE.get_or_init(Self::default)
    }

    /// Reads the cache of the project of `root`, unless one was read before. False: there is to be none.
    pub fn open(&self, root: &Path, setting: Option<OsString>, make: &str) -> bool {
        let mut state = self.state.lock();
        if state.place.is_some() {
            return true;
        }
        let make = xxh3_64(make.as_bytes());
        let Some(path) = file::place(root, setting, make) else {
            return false;
        };
        if let Some(bytes) = file::read(&path)
            && let Some(entries) = format::decode(&bytes, make)
        {
            let place = |entry: format::Entry| (entry.key, (entry.place.start, entry.place.len()));
            state.index = entries.into_iter().map(place).collect();
            state.data = Arc::new(bytes);
        }
        state.place = Some((path, make));
        true
    }

    pub fn is_open(&self) -> bool {
        self.state.lock().place.is_some()
    }

    /// The file as it was read.
    pub fn data(&self) -> Arc<Vec<u8>> {
        Arc::clone(&self.state.lock().data)
    }

    /// The same for who keeps it in place and lets nobody else have it: given out once, and only if there is something.
    pub fn data_to_share(&self) -> Option<Arc<Vec<u8>>> {
        let mut state = self.state.lock();
        let is_free = !state.data.is_empty() && !std::mem::replace(&mut state.is_shared, true);
        is_free.then(|| Arc::clone(&state.data))
    }

    /// Where in `data`: start and length.
    pub fn find(&self, key: u128) -> Option<(usize, usize)> {
        let mut state = self.state.lock();
        let found = *state.index.get(&key)?;
        state.used.insert(key);
        Some(found)
    }

    /// What was kept under `key`, and its place in it.
    pub fn get(&self, key: u128) -> Option<(Arc<Vec<u8>>, Range<usize>)> {
        let (start, length) = self.find(key)?;
        Some((self.data(), start..start + length))
    }

    /// Keeps something else that belongs to the code of modules, as long as that is kept.
    pub fn add_beside(&self, key: u128, data: Vec<u8>) {
        self.state.lock().add(key, data);
    }

    pub fn add(&'static self, key: u128, code: &[u8]) {
        self.add_worth(key, code, 1);
    }

    /// What every start needs: compiling it takes as long as many modules.
    pub fn add_startup(&'static self, key: u128, code: &[u8]) {
        self.add_worth(key, code, WORTH);
    }

    fn add_worth(&'static self, key: u128, code: &[u8], worth: usize) {
        let mut state = self.state.lock();
        if !state.add(key, code.to_vec()) {
            return;
        }
        state.fresh_codes += worth;
        state.additions += 1;
        if !state.has_saver && state.is_worth() {
            state.has_saver = self.begin(Self::save_when_quiet);
        }
    }

    /// V8 did not take what it was given: nothing of that file is given to it any more.
    pub fn reject(&self) {
        let mut state = self.state.lock();
        state.index.clear();
        state.is_refused = true;
    }

    /// The program is about to run, and nothing was kept of it: the file is written meanwhile, by another thread, or a
    /// short program would do so at its end. What there is already stays until all is known that is used of it.
    pub fn save_first(&'static self) {
        let mut state = self.state.lock();
        if state.was_saved || !state.data.is_empty() || !state.is_worth() {
            return;
        }
        state.was_saved = self.begin(Self::save);
    }

    fn begin(&'static self, work: fn(&Self)) -> bool {
        let saver = thread::Builder::new().name("heatsync-code".to_owned());
        saver.spawn(move || work(self)).is_ok()
    }

    fn save_when_quiet(&self) {
        let mut before = 0;
        loop {
            thread::sleep(QUIET);
            let mut state = self.state.lock();
            if state.additions == before {
                state.has_saver = false;
                break;
            }
            before = state.additions;
        }
        self.save();
    }

    /// Writes the file anew if enough is to be added.
    pub fn save(&self) {
        let _writing = self.writing.lock();
        let mut state = self.state.lock();
        if !state.is_worth() {
            return;
        }
        let Some((path, make)) = state.place.clone() else {
            return;
        };
        let fresh = std::mem::take(&mut state.fresh);
        state.fresh_codes = 0;
        state.used.extend(fresh.keys());
        let used = state.used.clone();
        let is_refused = state.is_refused;
        drop(state);
        // Another process may have written it since.
        let present = file::read(&path).unwrap_or_default();
        let kept = format::decode(&present, make).filter(|_| !is_refused);
        let kept = kept.unwrap_or_default();
        let kept = kept.into_iter().filter_map(|entry| {
            let age = if used.contains(&entry.key) {
                0
            } else {
                entry.age + 1
            };
            let stays = age <= OLDEST && !fresh.contains_key(&entry.key);
            stays.then(|| (entry.key, age, &present[entry.place]))
        });
        let added = fresh.iter().map(|(key, code)| (*key, 0, code.as_slice()));
        let mut entries: Vec<_> = kept.chain(added).collect();
        entries.sort_unstable_by_key(|(key, ..)| *key);
        if let Some(bytes) = format::encode(make, &entries) {
            // Read-only, or full: then there is none.
            let _ = file::replace(&path, &bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(folder: &Path) -> &'static CodeCache {
        let cache: &CodeCache = Box::leak(Box::default());
        assert!(cache.open(&folder.join("a.mjs"), Some(folder.into()), "make"));
        cache
    }

    fn add(cache: &'static CodeCache, keys: std::ops::Range<u128>) {
        for key in keys {
            cache.add(key, &key.to_le_bytes());
        }
    }

    fn holds(cache: &CodeCache, key: u128) -> bool {
        let Some((start, length)) = cache.find(key) else {
            return false;
        };
        assert_eq!(cache.data()[start..start + length], key.to_le_bytes());
        true
    }

    #[test]
    fn what_one_process_saves_the_next_finds() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = opened(folder.path());
        assert!(!holds(cache, 1));
        add(cache, 0..20);
        cache.save();
        let cache = opened(folder.path());
        assert!((0..20).all(|key| holds(cache, key)) && !holds(cache, 20));
        cache.reject();
        assert!(!holds(cache, 1));
        add(cache, 40..60);
        cache.save();
        let cache = opened(folder.path());
        assert!(!holds(cache, 1) && holds(cache, 40));
    }

    #[test]
    fn a_few_new_modules_are_not_worth_writing() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = opened(folder.path());
        add(cache, 0..15);
        cache.save();
        assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 0);
        add(cache, 15..16);
        cache.save();
        assert!(holds(opened(folder.path()), 0));
    }

    #[test]
    fn a_first_start_is_saved_while_it_runs_and_what_comes_later_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = opened(folder.path());
        add(cache, 0..15);
        cache.save_first();
        assert!(!cache.state.lock().was_saved, "not worth it");
        add(cache, 15..20);
        cache.save_first();
        cache.save(); // waits for the other thread, or does its work
        while !holds(opened(folder.path()), 19) {
            thread::yield_now();
        }
        add(cache, 20..21);
        cache.save();
        assert!(holds(opened(folder.path()), 0) && holds(opened(folder.path()), 20));
        let second = opened(folder.path());
        add(second, 40..60);
        second.save_first();
        assert!(!second.state.lock().was_saved, "there is one");
    }

    #[test]
    fn two_processes_add_to_the_same_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, two) = (opened(folder.path()), opened(folder.path()));
        add(one, 0..20);
        add(two, 100..120);
        one.save();
        two.save();
        let cache = opened(folder.path());
        assert!(holds(cache, 0) && holds(cache, 100));
    }

    #[test]
    fn what_nobody_uses_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = opened(folder.path());
        add(cache, 0..20);
        cache.save();
        for round in 1..=5 {
            let cache = opened(folder.path());
            assert!(holds(cache, 0), "used each time");
            assert_eq!(holds(opened(folder.path()), 1), round <= 4, "round {round}");
            add(cache, round * 100..round * 100 + 16);
            cache.save();
        }
    }

    #[test]
    fn there_may_be_none() {
        let cache: &'static CodeCache = Box::leak(Box::default());
        assert!(!cache.open(Path::new("/a/b.mjs"), Some("0".into()), "make"));
        assert!(!cache.is_open());
        add(cache, 0..20);
        cache.save();
        assert_eq!(cache.find(0), None);
    }

    #[test]
    fn keys_tell_files_parameters_and_code_apart() {
        let key = |path: &str, code: &str, parameters: &[&str]| {
            let parameters: Vec<String> = parameters.iter().map(|it| (*it).to_owned()).collect();
            super::key(Path::new(path), code, &parameters)
        };
        let keys = [
            key("/x", "a", &[]),
            key("/x", "", &["a"]),
            key("/x", "", &["a", "b"]),
            key("/x", "", &["ab"]),
            key("/x", "b", &["a"]),
            key("/y", "a", &[]),
        ];
        let distinct: FxHashSet<u128> = keys.into_iter().collect();
        assert_eq!(distinct.len(), keys.len());
    }
}
