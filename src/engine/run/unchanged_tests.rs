//! What an update evaluates of CommonJS files that it is not about.

use super::*;
use std::path::PathBuf;

const IMPORTER: &str = "/p/importer.cjs";
const DEP: &str = "/p/dep.cjs";

/// `/p/importer.cjs` requires `/p/dep.cjs`.
fn two() -> Process {
    let process = process();
    for (path, text) in [(IMPORTER, "require('./dep.cjs')"), (DEP, "1")] {
        process.fs.write(path, text);
        process.session.loading(Path::new(path), true);
    }
    let edges = [(PathBuf::from(IMPORTER), vec![PathBuf::from(DEP)])];
    process.session.link(&edges);
    let importer = Path::new(IMPORTER);
    process.session.add_boundary(importer, true, true);
    process.settle();
    process
}

/// Saves `/p/dep.cjs`, and does `before` when an update about that is in flight; what that evaluates as its importer.
fn update(process: &Process, text: &str, before: impl FnOnce()) -> Option<String> {
    process.save(DEP, text);
    process.settle();
    let update = process.session.take_update().expect("an update");
    before();
    let evaluated = process.session.loading(Path::new(IMPORTER), true);
    process.session.finish_update(update.id, &[true]);
    evaluated
}

#[test]
fn what_is_written_again_just_then_is_what_it_was() {
    let process = two();
    let text = "require('./dep.cjs')";
    assert_eq!(update(&process, "2", || ()).as_deref(), Some(text));
    let half = || process.fs.write(IMPORTER, "requ");
    assert_eq!(update(&process, "3", half).as_deref(), Some(text));
    assert!(
        process.session.take_update().is_none(),
        "nobody has said so"
    );
    process.event(IMPORTER, Touch::Partial);
    process.save(IMPORTER, "require('./dep.cjs') + 1");
    process.settle();
    let update = process.session.take_update().expect("the save");
    let changed = update.groups[0].modules.iter().find(|it| it.changed);
    assert_eq!(changed.expect("one").path, Path::new(IMPORTER));
}

#[test]
fn what_was_changed_before_is_kept_too() {
    let process = two();
    let text = "require('./dep.cjs') + 1";
    process.save(IMPORTER, text);
    process.settle();
    let first = process.session.take_update().expect("an update");
    process.session.loading(Path::new(IMPORTER), true);
    process.session.finish_update(first.id, &[true]);
    let half = || process.fs.write(IMPORTER, "");
    assert_eq!(update(&process, "2", half).as_deref(), Some(text));
}

#[test]
fn what_nobody_has_kept_is_waited_for() {
    let process = two();
    let text = "require('./dep.cjs')";
    let fs = Arc::clone(&process.fs);
    let writer = std::cell::Cell::new(None);
    let begun = || {
        fs.write(IMPORTER, "");
        let fs = Arc::clone(&fs);
        let write = move || {
            std::thread::sleep(Duration::from_millis(5));
            fs.write(IMPORTER, text);
        };
        writer.set(Some(std::thread::spawn(write)));
    };
    assert_eq!(update(&process, "2", begun).as_deref(), Some(text));
    let writer = writer.take().expect("begun");
    writer.join().expect("written");
}

/// Under register each of these files is a boundary of its own, and no plan knows of importers.
#[test]
fn what_no_plan_knows_of_is_what_it_was() {
    let process = two();
    let dep = Path::new(DEP);
    process.session.add_boundary(dep, false, true);
    process.settle();
    let text = "require('./dep.cjs')";
    assert_eq!(update(&process, "2", || ()).as_deref(), Some(text));
    let half = || process.fs.write(IMPORTER, "");
    assert_eq!(update(&process, "3", half).as_deref(), Some(text));
}
