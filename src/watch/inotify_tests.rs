//! The whole watcher over the real inotify, by our own backend and by notify's (which is what other systems have, and can be
//! run nowhere else here). Nothing sleeps: each test waits for the events that must come, and fails when they don't.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::{
    Backend, BackendEvent, Native as InotifyBackend, NotifyBackend, Sink, Touch, TreeFilter,
    WatchEvent, WatchOptions, Watcher,
};

type Start = fn(Sink) -> Box<dyn Backend>;

const BACKENDS: [Start; 2] = [
    |sink| Box::new(InotifyBackend::start(sink).expect("an inotify")),
    |sink| Box::new(NotifyBackend::start(sink).expect("an inotify")),
];

/// What a file system tells, backend by backend.
fn with_each(test: fn(Start)) {
    for start in BACKENDS {
        test(start);
    }
}

struct World {
    dir: tempfile::TempDir,
    events: Receiver<BackendEvent>,
    watcher: Watcher,
}

impl World {
    fn new(start: Start, options: WatchOptions) -> Self {
        let (sender, events) = channel();
        let sink: Sink = Arc::new(move |event| {
            let _ = sender.send(event);
        });
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("package.json"), "{}").unwrap();
        fs::create_dir(dir.path().join("src")).unwrap();
        fs::write(dir.path().join("src/a.js"), "1").unwrap();
        Self {
            dir,
            events,
            watcher: Watcher::over(start(sink), options),
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// All that is said until `wanted` is, driven as the engine drives it.
    #[track_caller]
    fn until(&mut self, wanted: &WatchEvent) -> Vec<WatchEvent> {
        self.until_any(std::slice::from_ref(wanted))
    }

    /// An event of `dir` itself may come so late that its watch is installed anew after the file
    /// was written; the rescan that goes with that stands for the file's own event.
    #[track_caller]
    fn until_noticed(&mut self, dir: &str, file: &str) {
        let file = self.touched(&format!("{dir}/{file}"), Touch::Complete);
        self.until_any(&[file, self.rescan(dir)]);
    }

    #[track_caller]
    fn until_any(&mut self, wanted: &[WatchEvent]) -> Vec<WatchEvent> {
        let give_up = Instant::now() + Duration::from_secs(20);
        let mut all = Vec::new();
        while Instant::now() < give_up {
            let wake = self.watcher.deadline().unwrap_or(give_up).min(give_up);
            let now = Instant::now();
            let new = match self
                .events
                .recv_timeout(wake.saturating_duration_since(now))
            {
                Ok(event) => self.watcher.on_backend(event, Instant::now()),
                Err(_) => self.watcher.tick(Instant::now()),
            };
            all.extend(new);
            if wanted.iter().any(|event| all.contains(event)) {
                return all;
            }
        }
        panic!("no {wanted:?} in {all:?}");
    }

    fn touched(&self, path: &str, touch: Touch) -> WatchEvent {
        WatchEvent::Path {
            path: self.path(path),
            touch,
        }
    }

    fn rescan(&self, under: &str) -> WatchEvent {
        WatchEvent::Rescan {
            under: Some(self.path(under)),
        }
    }

    fn acquire(&mut self, file: &str) {
        let events = self.watcher.acquire(&self.path(file), Instant::now());
        assert_eq!(events, []);
    }
}

#[test]
fn saves_in_place_and_atomic_and_deletions() {
    with_each(|start| {
        let mut world = World::new(start, WatchOptions::default());
        world.acquire("src/a.js");
        assert_eq!(world.watcher.status().backend, "inotify");
        fs::write(world.path("src/a.js"), "2").unwrap();
        let complete = world.touched("src/a.js", Touch::Complete);
        let before = world.until(&complete);
        assert_eq!(
            before[0],
            world.touched("src/a.js", Touch::Partial),
            "truncated first"
        );

        fs::write(world.path("src/.a.tmp"), "3").unwrap();
        fs::rename(world.path("src/.a.tmp"), world.path("src/a.js")).unwrap();
        world.until(&complete);
        fs::remove_file(world.path("src/a.js")).unwrap();
        world.until(&world.touched("src/a.js", Touch::Gone));
        assert_eq!(world.watcher.deadline(), None);
    });
}

#[test]
fn the_directory_is_deleted_and_made_again() {
    with_each(|start| {
        let mut world = World::new(start, WatchOptions::default());
        world.acquire("src/a.js");
        let rescan = world.rescan("src");
        for round in 0..3 {
            fs::remove_dir_all(world.path("src")).unwrap();
            world.until(&rescan);
            fs::create_dir(world.path("src")).unwrap();
            world.until(&rescan);
            fs::write(world.path("src/a.js"), format!("{round}")).unwrap();
            world.until_noticed("src", "a.js");
        }
    });
}

#[test]
fn an_ancestor_is_renamed_away_and_another_takes_its_name() {
    with_each(|start| {
        let mut world = World::new(start, WatchOptions::default());
        fs::create_dir_all(world.path("lib/deep")).unwrap();
        fs::create_dir_all(world.path("next/deep")).unwrap();
        world.acquire("lib/deep/x.js");
        let rescan = world.rescan("lib");
        fs::rename(world.path("lib"), world.path("old")).unwrap();
        world.until(&rescan);
        // What happens under the old inode is no longer ours.
        fs::write(world.path("old/deep/x.js"), "stale").unwrap();
        fs::rename(world.path("next"), world.path("lib")).unwrap();
        let events = world.until(&rescan);
        assert!(
            !events.contains(&world.touched("lib/deep/x.js", Touch::Complete)),
            "{events:?}"
        );
        fs::write(world.path("lib/deep/x.js"), "new").unwrap();
        world.until_noticed("lib", "deep/x.js");
    });
}

#[test]
fn a_directory_is_renamed_over_an_empty_watched_one() {
    with_each(|start| {
        let mut world = World::new(start, WatchOptions::default());
        fs::create_dir(world.path("empty")).unwrap();
        fs::create_dir(world.path("next")).unwrap();
        world.acquire("empty/x.js");
        fs::rename(world.path("next"), world.path("empty")).unwrap();
        world.until(&world.rescan("empty"));
        fs::write(world.path("empty/x.js"), "new").unwrap();
        world.until_noticed("empty", "x.js");
    });
}

/// As a package of a workspace is. notify knows one name of a directory.
#[test]
fn a_directory_that_is_watched_by_its_path_and_by_a_link() {
    let mut world = World::new(BACKENDS[0], WatchOptions::default());
    std::os::unix::fs::symlink("src", world.path("link")).unwrap();
    world.acquire("src/a.js");
    world.acquire("link/a.js");
    fs::write(world.path("src/a.js"), "2").unwrap();
    let [own, linked] = ["src/a.js", "link/a.js"].map(|it| world.touched(it, Touch::Complete));
    let said = world.until(&linked);
    assert!(said.contains(&own), "{said:?}");
    world.watcher.release(&world.path("link/a.js"));
    fs::write(world.path("src/a.js"), "3").unwrap();
    let said = world.until(&own);
    assert!(!said.contains(&linked), "{said:?}");
    // The link alone leads elsewhere.
    world.acquire("link/a.js");
    fs::create_dir(world.path("other")).unwrap();
    std::os::unix::fs::symlink("other", world.path("new link")).unwrap();
    fs::rename(world.path("new link"), world.path("link")).unwrap();
    world.until(&world.rescan("link"));
    fs::write(world.path("src/a.js"), "4").unwrap();
    let said = world.until(&own);
    assert!(!said.contains(&linked), "{said:?}");
    fs::write(world.path("other/a.js"), "5").unwrap();
    world.until(&linked);
}

#[test]
fn a_tree_takes_in_new_directories() {
    with_each(|start| {
        let mut world = World::new(start, WatchOptions::default());
        let skip: TreeFilter = Arc::new(|dir: &Path| dir.ends_with("node_modules"));
        let root = world.dir.path().to_path_buf();
        world.watcher.acquire_tree(&root, skip, Instant::now());
        std::os::unix::fs::symlink("src", world.path("link")).unwrap();
        fs::create_dir_all(world.path("node_modules/x")).unwrap();
        fs::create_dir_all(world.path("new/deep")).unwrap();
        world.until(&world.rescan("new"));
        assert_eq!(world.watcher.status().native, 4, "root, src, new, new/deep");
        fs::write(world.path("new/deep/f"), "").unwrap();
        world.until(&world.touched("new/deep/f", Touch::Complete));
    });
}

#[test]
fn past_the_limit_and_when_forced_the_same_edits_are_seen_by_polling() {
    with_each(|start| {
        for options in [
            WatchOptions {
                max_watches: Some(1),
                ..WatchOptions::default()
            },
            WatchOptions {
                force_polling: true,
                poll_interval: Duration::from_millis(5),
                ..WatchOptions::default()
            },
        ] {
            let mut world = World::new(start, options);
            world
                .watcher
                .acquire(&world.path("src/a.js"), Instant::now());
            assert_eq!(world.watcher.status().reasons.len(), 1);
            fs::write(world.path("src/a.js"), "longer").unwrap();
            world.until(&world.touched("src/a.js", Touch::Complete));
            fs::remove_file(world.path("src/a.js")).unwrap();
            world.until(&world.touched("src/a.js", Touch::Gone));
        }
    });
}

#[test]
fn an_overflowing_queue_asks_for_a_rescan() {
    with_each(|start| {
        let queue = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
        let queue: usize = queue.trim().parse().unwrap();
        if queue > 20_000 {
            return; // filling a larger one takes too long
        }
        // The sink holds the backend's thread until the queue is full.
        let (sender, events) = channel();
        let (open, gate) = channel::<()>();
        let gate = parking_lot::Mutex::new(gate);
        let sink: Sink = Arc::new(move |event| {
            let _ = gate.lock().recv(); // errs at once when the gate was dropped: open
            let _ = sender.send(event);
        });
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.js");
        fs::write(&file, "").unwrap();
        let mut watcher = Watcher::over(start(sink), WatchOptions::default());
        watcher.acquire(&file, Instant::now());
        // MODIFY and CLOSE_WRITE in turn: equal neighbours would be merged into one.
        for _ in 0..=queue {
            let mut file = fs::File::options().append(true).open(&file).unwrap();
            file.write_all(b"1").unwrap();
        }
        drop(open);
        let timeout = Duration::from_secs(20);
        while events.recv_timeout(timeout).expect("an overflow") != BackendEvent::Overflow {}
        let events = watcher.on_backend(BackendEvent::Overflow, Instant::now());
        assert_eq!(events, [WatchEvent::Rescan { under: None }]);
    });
}

#[test]
fn a_rehearsal_comes_from_the_thread_of_the_events() {
    with_each(|start| {
        let (sender, threads) = channel();
        let sink: Sink = Arc::new(move |event| {
            let _ = sender.send((event, std::thread::current().id()));
        });
        let dir = tempfile::tempdir().unwrap();
        let (package, file) = (dir.path().join("package.json"), dir.path().join("a.js"));
        fs::write(package, "{}").unwrap();
        let mut watcher = Watcher::over(start(sink), WatchOptions::default());
        watcher.acquire(&file, Instant::now());
        watcher.rehearse();
        let patience = Duration::from_secs(20);
        let (event, rehearsed) = threads.recv_timeout(patience).unwrap();
        assert_eq!(event, BackendEvent::Rehearsal);
        fs::write(file, "1").unwrap();
        let (event, seen) = threads.recv_timeout(patience).unwrap();
        assert!(
            matches!(event, BackendEvent::Path { .. }),
            "once: {event:?}"
        );
        assert_eq!(rehearsed, seen);
    });
}
