//! Events that wait to be read, by whoever comes to it.

use super::*;

/// Something has happened that nobody has read.
struct Unread;

impl EventQueue for Unread {
    fn descriptor(&self) -> i32 {
        -1
    }
    fn attended(&self, _is_attended: bool) {}
    fn concerns_others(&self) {}
    fn read(&self) -> bool {
        false
    }
    fn has_next(&self) -> bool {
        false
    }
    fn wait(&self, _time: Duration) -> bool {
        false
    }
    fn is_unread(&self) -> bool {
        true
    }
}

#[test]
fn a_burst_is_not_cut_short_while_events_may_be_unread() {
    let timing = Timing {
        burst_quiet: Duration::from_secs(60),
        burst_cap: Duration::ZERO,
        unread_cap: Duration::from_millis(20),
        ..Timing::default()
    };
    let process = process_reading(timing, Some(Arc::new(Unread)));
    let other = "/p/b.js".into();
    let now = Instant::now();
    process.shared.run().touch(other, Touch::Complete, now);
    process.save(FILE, "module.exports = 2;");
    assert!(!process.woken(), "left to the engine's thread");
    let is_there = || process.shared.run().deadline().is_some();
    assert!(is_there());
    while is_there() {
        assert!(!process.woken(), "waits with the rest");
        process.shared.step(&process.receiver);
    }
    assert!(process.woken());
    assert!(now.elapsed() >= Duration::from_millis(20));
}

/// Events that nobody has come to read yet.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) sink: std::sync::OnceLock<Sink>,
    pub(super) events: Mutex<Vec<BackendEvent>>,
    /// What happens while somebody waits.
    pub(super) later: Mutex<Vec<BackendEvent>>,
    has_next: AtomicBool,
    /// Very many: reading ends before all is read.
    pub(super) is_more: AtomicBool,
}

impl EventQueue for Waiting {
    fn descriptor(&self) -> i32 {
        -1
    }
    fn attended(&self, _is_attended: bool) {}
    fn concerns_others(&self) {}
    fn read(&self) -> bool {
        for event in std::mem::take(&mut *self.events.lock()) {
            (self.sink.get().expect("a sink"))(event);
        }
        self.is_more.load(Ordering::Relaxed)
    }
    fn has_next(&self) -> bool {
        self.has_next.load(Ordering::Relaxed)
    }
    fn wait(&self, time: Duration) -> bool {
        let later = std::mem::take(&mut *self.later.lock());
        if later.is_empty() {
            std::thread::sleep(time);
        }
        *self.events.lock() = later;
        self.is_unread()
    }
    fn is_unread(&self) -> bool {
        !self.events.lock().is_empty()
    }
}

#[test]
fn what_is_begun_and_ended_at_once_wakes_nobody_else() {
    let queue: Arc<dyn EventQueue> = Arc::new(Waiting::default());
    let process = process_reading(
        Timing {
            gather: Duration::ZERO,
            ..Timing::default()
        },
        Some(queue),
    );
    let all_read = || (process.sink)(BackendEvent::AllRead);
    process.fs.write(FILE, "1");
    process.event(FILE, Touch::Partial);
    process.event(FILE, Touch::Complete);
    all_read();
    assert_eq!(process.left(), NOTHING);
    assert!(process.session.take_update().is_some());
    process.fs.write(FILE, "2");
    process.event(FILE, Touch::Partial);
    assert_eq!(process.left(), NOTHING, "it may be ended yet");
    all_read();
    assert_eq!(process.left(), ["a deadline"]);
    process.shared.send(Command::Proceed);
    process.shared.step(&process.receiver);
    all_read();
    assert_eq!(process.left(), NOTHING, "it knows");
}

#[test]
fn that_a_writer_has_gone_on_is_known_before_its_file_is_taken_also_when_nobody_has_read_of_it() {
    let queue = Arc::new(Waiting::default());
    let process = process_reading(Timing::default(), Some(queue.clone()));
    assert!(queue.sink.set(process.sink.clone()).is_ok());
    process.fs.write(FILE, "// half");
    process.event(FILE, Touch::Partial);
    while process.shared.run().held.is_empty() {
        process.shared.step(&process.receiver);
    }
    // What may be a directory is left to the engine's thread, and what comes after it, too.
    let has_gone_on = |path: &str, is_file| BackendEvent::Path {
        path: path.into(),
        touch: Touch::Partial,
        is_file,
    };
    *queue.events.lock() = vec![has_gone_on("/p/new", false), has_gone_on(FILE, true)];
    process.shared.step(&process.receiver);
    assert!(!queue.is_unread());
    assert!(process.session.take_update().is_none(), "it would be half");
    process.save(FILE, "// half and half");
    assert!(process.session.take_update().is_some());
}

#[test]
fn two_files_that_were_saved_while_nobody_read_are_one_update() {
    const OTHER: &str = "/p/b.js";
    // By what the second is the last event, or another one, of which nobody hears.
    for is_last in [true, false] {
        let queue = Arc::new(Waiting::default());
        let timing = Timing {
            gather: Duration::ZERO,
            ..Timing::default()
        };
        let process = process_reading(timing, Some(queue.clone()));
        process.fs.write(OTHER, "1");
        process.session.prepare(Path::new(OTHER));
        process
            .session
            .add_boundaries([Path::new(OTHER)], true, true);
        process.settle();
        process.woken();
        queue.has_next.store(true, Ordering::Relaxed);
        process.save(FILE, "2");
        assert!(!process.woken(), "the other one is there to be read");
        queue.has_next.store(!is_last, Ordering::Relaxed);
        process.save(OTHER, "2");
        (process.sink)(BackendEvent::AllRead);
        process.settle();
        let update = process.session.take_update().expect("both");
        assert_eq!(update.groups.len(), 2);
    }
}
