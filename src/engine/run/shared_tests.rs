//! Which thread handles an event, over a file system in memory. The test's thread plays the
//! backend's; the engine's is played by `step`, where it is called.

use super::*;
use crate::change::{PathFilter, Settle, Timing};
use crate::engine::session::Reading;
use crate::engine::{Ahead, Compile, Content, Contents, Engine, Reader, Session, Settings};
use crate::resolve::Resolver;
use crate::watch::test_support::{FakeBackend, MemFs};
use crate::watch::{EventQueue, Touch, WatchOptions, Watcher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::sync::mpsc::channel;
use std::time::SystemTime;

#[path = "back_tests.rs"]
mod back;
#[path = "compile_tests.rs"]
mod compiling;
#[cfg(unix)]
#[path = "led_tests.rs"]
mod led;
#[path = "loop_reader_tests.rs"]
mod loop_reader;
#[path = "queue_tests.rs"]
mod queue;
#[path = "unfinished_tests.rs"]
mod unfinished;

struct Process {
    fs: Arc<MemFs>,
    shared: Arc<Shared>,
    receiver: Receiver<Command>,
    session: Arc<Session>,
    woken: Arc<AtomicU32>,
    sink: Sink,
}

const FILE: &str = "/p/a.js";

/// A process that has loaded `/p/a.js` and saves one file at a time.
fn process() -> Process {
    process_with(Timing {
        gather: Duration::ZERO,
        ..Timing::default()
    })
}

fn process_with(timing: Timing) -> Process {
    process_reading(timing, None)
}

fn process_reading(timing: Timing, queue: Option<Arc<dyn EventQueue>>) -> Process {
    let fs = MemFs::with(&["/p/package.json", FILE]);
    let (commands, receiver) = channel();
    let engine: &'static Engine = Box::leak(Box::new(Engine {
        reader: Reader {
            fs: fs.clone(),
            resolver: Resolver::new(),
            contents: Contents::default(),
            settings: Settings::default(),
            sound: Default::default(),
        },
        sessions: Default::default(),
        commands: commands.clone(),
        next_session: AtomicU32::new(1),
        has_workers: AtomicBool::new(false),
        event_queue: queue.into(),
        loop_reader: Default::default(),
    }));
    let woken = Arc::new(AtomicU32::new(0));
    let wakes = woken.clone();
    let session = engine.open_session(
        Arc::default(),
        move || {
            wakes.fetch_add(1, Ordering::Relaxed);
        },
        |_| {},
        |_, _| {},
    );
    session.loading(Path::new(FILE), false);
    session.add_boundaries([Path::new(FILE)], true, true);
    let (backend, _) = FakeBackend::new();
    let shared = Arc::new(Shared::new(engine, commands));
    shared.open(Run {
        engine,
        watcher: Watcher::new(Box::new(backend), fs.clone(), WatchOptions::default()),
        settle: Settle::new(timing),
        trees: Vec::new(),
        resolver_is_stale: false,
        moved: Vec::new(),
        vanished: Default::default(),
        held: Default::default(),
        emptied: Default::default(),
        new: Default::default(),
        refused: Default::default(),
        early: Default::default(),
        unseen: Default::default(),
        unreadable: Default::default(),
        untaken: Default::default(),
        looked: Default::default(),
    });
    let sink = shared.sink();
    let process = Process {
        fs,
        shared,
        receiver,
        session,
        woken,
        sink,
    };
    assert!(!process.shared.step(&process.receiver), "the watches");
    process
}

impl Process {
    fn event(&self, path: &str, touch: Touch) {
        let path = path.into();
        (self.sink)(BackendEvent::Path {
            path,
            touch,
            is_file: false,
        });
    }

    fn save(&self, path: &str, text: &str) {
        self.fs.write(path, text);
        self.event(path, Touch::Complete);
    }

