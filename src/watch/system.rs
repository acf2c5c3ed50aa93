//! The backend over notify: inotify, FSEvents, `ReadDirectoryChangesW`.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use parking_lot::RwLock;

use super::mapping::{Found, Platform, map_event};
use super::spelling::folded;
use super::{Backend, BackendEvent, Sink, WatchError, starting_at};

pub struct NotifyBackend {
    /// Taken out only when dropped, see `Drop`.
    watcher: Option<RecommendedWatcher>,
    coverage: Arc<RwLock<Coverage>>,
    sink: Sink,
    platform: Platform,
    /// The next event, whatever it says, is the occasion to rehearse.
    is_rehearsal_wanted: Arc<AtomicBool>,
}

impl NotifyBackend {
    /// # Errors
    /// When the operating system gives no (further) event queue.
    pub fn start(sink: Sink) -> Result<Self, WatchError> {
        let platform = Platform::current();
        let coverage = Arc::new(RwLock::new(Coverage::new(platform)));
        let is_rehearsal_wanted = Arc::new(AtomicBool::new(false));
        let mut of_events = handler(Arc::clone(&sink), Arc::clone(&coverage), platform);
        let (wanted, rehearsed) = (Arc::clone(&is_rehearsal_wanted), Arc::clone(&sink));
        let handler = move |result| {
            of_events(result);
            if wanted.swap(false, Ordering::Relaxed) {
                rehearsed(BackendEvent::Rehearsal);
            }
        };
        let watcher = notify::recommended_watcher(handler).map_err(|error| {
            WatchError::Other(match &error.kind {
                ErrorKind::Io(io) if io.raw_os_error() == Some(EMFILE) => {
                    "every inotify instance is in use; raise fs.inotify.max_user_instances".into()
                }
                _ => words(&error),
            })
        })?;
        Ok(Self {
            watcher: Some(watcher),
            coverage,
            sink,
            platform,
            is_rehearsal_wanted,
        })
    }

    /// notify panics when its own thread has died. That must not reach the process: it is the
    /// failure of the backend, and it is reported as one.
    fn guarded<T>(&mut self, call: impl FnOnce(&mut RecommendedWatcher) -> T) -> Option<T> {
        let watcher = self.watcher.as_mut()?;
        let result = catch_unwind(AssertUnwindSafe(|| call(watcher)));
        if result.is_err() {
            (self.sink)(BackendEvent::Failed(DIED.into()));
        }
        result.ok()
    }
}

const DIED: &str = "the thread that reads file events died";
const EMFILE: i32 = 24;
const ENOSPC: i32 = 28;

impl Backend for NotifyBackend {
    fn watch(&mut self, dir: &Path) -> Result<(), WatchError> {
        // Entered before the native watch exists, so that its first event finds the entry.
        let Some(root) = self.coverage.write().add(dir) else {
            return Ok(());
        };
        let mode = if self.platform.watches_recursively() {
            RecursiveMode::Recursive
        } else {
            RecursiveMode::NonRecursive
        };
        let result = match self.guarded(|watcher| watcher.watch(&root, mode)) {
            Some(result) => result.map_err(|error| watch_error(&error)),
            None => Err(WatchError::Other(DIED.into())),
        };
        if result.is_err() {
            self.coverage.write().remove(dir);
        }
        result
    }

    fn unwatch(&mut self, dir: &Path) {
        let unused = self.coverage.write().remove(dir);
        if let Some(root) = unused {
            // An error says that the watch is gone already, with its directory.
            let _ = self.guarded(|watcher| watcher.unwatch(&root));
        }
    }

    fn rehearse(&mut self) {
        // notify can't be asked to have its thread do something; but inotify tells it of a folder that is opened.
        if self.platform == Platform::Linux
            && let Some(root) = self.coverage.read().roots.first()
        {
            let wanted = &self.is_rehearsal_wanted;
            wanted.store(true, Ordering::Relaxed);
            if std::fs::File::open(root).is_err() {
                wanted.store(false, Ordering::Relaxed);
            }
        }
    }

    fn name(&self) -> &'static str {
        match self.platform {
            Platform::Linux => "inotify",
            Platform::MacOs => "fsevents",
            Platform::Windows => "ReadDirectoryChangesW",
        }
    }
}

impl Drop for NotifyBackend {
    fn drop(&mut self) {
        let watcher = self.watcher.take();
        // notify's own drop panics, too, when its thread has died.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(watcher)));
    }
}

fn handler(
    sink: Sink,
    coverage: Arc<RwLock<Coverage>>,
    platform: Platform,
) -> impl FnMut(notify::Result<notify::Event>) + Send + 'static {
    let look = |path: &Path| match path.symlink_metadata() {
        Ok(found) if found.is_dir() => Found::Folder,
        Ok(_) => Found::Other,
        Err(_) => Found::Nothing,
    };
    move |result| {
        let events = match result {
            Ok(event) => {
                let relevant = |path: &PathBuf| coverage.read().is_relevant(path);
                if !event.paths.is_empty() && !event.paths.iter().any(relevant) {
                    return; // a recursive watch tells about directories nobody asked for
                }
                map_event(&event, platform, &look)
            }
            Err(error) => vec![BackendEvent::Failed(words(&error))],
        };
        for event in events {
            sink(event);
        }
    }
}

fn watch_error(error: &notify::Error) -> WatchError {
    match &error.kind {
        ErrorKind::MaxFilesWatch => WatchError::Limit,
        ErrorKind::PathNotFound => WatchError::NotFound,
        ErrorKind::Io(io) => match (io.kind(), io.raw_os_error()) {
            (std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory, _) => {
                WatchError::NotFound
            }
            (_, Some(ENOSPC | EMFILE)) => WatchError::Limit,
            _ => WatchError::Other(words(error)),
        },
        _ => WatchError::Other(words(error)),
    }
}

