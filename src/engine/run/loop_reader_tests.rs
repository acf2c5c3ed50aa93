//! The test's thread plays the program's loop; the engine's is played by `step`, where it is called.

use super::queue::Waiting;
use super::*;
use crate::engine::LoopReader;

const OTHER: &str = "/p/b.js";

/// A process whose sessions' thread this is, what waits to be read there, and who reads it.
fn process(gather: Duration) -> (Process, Arc<Waiting>, LoopReader) {
    let queue = Arc::new(Waiting::default());
    let timing = Timing {
        gather,
        ..Timing::default()
    };
    let process = process_reading(timing, Some(queue.clone()));
    assert!(queue.sink.set(process.sink.clone()).is_ok());
    let reader = LoopReader::new(&process.shared, queue.clone());
    (process, queue, reader)
}

fn closed(path: &str) -> BackendEvent {
    BackendEvent::Path {
        path: path.into(),
        touch: Touch::Complete,
        is_file: true,
    }
}

#[test]
fn the_wait_for_company_is_the_loop_s_and_warms_up() {
    let gather = Duration::from_micros(800);
    let (process, queue, reader) = process(gather);
    process.fs.write(FILE, "module.exports = 2;");
    *queue.events.lock() = vec![closed(FILE), BackendEvent::AllRead];
    let begun = Instant::now();
    let warmed = AtomicU32::new(0);
    let is_more = reader.read(|| {
        assert!(process.woken(), "in vain");
        assert!(process.session.take_update().is_none());
        warmed.fetch_add(1, Ordering::Relaxed);
    });
    assert!(!is_more);
    assert!(begun.elapsed() >= gather);
    assert_eq!(warmed.load(Ordering::Relaxed), 1);
    assert!(process.woken());
    assert!(process.session.take_update().is_some());
    assert_eq!(process.left(), NOTHING, "the engine's thread sleeps");

    // The next one has none to wait for.
    process.fs.write(FILE, "module.exports = 3;");
    *queue.events.lock() = vec![closed(FILE), BackendEvent::AllRead];
    assert!(!reader.read(|| panic!("there is no time")));
    assert!(process.woken());
}

/// It is saved with `FILE`, and of both one update is to be made.
fn other_of(process: &Process) -> BackendEvent {
    let other = Path::new(OTHER);
    process.fs.write(OTHER, "1");
    process.session.loading(other, false);
    process.session.add_boundaries([other], true, true);
    process.settle();
    process.fs.write(FILE, "module.exports = 2;");
    process.fs.write(OTHER, "module.exports = 2;");
    closed(OTHER)
}

fn has_both(process: &Process) -> bool {
    assert!(process.session.take_update().is_none());
    process.settle();
    let update = process.session.take_update().expect("an update");
    let changed = update.groups.iter().flat_map(|it| &it.modules);
    changed.filter(|it| it.changed).count() == 2
}

#[test]
fn company_that_comes_is_left_to_the_engine_s_thread() {
    let (process, queue, reader) = process(Duration::from_micros(800));
    let other = other_of(&process);
    *queue.events.lock() = vec![closed(FILE), BackendEvent::AllRead];
    *queue.later.lock() = vec![other, BackendEvent::AllRead];
    assert!(!reader.read(|| ()));
    assert!(has_both(&process));
}

#[test]
fn company_that_has_come_while_the_program_was_busy_is_seen_before_the_look() {
    let gather = Duration::from_micros(800);
    let (process, queue, reader) = process(gather);
    let other = other_of(&process);
    *queue.events.lock() = vec![closed(FILE), BackendEvent::AllRead];
    assert!(!reader.read(|| {
        std::thread::sleep(2 * gather);
        *queue.later.lock() = vec![other, BackendEvent::AllRead];
    }));
    assert!(has_both(&process));
}

#[test]
fn a_longer_wait_is_the_engine_s_thread_s() {
    let (process, queue, reader) = process(Duration::from_secs(60));
    *queue.events.lock() = vec![closed(FILE), BackendEvent::AllRead];
    assert!(!reader.read(|| panic!("it is not for the loop")));
    assert_eq!(process.left(), ["a deadline"]);
}

#[test]
fn what_was_read_of_very_many_is_the_engine_s_thread_s_to_wait_with() {
    for at_once in [true, false] {
        let (process, queue, reader) = process(Duration::from_micros(800));
        queue.is_more.store(at_once, Ordering::Relaxed);
        *queue.events.lock() = vec![closed(FILE)];
        let is_more = reader.read(|| {
            assert!(!at_once, "the rest comes first");
            queue.is_more.store(true, Ordering::Relaxed);
            *queue.later.lock() = vec![closed(OTHER)];
        });
        assert!(is_more);
        assert_eq!(process.left(), ["a deadline"], "{at_once}");
    }
}

#[test]
fn what_is_left_to_the_engine_s_thread_meanwhile_comes_before_the_look() {
    let (process, queue, reader) = process(Duration::from_micros(800));
    process.fs.write(FILE, "module.exports = 2;");
    *queue.events.lock() = vec![closed(FILE), BackendEvent::AllRead];
    let other = closed("/elsewhere/a.js");
    assert!(!reader.read(|| (process.sink)(other)));
    assert_eq!(process.shared.queued.load(Ordering::Relaxed), 1);
    assert!(process.session.take_update().is_none());
    process.settle();
    assert!(process.session.take_update().is_some());
}

#[test]
fn what_is_left_of_a_look_comes_after_the_program_was_told() {
    for ends_itself in [true, false] {
        let (process, queue, reader) = process(Duration::ZERO);
        process.fs.write("/q/a.js", "module.exports = 2;");
        process.fs.remove(FILE);
        process.fs.link(FILE, "/q/a.js");
        *queue.events.lock() = vec![closed(FILE), BackendEvent::AllRead];
        assert!(!reader.read(|| ()));
        assert!(process.woken());
        let is_followed = || process.left().contains(&"another");
        assert!(!is_followed(), "the program's turn");
        if ends_itself {
            reader.end();
            assert!(is_followed());
            reader.end();
        } else {
            process.shared.send(Command::Proceed);
            process.shared.step(&process.receiver);
            assert!(is_followed(), "the loop has not come back");
        }
        assert!(!is_followed(), "once");
    }
}

#[test]
fn who_has_the_run_is_left_the_rest_of_a_look() {
    let (process, queue, reader) = process(Duration::ZERO);
    process.fs.write(FILE, "module.exports = 2;");
    *queue.events.lock() = vec![closed(FILE), BackendEvent::AllRead];
    assert!(!reader.read(|| ()));
    let run = process.shared.run();
    reader.end();
    drop(run);
    assert_eq!(process.left(), ["a deadline"]);
}