    /// What the engine's thread has been left to do.
    fn left(&self) -> Vec<&'static str> {
        let name = |command| match command {
            Command::Backend(_) => "an event",
            Command::Proceed => "a deadline",
            _ => "another",
        };
        self.receiver.try_iter().map(name).collect()
    }

    /// Lets the engine's thread do what it has to, now and later.
    fn settle(&self) {
        while let command = self.receiver.try_recv()
            && (command.is_ok() || self.shared.run().deadline().is_some())
        {
            if let Ok(command) = command {
                self.shared.send(command);
            }
            self.shared.step(&self.receiver);
        }
    }

    fn woken(&self) -> bool {
        self.woken.swap(0, Ordering::Relaxed) > 0
    }
}

const NOTHING: [&str; 0] = [];

#[test]
fn what_is_saved_while_no_watch_may_begin_is_found_when_it_does() {
    let process = process();
    let file = Path::new("/p/sub/b.js");
    process.fs.write("/p/sub/b.js", "1");
    process.session.hold_watches();
    process.session.loading(file, false);
    process.session.add_boundaries([file], true, true);
    process.fs.write("/p/sub/b.js", "2");
    process.settle();
    assert!(!process.session.state.lock().is_interested(file));
    assert_eq!(process.woken.load(Ordering::Relaxed), 0);
    process.session.begin_watches();
    process.settle();
    assert!(process.session.state.lock().is_interested(file));
    assert!(process.session.take_update().is_some());
}

#[test]
fn what_can_t_be_read_when_its_watch_begins_is_news_when_it_can_be() {
    let process = process();
    let file = "/p/b.js";
    process.fs.write(file, "1");
    process.session.loading(Path::new(file), false);
    process
        .session
        .add_boundaries([Path::new(file)], true, true);
    process.fs.write(file, "2");
    process.fs.deny(Some(file));
    process.shared.step(&process.receiver);
    process.fs.deny(None);
    process.settle();
    assert!(process.session.take_update().is_some());
}

#[test]
fn a_save_is_handled_where_it_is_seen() {
    let process = process();
    process.fs.write(FILE, "1");
    process.event(FILE, Touch::Complete);
    assert_eq!(process.left(), NOTHING);
    assert!(process.woken());
    assert!(process.session.take_update().is_some());
}

#[test]
fn so_is_an_atomic_one_with_all_that_belongs_to_it() {
    let process = process();
    process.fs.write("/p/a.js.tmp", "1");
    process.event("/p/a.js.tmp", Touch::Partial);
    process.event("/p/a.js.tmp", Touch::Complete);
    process.fs.rename("/p/a.js.tmp", FILE);
    process.event("/p/a.js.tmp", Touch::Gone);
    process.event(FILE, Touch::Complete);
    assert_eq!(process.left(), NOTHING);
    assert!(process.session.take_update().is_some());
}

#[test]
fn what_another_loader_loads_is_known_by_what_it_held_then() {
    const OTHER: &str = "/p/q.graphql";
    let process = process();
    process.fs.write(OTHER, "{ a }");
    process.session.prepare(Path::new(OTHER));
    process
        .session
        .add_boundaries([Path::new(OTHER)], true, true);
    process.fs.write(OTHER, "{ b }");
    process.settle();
    assert!(process.session.take_update().is_some());
}

/// While an update that fails is at the importer, the importer itself is no news.
#[test]
fn what_a_module_has_waited_for_is_linked_before_an_update_can_be_taken() {
    // The resolver looks at the disk.
    let folder = tempfile::tempdir().expect("a folder");
    let root = crate::path::real(folder.path());
    let [importer, dep] = ["b.mjs", "dep.mjs"].map(|name| root.join(name));
    let process = process();
    let write = |path: &Path, text: &str| {
        std::fs::write(path, text).expect("written");
        process.fs.write(path.to_str().expect("a name"), text);
    };
    write(&importer, "");
    process.session.prepare(&importer);
    process
        .session
        .add_boundaries([importer.as_path()], true, true);
    process.settle();
    write(&importer, "import './dep.mjs'");
    process.event(importer.to_str().expect("a name"), Touch::Complete);
    process.settle();
    let update = process.session.take_update().expect("it is not there");
    process.session.loading(&importer, false);
    write(&dep, "");
    process.event(dep.to_str().expect("a name"), Touch::Complete);
    process.settle();
    assert!(
        process.session.finish_update(update.id, &[false], None),
        "again"
    );
    assert_eq!(process.session.reachable(&importer), [importer, dep]);
}