/// notify's own text, without its list of paths: we say which directory it was.
fn words(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::Generic(text) => text.clone(),
        ErrorKind::Io(io) => io.to_string(),
        _ => error.to_string(),
    }
}

/// Which native watches the wanted directories need: each its own, or, where watches are
/// recursive, one for the topmost. The watcher asks for parents first, so that is the project.
#[derive(Debug)]
struct Coverage {
    recursive: bool,
    wanted: BTreeSet<PathBuf>,
    /// The same, folded, and how many spellings of each: where watches are recursive file systems usually ignore case,
    /// and events have the names that are on disk.
    lower: BTreeMap<PathBuf, usize>,
    roots: BTreeSet<PathBuf>,
}

impl Coverage {
    const fn new(platform: Platform) -> Self {
        Self {
            recursive: platform.watches_recursively(),
            wanted: BTreeSet::new(),
            lower: BTreeMap::new(),
            roots: BTreeSet::new(),
        }
    }

    fn root_of<'a>(&self, dir: &'a Path) -> Option<&'a Path> {
        let mut candidates = dir.ancestors();
        if self.recursive {
            candidates.find(|ancestor| self.roots.contains(*ancestor))
        } else {
            candidates.next().filter(|dir| self.roots.contains(*dir))
        }
    }

    /// The native watch to install, if one is missing.
    fn add(&mut self, dir: &Path) -> Option<PathBuf> {
        if self.wanted.insert(dir.to_path_buf()) && self.recursive {
            *self.lower.entry(folded(dir)).or_default() += 1;
        }
        if self.root_of(dir).is_some() {
            return None;
        }
        self.roots.insert(dir.to_path_buf());
        Some(dir.to_path_buf())
    }

    /// The native watch that nobody needs any more, if there is one.
    fn remove(&mut self, dir: &Path) -> Option<PathBuf> {
        if !self.wanted.remove(dir) {
            return None;
        }
        let lower = folded(dir);
        if let Some(spellings) = self.lower.get_mut(&lower) {
            *spellings -= 1;
            if *spellings == 0 {
                self.lower.remove(&lower);
            }
        }
        let root = self.root_of(dir)?.to_path_buf();
        let mut wanted = self.wanted.range::<Path, _>(starting_at(&root));
        if self.recursive && wanted.next().is_some_and(|dir| dir.starts_with(&root)) {
            return None;
        }
        self.roots.remove(&root);
        Some(root)
    }

    fn is_relevant(&self, path: &Path) -> bool {
        if !self.recursive {
            return true;
        }
        let path = folded(path);
        // An ancestor that went away takes wanted directories with it.
        let mut below = self.lower.range::<Path, _>(starting_at(&path));
        path.parent()
            .is_some_and(|dir| self.lower.contains_key(dir))
            || below.next().is_some_and(|(dir, _)| dir.starts_with(&path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors() {
        let io = |code| notify::Error::io(std::io::Error::from_raw_os_error(code));
        let cases = [
            (
                notify::Error::new(ErrorKind::MaxFilesWatch),
                WatchError::Limit,
            ),
            (notify::Error::path_not_found(), WatchError::NotFound),
            (
                notify::Error::generic("why"),
                WatchError::Other("why".into()),
            ),
            (io(ENOSPC), WatchError::Limit),
            #[cfg(unix)]
            (io(2), WatchError::NotFound),
        ];
        for (error, expected) in cases {
            assert_eq!(watch_error(&error), expected);
        }
    }

    #[test]
    fn one_native_watch_each_or_one_for_the_topmost() {
        // (platform, [(add or remove, directory, native call)])
        let linux = [
            ('+', "/p", Some("/p")),
            ('+', "/p/a", Some("/p/a")),
            ('+', "/p/a", None),
            ('-', "/p", Some("/p")),
            ('-', "/p", None),
            ('-', "/p/a", Some("/p/a")),
        ];
        let recursive = [
            ('+', "/p", Some("/p")),
            ('+', "/p/a", None),
            ('+', "/pq", Some("/pq")),
            ('-', "/p", None),
            ('-', "/p/a", Some("/p")),
            ('+', "/p/a", Some("/p/a")),
            ('-', "/x", None),
        ];
        let cases = [
            (Platform::Linux, &linux[..]),
            (Platform::MacOs, &recursive[..]),
            (Platform::Windows, &recursive[..]),
        ];
        for (platform, steps) in cases {
            let mut coverage = Coverage::new(platform);
            for (step, (op, dir, expected)) in steps.iter().enumerate() {
                let native = if *op == '+' {
                    coverage.add(Path::new(dir))
                } else {
                    coverage.remove(Path::new(dir))
                };
                assert_eq!(
                    native.as_deref(),
                    expected.map(Path::new),
                    "{platform:?} {step}"
                );
            }
        }
    }

    #[test]
    fn a_recursive_watch_passes_on_only_what_is_wanted() {
        let mut coverage = Coverage::new(Platform::MacOs);
        coverage.add(Path::new("/p"));
        coverage.add(Path::new("/p/src/a"));
        coverage.add(Path::new("/p/Lib"));
        coverage.add(Path::new("/p/LIB"));
        coverage.remove(Path::new("/p/LIB"));
        let cases = [
            ("/p/package.json", true),
            ("/p", true),
            ("/p/src", true),
            ("/p/src/a/m.js", true),
            ("/p/src/b/m.js", false),
            ("/p/lib/m.js", true),
            ("/p/node_modules/x/i.js", false),
        ];
        for (path, expected) in cases {
            assert_eq!(coverage.is_relevant(Path::new(path)), expected, "{path}");
        }
    }
}
