//! A file system in memory, a backend that only notes what it is told, and a watcher over both.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use parking_lot::Mutex;

use super::{
    Backend, BackendEvent, DirEntry, FileSystem, FsKind, LimitedBackend, Notice, Stat, Touch,
    TreeFilter, TreeId, WatchError, WatchEvent, WatchOptions, Watcher,
};

#[derive(Default)]
pub(crate) struct MemFs {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    nodes: BTreeMap<PathBuf, Node>,
    network: BTreeMap<PathBuf, &'static str>,
    links: BTreeMap<PathBuf, PathBuf>,
    denied: Option<PathBuf>,
    touched: BTreeMap<PathBuf, SystemTime>,
    clock: i64,
    inodes: u64,
}

#[derive(Clone)]
struct Node {
    /// `None`: a directory.
    bytes: Option<Vec<u8>>,
    inode: u64,
    mtime_ns: i64,
}

impl MemFs {
    pub fn with(files: &[&str]) -> Arc<Self> {
        let fs = Arc::new(Self::default());
        for file in files {
            fs.write(file, file);
        }
        fs
    }

    pub fn mkdir(&self, path: &str) {
        self.inner.lock().put(Path::new(path), None);
    }

    /// What it leads to is not followed.
    pub fn link(&self, path: &str, target: &str) {
        self.write(path, target);
        let mut inner = self.inner.lock();
        inner.links.insert(path.into(), target.into());
    }

    pub fn write(&self, path: &str, text: &str) {
        self.inner.lock().links.remove(Path::new(path));
        self.inner.lock().put(Path::new(path), Some(text.into()));
    }

    /// With everything below.
    pub fn remove(&self, path: &str) {
        self.inner
            .lock()
            .nodes
            .retain(|node, _| !node.starts_with(path));
    }

    pub fn rename(&self, from: &str, to: &str) {
        let mut inner = self.inner.lock();
        let nodes = std::mem::take(&mut inner.nodes);
        for (path, node) in nodes {
            let path = match path.strip_prefix(from) {
                Ok(rest) if rest.as_os_str().is_empty() => PathBuf::from(to),
                Ok(rest) => Path::new(to).join(rest),
                Err(_) => path,
            };
            inner.nodes.insert(path, node);
        }
    }

    /// What can't be read until the next call.
    pub fn deny(&self, path: Option<&str>) {
        self.inner.lock().denied = path.map(PathBuf::from);
    }

    pub fn touched(&self, path: &str, at: SystemTime) {
        self.inner.lock().touched.insert(path.into(), at);
    }

    pub fn network(&self, path: &str, name: &'static str) {
        self.inner.lock().network.insert(path.into(), name);
    }
}

impl Inner {
    fn put(&mut self, path: &Path, bytes: Option<Vec<u8>>) {
        for dir in path.ancestors().skip(1) {
            if !self.nodes.contains_key(dir) {
                self.insert(dir, None);
            }
        }
        self.insert(path, bytes);
    }

    fn insert(&mut self, path: &Path, bytes: Option<Vec<u8>>) {
        self.clock += 1;
        self.inodes += 1;
        let inode = self.nodes.get(path).map_or(self.inodes, |node| node.inode);
        let node = Node {
            bytes,
            inode,
            mtime_ns: self.clock,
        };
        self.nodes.insert(path.to_path_buf(), node);
    }

    fn node(&self, path: &Path) -> io::Result<Node> {
        self.nodes
            .get(path)
            .cloned()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl FileSystem for MemFs {
    fn stat(&self, path: &Path) -> io::Result<Stat> {
        self.inner.lock().node(path).map(|node| Stat {
            mtime_ns: node.mtime_ns,
            ctime_ns: None,
            len: node.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64),
            inode: Some(node.inode),
            is_dir: node.bytes.is_none(),
        })
    }

    fn stat_link(&self, path: &Path) -> io::Result<Stat> {
        self.stat(path)
    }

    fn target_of_link(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        Ok(self.inner.lock().links.get(path).cloned())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let inner = self.inner.lock();
        if inner.denied.as_deref() == Some(path) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let node = inner.node(path)?;
        node.bytes.ok_or_else(|| io::ErrorKind::IsADirectory.into())
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let inner = self.inner.lock();
        inner.node(path)?;
        let children = inner
            .nodes
            .iter()
            .filter(|(child, _)| child.parent() == Some(path));
        Ok(children
            .map(|(child, node)| DirEntry {
                path: child.clone(),
                is_dir: node.bytes.is_none(),
            })
            .collect())
    }

    fn kind_of_file_system(&self, path: &Path) -> FsKind {
        let inner = self.inner.lock();
        let network = inner.network.iter().find(|(at, _)| path.starts_with(at));
        network.map_or(FsKind::Local, |(_, name)| FsKind::Network(name))
    }

    fn touched_at(&self, path: &Path) -> Option<SystemTime> {
        self.inner.lock().touched.get(path).copied()
    }
}

pub(crate) struct FakeBackend {
    log: Arc<Log>,
}

/// What the backend was told, seen from outside.
#[derive(Default)]
pub(crate) struct Log {
    watched: Mutex<BTreeSet<PathBuf>>,
    calls: Mutex<Vec<String>>,
    failures: Mutex<BTreeMap<PathBuf, WatchError>>,
}

impl Log {
    pub fn watched(&self) -> Vec<String> {
        self.watched
            .lock()
            .iter()
            .map(|dir| dir.display().to_string())
            .collect()
    }