#[test]
fn directories_are_left_to_it_and_nothing_overtakes_them() {
    let process = process();
    process.fs.mkdir("/p/dir");
    process.event("/p/dir", Touch::Partial);
    process.fs.write(FILE, "1");
    process.event(FILE, Touch::Complete);
    assert!(!process.woken(), "behind the directory");
    process.shared.step(&process.receiver);
    assert!(process.woken());
    process.fs.write(FILE, "2");
    process.event(FILE, Touch::Complete);
    assert_eq!(process.left(), NOTHING, "all that was queued is handled");
    assert!(process.woken());
}

#[test]
fn while_the_engine_s_thread_is_at_work_events_are_queued() {
    let process = process();
    process.fs.write(FILE, "1");
    {
        let _at_work = process.shared.run();
        process.event(FILE, Touch::Complete);
    }
    process.shared.step(&process.receiver);
    assert!(process.woken());
}

#[test]
fn a_crowd_is_left_to_it() {
    let process = process();
    for number in 0..20 {
        let path = format!("/p/{number}.js").into();
        process
            .shared
            .run()
            .touch(path, Touch::Partial, Instant::now());
    }
    process.fs.write(FILE, "1");
    process.event(FILE, Touch::Complete);
    assert_eq!(process.left(), ["an event"]);
}

#[test]
fn other_events_are_left_to_it() {
    let process = process();
    for event in [
        BackendEvent::DirectoryGone("/p".into()),
        BackendEvent::Overflow,
        BackendEvent::Path {
            path: "/elsewhere/a.js".into(),
            touch: Touch::Complete,
            is_file: true,
        },
    ] {
        (process.sink)(event);
        assert_eq!(process.left(), ["an event"]);
        process.shared.queued.store(0, Ordering::Relaxed);
    }
}

/// Looking at a file that is being created waits for its writer: 200 µs of an atomic save.
#[test]
fn what_an_event_calls_a_file_is_not_looked_at() {
    let process = process();
    process.fs.write("/p/sub/b.js", "");
    for (is_file, left) in [(false, &["an event"][..]), (true, &[])] {
        (process.sink)(BackendEvent::Path {
            path: "/p/sub".into(), // a directory, to whoever looks
            touch: Touch::Partial,
            is_file,
        });
        assert_eq!(process.left(), left);
        process.shared.queued.store(0, Ordering::Relaxed);
    }
}

/// Else a session that has just ended an update takes what it watches besides alone, and has two.
#[test]
fn after_lost_events_watch_paths_are_pulled_with_what_is_in_the_graph() {
    let process = process();
    let [filter, ignore] =
        ["*.txt", "none"].map(|it| PathFilter::compile(Path::new("/p"), &[it.into()]).unwrap());
    let asked = std::time::SystemTime::now();
    process
        .session
        .add_trigger(1, Path::new(FILE), filter, ignore, asked);
    process.settle();
    process.fs.write(FILE, "1");
    (process.sink)(BackendEvent::Overflow);
    let overflow = process.receiver.recv().expect("it is left to it");
    process.shared.handle(&mut process.shared.run(), overflow);
    assert!(!process.session.state.lock().is_triggered());
    assert!(process.session.take_update().is_none());
    process.settle();
    assert!(process.woken());
    assert_eq!(process.session.take_triggers().len(), 1);
    assert!(process.session.take_update().is_some());
}
