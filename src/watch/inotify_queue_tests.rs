//! Who reads the events of the real inotify: the program's loop by the queue, or the backend's thread. Nothing sleeps: each test waits
//! for what must come, and fails when it does not.

use std::ffi::CString;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::event::Timespec;

use super::inotify::{Event, ROUND};
use super::{Backend, BackendEvent, EventQueue, Native as InotifyBackend, Sink, Touch};

/// A queue of our own, which reports to `events` on which thread what has come of `a.js`.
fn queue_of(
    dir: &Path,
    round: Option<Timespec>,
) -> (
    InotifyBackend,
    Arc<dyn EventQueue>,
    Receiver<(Touch, std::thread::ThreadId)>,
) {
    let (sender, events) = channel();
    let sink: Sink = Arc::new(move |event| {
        if let BackendEvent::Path { touch, .. } = event {
            let _ = sender.send((touch, std::thread::current().id()));
        }
    });
    let mut backend = InotifyBackend::start_with(sink, round).unwrap();
    backend.watch(dir).unwrap();
    let queue = backend.queue().unwrap();
    (backend, queue, events)
}

#[test]
fn who_waits_for_the_queue_reads_it() {
    let dir = tempfile::tempdir().unwrap();
    let (_backend, queue, events) = queue_of(dir.path(), None);
    queue.attended(true);
    let here = std::thread::current().id();
    let mut read_here = 0;
    // The thread may be quicker where this one is held up for longer than it is given time.
    for _ in 0..200 {
        fs::write(dir.path().join("a.js"), "1").unwrap();
        queue.read();
        while let Ok((_, thread)) = events.try_recv() {
            read_here += u32::from(thread == here);
        }
    }
    assert!(read_here > 0);
    queue.read();
    assert!(!queue.is_unread());
}

#[test]
fn what_nobody_else_reads_the_thread_does() {
    for (is_attended, round) in [(false, None), (true, Some(ROUND))] {
        let dir = tempfile::tempdir().unwrap();
        let (_backend, queue, events) = queue_of(dir.path(), round);
        queue.attended(is_attended);
        fs::write(dir.path().join("a.js"), "1").unwrap();
        let patience = Duration::from_secs(20);
        let reported = std::iter::from_fn(|| events.recv_timeout(patience).ok());
        let (_, thread) = reported
            .into_iter()
            .find(|(touch, _)| *touch == Touch::Complete)
            .unwrap();
        assert_ne!(thread, std::thread::current().id());
    }
}

/// Not when it makes its next round: there is none here.
#[test]
fn the_thread_is_told_when_events_are_its_own_to_read() {
    let given_back: [fn(&dyn EventQueue); 2] = [
        |queue| queue.attended(false),
        |queue| queue.concerns_others(),
    ];
    for give_back in given_back {
        let dir = tempfile::tempdir().unwrap();
        let (_backend, queue, events) = queue_of(dir.path(), None);
        queue.attended(true);
        let save = || fs::write(dir.path().join("a.js"), "1").unwrap();
        // It may not have heard that it is to leave them, and read these.
        save();
        while events.recv_timeout(Duration::from_millis(500)).is_ok() {
            save();
        }
        give_back(&*queue);
        let patience = Duration::from_secs(20);
        let (_, thread) = events.recv_timeout(patience).expect("the thread reads it");
        assert_ne!(thread, std::thread::current().id());
    }
}

#[test]
fn what_is_written_is_unread_until_it_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    let (sender, reported) = channel();
    let (open, gate) = channel::<()>();
    let gate = parking_lot::Mutex::new(gate);
    let sink: Sink = Arc::new(move |event| {
        let _ = sender.send(event);
        let _ = gate.lock().recv(); // errs at once when the gate was dropped: open
    });
    let mut backend = InotifyBackend::start(sink).unwrap();
    backend.watch(dir.path()).unwrap();
    let queue = backend.queue().unwrap();
    assert!(!queue.is_unread());
    fs::write(dir.path().join("a.js"), "1").unwrap();
    reported.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(queue.is_unread(), "the sink has not come back");
    drop(open);
    while queue.is_unread() {
        std::thread::yield_now();
    }
    assert!(reported.try_iter().any(|it| matches!(
        it,
        BackendEvent::Path {
            touch: Touch::Complete,
            ..
        }
    )));
}

#[test]
fn a_file_is_no_directory_to_watch() {
    let dir = tempfile::tempdir().unwrap();
    let (mut backend, ..) = queue_of(dir.path(), None);
    let file = dir.path().join("a.js");
    assert_eq!(
        backend.watch(&file),
        Err(super::WatchError::NotFound),
        "not there"
    );
    fs::write(&file, "1").unwrap();
    assert_eq!(
        backend.watch(&file),
        Err(super::WatchError::NotFound),
        "a file"
    );
}

#[test]
fn what_an_atomic_save_writes_is_not_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let (sender, reported) = channel();
    let sink: Sink = Arc::new(move |event| {
        let _ = sender.send(event);
    });
    let mut backend = InotifyBackend::start_with(sink, None).unwrap();
    backend.watch(dir.path()).unwrap();
    let queue = backend.queue().unwrap();
    queue.attended(true);
    let [file, temporary] = ["a.js", "a.js.tmp"].map(|name| dir.path().join(name));
    // The thread may be quicker where this one is held up for longer than it is given time.
    for _ in 0..200 {
        fs::write(&temporary, "1").unwrap();
        fs::rename(&temporary, &file).unwrap();
        queue.read();
        let touches: Vec<_> = (reported.try_iter())
            .filter_map(|it| match it {
                BackendEvent::Path { path, touch, .. } => Some((path, touch)),
                _ => None,
            })
            .collect();
        if touches
            == [
                (temporary.clone(), Touch::Gone),
                (file.clone(), Touch::Complete),
            ]
        {
            return;
        }
    }
    panic!("they were never read together");
}

#[test]
fn what_is_undone_is_a_file_s_name_in_one_folder() {
    use rustix::fs::inotify::ReadFlags as Flags;
    let event = |descriptor, flags, name: Option<&str>| Event {
        descriptor,
        flags,
        name: name.map(|it| CString::new(it).unwrap()),
    };
    let later = [
        event(1, Flags::MOVED_FROM, Some("moved")),
        event(1, Flags::DELETE, Some("deleted")),
        event(1, Flags::DELETE | Flags::ISDIR, Some("folder")),
        event(1, Flags::CLOSE_WRITE, Some("written")),
    ];
    let is_undone = |descriptor, flags, name| event(descriptor, flags, name).is_undone_in(&later);
    for flags in [Flags::CREATE, Flags::MODIFY, Flags::CLOSE_WRITE] {
        assert!(is_undone(1, flags, Some("moved")));
        assert!(is_undone(1, flags, Some("deleted")));
        assert!(!is_undone(2, flags, Some("moved")), "in another folder");
        assert!(!is_undone(1, flags, Some("written")));
        assert!(!is_undone(1, flags, None), "the folder itself");
        assert!(!is_undone(1, flags | Flags::ISDIR, Some("folder")));
    }
    for flags in [Flags::MOVED_TO, Flags::MOVED_FROM, Flags::DELETE] {
        assert!(!is_undone(1, flags, Some("moved")));
    }
}