    /// The calls since last asked: `+/dir` and `-/dir`.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.calls.lock())
    }

    pub fn fail(&self, dir: &str, error: WatchError) {
        self.failures.lock().insert(dir.into(), error);
    }
}

impl FakeBackend {
    pub fn new() -> (Self, Arc<Log>) {
        let log = Arc::new(Log::default());
        (
            Self {
                log: Arc::clone(&log),
            },
            log,
        )
    }
}

impl Backend for FakeBackend {
    fn watch(&mut self, dir: &Path) -> Result<(), WatchError> {
        if let Some(error) = self.log.failures.lock().get(dir) {
            return Err(error.clone());
        }
        self.log.calls.lock().push(format!("+{}", dir.display()));
        self.log.watched.lock().insert(dir.to_path_buf());
        Ok(())
    }

    fn unwatch(&mut self, dir: &Path) {
        self.log.calls.lock().push(format!("-{}", dir.display()));
        self.log.watched.lock().remove(dir);
    }

    fn name(&self) -> &'static str {
        "fake"
    }
}

pub(crate) struct World {
    pub fs: Arc<MemFs>,
    pub log: Arc<Log>,
    pub watcher: Watcher,
    pub now: Instant,
}

impl World {
    pub fn new(files: &[&str]) -> Self {
        Self::with(files, WatchOptions::default())
    }

    pub fn with(files: &[&str], options: WatchOptions) -> Self {
        let fs = MemFs::with(files);
        let (backend, log) = FakeBackend::new();
        let backend: Box<dyn Backend> = match options.max_watches {
            Some(max) => Box::new(LimitedBackend::new(Box::new(backend), max)),
            None => Box::new(backend),
        };
        let watcher = Watcher::new(backend, Arc::clone(&fs) as Arc<dyn FileSystem>, options);
        let now = Instant::now();
        Self {
            fs,
            log,
            watcher,
            now,
        }
    }

    pub fn acquire(&mut self, file: &str) -> Vec<String> {
        words(self.watcher.acquire(Path::new(file), self.now))
    }

    pub fn release(&mut self, file: &str) {
        self.watcher.release(Path::new(file));
    }

    pub fn tree(&mut self, root: &str) -> (TreeId, Vec<String>) {
        let skip: TreeFilter = Arc::new(|dir: &Path| dir.ends_with("skip"));
        let (id, events) = self.watcher.acquire_tree(Path::new(root), skip, self.now);
        (id, words(events))
    }

    pub fn path(&mut self, path: &str, touch: Touch) -> Vec<String> {
        let path = path.into();
        words(self.watcher.on_backend(
            BackendEvent::Path {
                path,
                touch,
                is_file: false,
            },
            self.now,
        ))
    }

    pub fn gone(&mut self, dir: &str) -> Vec<String> {
        words(
            self.watcher
                .on_backend(BackendEvent::DirectoryGone(dir.into()), self.now),
        )
    }

    /// Ticks at the deadline, and says how long that was.
    pub fn tick(&mut self) -> (u128, Vec<String>) {
        let deadline = self.watcher.deadline().expect("a deadline");
        let waited = deadline.saturating_duration_since(self.now).as_millis();
        self.now = deadline;
        (waited, words(self.watcher.tick(deadline)))
    }

    #[track_caller]
    pub fn counts(&self, native: usize, polled: usize, lost: usize) {
        let status = self.watcher.status();
        assert_eq!(
            (status.native, status.polled, status.lost),
            (native, polled, lost)
        );
    }
}

pub(crate) fn words(events: Vec<WatchEvent>) -> Vec<String> {
    let word = |event| match event {
        WatchEvent::Path { path, touch } => format!("{touch:?} {}", path.display()),
        WatchEvent::Rescan { under: Some(under) } => format!("rescan {}", under.display()),
        WatchEvent::Rescan { under: None } => "rescan all".to_owned(),
        WatchEvent::Notice(Notice::Polling { directory, reason }) => {
            format!("polling {} {reason:?}", directory.display())
        }
        WatchEvent::Notice(Notice::BackendFailed(why)) => format!("failed {why}"),
    };
    events.into_iter().map(word).collect()
}

pub(crate) const NOTHING: [&str; 0] = [];
