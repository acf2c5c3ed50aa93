//! Files whose writers are not done: half written, emptied, open.

use super::*;

#[test]
fn what_is_half_written_when_its_watch_begins_is_waited_for() {
    let process = process();
    let (name, file) = ("/p/sub/b.js", Path::new("/p/sub/b.js"));
    process.fs.write(name, "1");
    process.session.hold_watches();
    process.session.loading(file, false);
    process.session.add_boundaries([file], true, true);
    process.fs.write(name, "// a lo");
    process.fs.touched(name, SystemTime::now());
    process.session.begin_watches();
    process.shared.step(&process.receiver);
    assert!(process.session.state.lock().is_interested(file));
    // It may be the whole, when nothing more comes for long.
    assert!(process.shared.run().deadline() > Some(Instant::now() + Duration::from_millis(10)));
    process.save(name, "// a long comment");
    assert!(process.woken());
    assert!(process.session.take_update().is_some());
    assert!(process.shared.run().deadline().is_none());
}

#[test]
fn what_has_to_wait_is_left_to_the_engine_s_thread() {
    let process = process();
    process.fs.write(FILE, "3");
    process.event(FILE, Touch::Partial);
    assert_eq!(process.left(), ["a deadline"]);
    assert!(!process.woken());
    process.fs.write(FILE, "4");
    process.event(FILE, Touch::Complete);
    assert_eq!(process.left(), NOTHING, "it waits no longer");
    assert!(process.session.take_update().is_some());
}

#[test]
fn half_a_file_is_not_taken_for_the_whole() {
    let process = process();
    process.fs.write(FILE, "// half");
    process.event(FILE, Touch::Partial);
    while process.shared.run().held.is_empty() {
        process.shared.step(&process.receiver);
    }
    process.fs.write(FILE, "// half and half");
    assert!(process.session.take_update().is_none());
    // Never closed, but it reads the same twice.
    process.settle();
    let update = process.session.take_update().expect("it is news");
    let whole = Content::of_bytes(b"// half and half");
    assert_eq!(update.groups[0].modules[0].content, Some(whole));
}

/// A writer that is slow to go on, of a file that was just saved by a quicker one.
#[test]
fn an_emptied_file_waits_for_its_writer_also_when_it_was_seen_before_it_was_known_to_be_open() {
    // The file system may tell of the truncation later than it shows it; of saves before it may not have been read yet.
    for told in [Some(Touch::Partial), Some(Touch::Complete), None] {
        waits_for_its_writer(told);
    }
}

fn waits_for_its_writer(told: Option<Touch>) {
    let process = process();
    process.save(FILE, "1");
    let update = process.session.take_update().expect("it is filled");
    process.session.loading(Path::new(FILE), false);
    process.session.finish_update(update.id, &[true], None);
    let begin = Instant::now();
    process.save(FILE, ""); // the close is the earlier save's
    if let Some(touch) = told {
        process.event(FILE, touch);
    }
    let soon = begin + crate::change::EMPTIED_HOLD / 2;
    while process.shared.run().deadline().is_some_and(|it| it < soon) {
        process.shared.step(&process.receiver);
    }
    assert!(process.session.take_update().is_none(), "it is empty");
    process.save(FILE, "2");
    let update = process.session.take_update().expect("it is filled again");
    let two = Content::of_bytes(b"2");
    assert_eq!(update.groups[0].modules[0].content, Some(two));
}
