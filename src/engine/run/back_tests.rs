//! Files that are gone and back, at any moment in between.

use super::*;

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
