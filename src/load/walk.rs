//! What a program leads to, loaded on all cores before it is asked for.

use std::{collections::VecDeque, path::Path, path::PathBuf, sync::Arc, thread};

use parking_lot::{Condvar, Mutex, RwLock};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Loaded, Loader, Target, Text};
use crate::{engine::Ahead, error::Error, scan::stack};

/// So many are handed to JavaScript at once: the first are compiled while others are still loaded.
const MOST_READY: usize = 32;
/// More would wait for each other: transforming a module takes some 50 µs.
const MOST_THREADS: usize = 8;

/// A walk that has come to more is freed by a thread of its own: that takes milliseconds.
const MANY: usize = 256;

/// Modules of the program's graph, which walks leave out.
#[derive(Debug, Clone, Default)]
pub(super) struct Known(Arc<RwLock<FxHashSet<PathBuf>>>);

impl Known {
    pub(super) fn update(&self, come: Vec<PathBuf>, gone: &[PathBuf]) {
        let mut known = self.0.write();
        for path in gone {
            known.remove(path);
        }
        known.extend(come);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.read().is_empty()
    }

    fn has(&self, path: &Path) -> bool {
        self.0.read().contains(path)
    }
}

#[derive(Debug)]
pub(super) struct Walk {
    state: Mutex<State>,
    changed: Condvar,
    known: Known,
}

#[derive(Debug, Default)]
struct State {
    /// To be loaded, the last first; some were since.
    open: Vec<PathBuf>,
    stages: FxHashMap<PathBuf, Stage>,
    /// Loaded, and perhaps given out since.
    ready: VecDeque<PathBuf>,
    /// How many threads are at work, and may yet open more.
    busy: usize,
    /// It has threads of its own.
    is_begun: bool,
    is_over: bool,
}

#[derive(Debug)]
enum Stage {
    Open,
    Busy,
    Loaded(Box<Ready>),
    /// It was known before, or is to be loaded anew.
    Given,
}

/// Each is given out once.
#[derive(Debug)]
struct Ready {
    text: Option<Result<Text, Error>>,
    ahead: Option<Ahead>,
}

impl Ready {
    fn of(path: &Path, loaded: Result<Loaded, Error>) -> Self {
        Self {
            ahead: loaded.as_ref().ok().and_then(Loaded::ahead),
            text: Some(loaded.map(|loaded| Text::of_file(path, loaded))),
        }
    }
}

impl State {
    /// Something to be loaded, which is the caller's now.
    fn open_one(&mut self) -> Option<PathBuf> {
        while let Some(path) = self.open.pop() {
            if let Some(stage @ Stage::Open) = self.stages.get_mut(&path) {
                *stage = Stage::Busy;
                self.busy += 1;
                return Some(path);
            }
        }
        None
    }

    fn take_ready(&mut self) -> Vec<Text> {
        let mut texts = Vec::new();
        while texts.len() < MOST_READY
            && let Some(path) = self.ready.pop_front()
        {
            if let Some(Stage::Loaded(ready)) = self.stages.get_mut(&path)
                && let Some(Ok(text)) = ready.text.take_if(|text| text.is_ok())
            {
                texts.push(text);
            }
        }
        texts
    }
}

enum Step {
    Ready(Vec<Text>),
    Load(PathBuf),
    Over,
}

/// What there is of a file that somebody asks for.
enum Found {
    Loaded(Result<Text, Error>),
    /// Nobody has begun it: it is his to load.
    His,
    Nothing,
}

impl Walk {
    pub(super) fn of(root: &Path, known: &Known) -> Arc<Self> {
        let is_known = known.has(root);
        let stage = if is_known { Stage::Given } else { Stage::Open };
        let root = root.to_path_buf();
        Arc::new(Self {
            state: Mutex::new(State {
                open: vec![root.clone()],
                stages: [(root, stage)].into_iter().collect(),
                ..State::default()
            }),
            changed: Condvar::new(),
            known: known.clone(),
        })
    }

    /// Has threads of its own load what is open, until there is nothing more. `then` is called by one of them.
    pub(super) fn begin(self: &Arc<Self>, loader: &Arc<Loader>, then: Box<dyn FnOnce() + Send>) {
        self.state.lock().is_begun = true;
        let (walk, loader) = (Arc::clone(self), Arc::clone(loader));
        spawn(Box::new(move || {
            // Here, since looking for the number of cores reads files.
            let threads = thread::available_parallelism().map_or(1, usize::from);
            // One core is the program's, one is this thread's.
            for _ in 2..threads.min(MOST_THREADS) {
                let (walk, loader) = (Arc::clone(&walk), Arc::clone(&loader));
                spawn(Box::new(move || walk.help(&loader)));
            }
            walk.help(&loader);
            then();
        }));
    }

    /// Loads what is open, until nothing is, and nothing can come.
    pub(super) fn help(&self, loader: &Loader) {
        while let Some(path) = self.next() {
            self.load_open(path, loader);
        }
    }

    fn load_open(&self, path: PathBuf, loader: &Loader) {
        let loaded = self.load(&path, loader);
        let found = targets(&loaded);
        let stage = Stage::Loaded(Box::new(Ready::of(&path, loaded)));
        self.leave(&path, found, stage);
    }

