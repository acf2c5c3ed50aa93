//! Files that are gone and back, at any moment in between.

use super::*;
use crate::resolve::Mode;

const OTHER: &str = "/p/b.js";

/// A process that has loaded `OTHER`, too, which is gone. It waits to be looked at, and is told of with what is due before.
fn without_other() -> Process {
    let process = process();
    process.fs.write(OTHER, "module.exports = 1;");
    process.session.loading(Path::new(OTHER), false);
    process
        .session
        .add_boundaries([Path::new(OTHER)], true, true);
    process.settle();
    process.fs.remove(OTHER);
    process.event(OTHER, Touch::Gone);
    process.session.take_moved();
    let others = vec![FILE.into()];
    process.shared.run().examine(others, Instant::now());
    assert_eq!(process.session.take_moved(), Some(vec![OTHER.into()]));
    process
}

/// Who has looked in between has found another file, or none.
#[test]
fn what_is_back_before_it_was_taken_for_gone_has_moved_again() {
    let process = without_other();
    process.save(OTHER, "module.exports = 1;");
    process.settle();
    assert_eq!(process.session.take_moved(), Some(vec![OTHER.into()]));
    process.save(OTHER, "module.exports = 2;");
    process.settle();
    assert_eq!(process.session.take_moved(), Some(Vec::new()));
}

#[test]
fn nor_is_what_tells_that_it_is_back_read_before_it_is_looked_at() {
    let process = without_other();
    process.fs.write(OTHER, "module.exports = 1;");
    process.settle();
    assert_eq!(process.session.take_moved(), Some(vec![OTHER.into()]));
    process.save(OTHER, "module.exports = 2;");
    process.settle();
    assert_eq!(process.session.take_moved(), Some(Vec::new()));
}

/// Who is to look for it again is told that it has come, by whatever it is noticed first.
#[test]
fn what_is_found_in_the_place_of_what_is_gone_has_moved_before_its_event_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = crate::path::real(folder.path());
    let process = process();
    let write = |name: &str, text: &str| {
        let path = root.join(name);
        std::fs::write(&path, text).expect("written");
        process.fs.write(path.to_str().expect("a name"), text);
        path
    };
    let importer = write("c.cjs", "require('./m')");
    process.session.loading(&importer, false);
    process.settle();
    process.session.take_moved();
    let come = write("m.json", "2");
    let gone = root.join("m.js");
    process
        .session
        .may_lead_elsewhere(&importer, "./m", Mode::Require, &gone);
    assert_eq!(process.session.take_moved(), Some(vec![come]));
}