    /// The next modules that are good, in the order in which they come; what nobody has begun is loaded
    /// meanwhile, with threads' help once there is something for these. None when there will be none.
    pub(super) fn next_ready(self: &Arc<Self>, loader: &Arc<Loader>) -> Vec<Text> {
        loop {
            match self.step() {
                Step::Ready(texts) => return texts,
                Step::Load(path) => {
                    self.load_open(path, loader);
                    self.begin_if_wide(loader);
                }
                Step::Over => return Vec::new(),
            }
        }
    }

    /// Has threads' help from the moment at which several files are to be loaded. A program may import() thousands of files, each
    /// of which leads to what is known: a thread for each took longer than these.
    fn begin_if_wide(self: &Arc<Self>, loader: &Arc<Loader>) {
        let state = self.state.lock();
        let is_due = !state.is_begun && state.open.len() > 1;
        drop(state);
        if is_due {
            self.begin(loader, Box::new(|| ()));
        }
    }

    fn step(&self) -> Step {
        let mut state = self.state.lock();
        loop {
            let texts = state.take_ready();
            if !texts.is_empty() {
                return Step::Ready(texts);
            }
            if let Some(path) = state.open_one() {
                return Step::Load(path);
            }
            if state.is_over || state.busy == 0 {
                return Step::Over;
            }
            self.changed.wait(&mut state);
        }
    }

    /// Nobody asks any more.
    pub(super) fn end(&self) {
        self.state.lock().is_over = true;
        self.changed.notify_all();
    }

    pub(super) fn is_large(&self) -> bool {
        self.state.lock().stages.len() > MANY
    }

    /// Is this file among what it came to?
    pub(super) fn has(&self, path: &Path) -> bool {
        self.state.lock().stages.contains_key(path)
    }

    /// Gives out what there is of a file, once.
    pub(super) fn take(
        self: &Arc<Self>,
        path: &Path,
        loader: &Arc<Loader>,
    ) -> Option<Result<Text, Error>> {
        match self.find(path) {
            Found::Loaded(loaded) => Some(loaded),
            Found::His => {
                let loaded = self.load(path, loader);
                self.leave(path, targets(&loaded), Stage::Given);
                self.begin_if_wide(loader);
                Some(loaded.map(Text::from))
            }
            Found::Nothing => None,
        }
    }

    /// What there is of a file is not to be given out.
    pub(super) fn withdraw(&self, path: &Path) {
        let mut state = self.state.lock();
        if let Some(stage @ Stage::Loaded(_)) = state.stages.get_mut(path) {
            *stage = Stage::Given;
        }
    }

    /// What the engine wants to know of a file that was not given out yet. Told once.
    pub(super) fn ahead(&self, path: &Path) -> Option<Ahead> {
        match self.state.lock().stages.get_mut(path)? {
            Stage::Loaded(ready) => ready.ahead.take(),
            _ => None,
        }
    }

    fn find(&self, path: &Path) -> Found {
        let mut state = self.state.lock();
        loop {
            let Some(stage) = state.stages.get_mut(path) else {
                return Found::Nothing;
            };
            match stage {
                Stage::Given => return Found::Nothing,
                Stage::Busy => self.changed.wait(&mut state),
                Stage::Open => {
                    *stage = Stage::Busy;
                    state.busy += 1;
                    return Found::His;
                }
                Stage::Loaded(ready) => {
                    return ready.text.take().map_or(Found::Nothing, Found::Loaded);
                }
            }
        }
    }

    /// The next file; `None` when there is none and will be none.
    fn next(&self) -> Option<PathBuf> {
        let mut state = self.state.lock();
        loop {
            if state.is_over {
                return None;
            }
            if let Some(path) = state.open_one() {
                return Some(path);
            }
            if state.busy == 0 {
                return None;
            }
            self.changed.wait(&mut state);
        }
    }

    /// Who panics leaves the file to whoever asks for it; nobody waits for him.
    fn load(&self, path: &Path, loader: &Loader) -> Result<Loaded, Error> {
        let on_panic = OnPanic { walk: self, path };
        let loaded = loader.load_first(path);
        std::mem::forget(on_panic);
        loaded
    }

    /// A file was loaded, which leads to `found`.
    fn leave(&self, path: &Path, found: Vec<PathBuf>, stage: Stage) {
        let mut state = self.state.lock();
        // The first that is requested is wanted first.
        for path in found.into_iter().rev() {
            if !state.stages.contains_key(&path) && !self.known.has(&path) {
                state.stages.insert(path.clone(), Stage::Open);
                state.open.push(path);
            }
        }
        if matches!(stage, Stage::Loaded(_)) {
            state.ready.push_back(path.to_path_buf());
        }
        state.stages.insert(path.to_path_buf(), stage);
        state.busy -= 1;
        drop(state);
        self.changed.notify_all();
    }
}

/// Without a thread whoever asks does its work.
fn spawn(work: Box<dyn FnOnce() + Send>) {
    let ahead = thread::Builder::new().name("heatsync-ahead".to_owned());
    let _ = stack::spawn_roomy(ahead, work);
}

struct OnPanic<'w> {
    walk: &'w Walk,
    path: &'w Path,
}

impl Drop for OnPanic<'_> {
    fn drop(&mut self) {
        self.walk.leave(self.path, Vec::new(), Stage::Given);
    }
}

/// Modules of the project that a module requests.
fn targets(loaded: &Result<Loaded, Error>) -> Vec<PathBuf> {
    let targets = loaded.iter().flat_map(|loaded| &loaded.targets);
    targets
        .filter_map(|target| match target {
            Target::Module { path, .. } => Some(path.clone()),
            _ => None,
        })
        .collect()
}
