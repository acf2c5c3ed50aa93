//! The watcher over a file system in memory and a backend that only notes what it is told.

use super::super::test_support::{NOTHING, World, words};
use super::super::{BackendEvent, Touch};
use super::*;

#[test]
fn the_directory_and_its_ancestors_up_to_the_project_are_watched_once() {
    let mut world = World::new(&[
        "/p/package.json",
        "/p/src/a/x.js",
        "/p/src/y.js",
        "/q/.git/HEAD",
        "/q/z.js",
    ]);
    assert_eq!(world.acquire("/p/src/a/x.js"), NOTHING);
    assert_eq!(
        world.log.calls(),
        ["+/p", "+/p/src", "+/p/src/a"],
        "parents first"
    );
    world.acquire("/p/src/a/x.js");
    world.acquire("/p/src/y.js");
    assert_eq!(world.log.calls(), NOTHING);
    world.acquire("/q/z.js");
    assert_eq!(world.log.calls(), ["+/q"]);
    assert_eq!(world.watcher.deadline(), None, "idle");
    world.counts(4, 0, 0);

    world.release("/p/src/a/x.js");
    assert_eq!(world.log.calls(), NOTHING, "acquired twice");
    world.release("/p/src/a/x.js");
    assert_eq!(world.log.calls(), ["-/p/src/a"]);
    world.release("/p/src/y.js");
    world.release("/q/z.js");
    world.release("/never/acquired.js");
    assert_eq!(world.log.watched(), NOTHING);
    world.counts(0, 0, 0);
}

#[test]
fn without_a_project_only_the_directory_is_watched() {
    let mut world = World::new(&["/a/b/c/x.js", "/a/b/y.js"]);
    world.acquire("/a/b/c/x.js");
    world.acquire("/a/b/y.js");
    assert_eq!(world.log.watched(), ["/a/b", "/a/b/c"]);
    // The markers may change while files are held: what was taken is given back.
    world.fs.write("/a/package.json", "{}");
    world.release("/a/b/c/x.js");
    world.release("/a/b/y.js");
    assert_eq!(world.log.watched(), NOTHING);
}

#[test]
fn a_file_that_could_have_been_a_directory_is_a_file() {
    let mut world = World::new(&["/p/package.json", "/p/a.js"]);
    world.acquire("/p/a.js");
    world.acquire("/p/a.js/index.js");
    for touch in [Touch::Complete, Touch::Partial, Touch::Gone] {
        assert_eq!(world.path("/p/a.js", touch), [format!("{touch:?} /p/a.js")]);
    }
}

#[test]
fn file_events_pass_through() {
    let mut world = World::new(&["/p/package.json", "/p/a.js"]);
    world.acquire("/p/a.js");
    for touch in [Touch::Complete, Touch::Partial, Touch::Gone] {
        assert_eq!(world.path("/p/a.js", touch), [format!("{touch:?} /p/a.js")]);
    }
}

#[test]
fn a_directory_that_goes_and_comes_back() {
    for moved in [false, true] {
        let mut world = World::new(&["/p/package.json", "/p/dist/a/x.js"]);
        world.acquire("/p/dist/a/x.js");
        world.log.calls();
        world.fs.remove("/p/dist");
        let events = if moved {
            world.path("/p/dist", Touch::Gone)
        } else {
            world.gone("/p/dist")
        };
        assert_eq!(events, ["rescan /p/dist"]);
        assert_eq!(
            world.log.calls(),
            ["-/p/dist", "-/p/dist/a"],
            "stale inodes"
        );
        world.counts(1, 0, 2);
        assert_eq!(world.gone("/p/dist/a"), NOTHING, "said already");

        world.fs.write("/p/dist/a/x.js", "new");
        assert_eq!(world.path("/p/dist", Touch::Partial), ["rescan /p/dist"]);
        assert_eq!(world.log.calls(), ["+/p/dist", "+/p/dist/a"]);
        world.counts(3, 0, 0);
        assert_eq!(world.watcher.deadline(), None);
        // The creation's event, when the search was faster.
        assert_eq!(world.path("/p/dist/a", Touch::Partial), NOTHING);
    }
}

#[test]
fn a_lost_directory_is_looked_for_less_and_less_and_then_only_on_events() {
    let mut world = World::new(&["/p/package.json"]);
    assert_eq!(world.acquire("/p/a/b/x.js"), NOTHING);
    world.counts(1, 0, 2);
    let mut waits = Vec::new();
    while world.watcher.deadline().is_some() {
        let (waited, events) = world.tick();
        assert_eq!(events, NOTHING);
        waits.push(waited);
    }
    assert_eq!(
        waits,
        [50, 100, 200, 400, 800],
        "the parent is watched: idle"
    );
    // mkdir -p: the second directory may be there before the first is watched.
    world.fs.mkdir("/p/a");
    assert_eq!(world.path("/p/a", Touch::Partial), ["rescan /p/a"]);
    world.counts(2, 0, 1);
    assert!(
        world.watcher.deadline().is_some(),
        "something is going on: looked for again"
    );
    world.fs.write("/p/a/b/x.js", "");
    assert_eq!(world.tick(), (50, vec!["rescan /p/a/b".to_owned()]));
    world.counts(3, 0, 0);
    assert_eq!(world.watcher.deadline(), None);
}

#[test]
fn with_nobody_to_tell_the_search_goes_on() {
    let mut world = World::new(&["/x"]);
    world.acquire("/gone/a.js");
    let waits: Vec<u128> = (0..8).map(|_| world.tick().0).collect();
    assert_eq!(waits, [50, 100, 200, 400, 800, 1000, 1000, 1000]);
    world.fs.write("/gone/a.js", "");
    assert_eq!(world.tick(), (1000, vec!["rescan /gone".to_owned()]));
}

#[test]
fn a_file_in_the_directory_s_place_is_not_watched() {
    let mut world = World::new(&["/p/package.json", "/p/a"]);
    world.acquire("/p/a/x.js");
    assert_eq!(world.log.watched(), ["/p"]);
    world.counts(1, 0, 1);
}

#[test]
fn a_directory_renamed_over_a_watched_one_is_watched_anew() {
    let mut world = World::new(&["/p/package.json", "/p/dist/x.js", "/p/next/x.js"]);
    world.acquire("/p/dist/x.js");
    world.log.calls();
    world.fs.remove("/p/dist");
    world.fs.rename("/p/next", "/p/dist");
    assert_eq!(world.path("/p/dist", Touch::Complete), ["rescan /p/dist"]);
    assert_eq!(world.log.calls(), ["-/p/dist", "+/p/dist"]);
    assert_eq!(
        world.path("/p/dist", Touch::Complete),
        NOTHING,
        "the same inode"
    );
}

#[test]
fn a_directory_whose_inode_outlives_its_name() {
    let mut world = World::new(&["/p/package.json", "/p/src/x.js"]);
    world.acquire("/p/src/x.js");
    let outlived = |world: &World| world.watcher.outlived_above(Path::new("/p/src/x.js"));
    assert_eq!(outlived(&world), None);
    world.fs.remove("/p");
    assert_eq!(outlived(&world), Some("/p".into()), "the topmost one");
    world.fs.write("/p/src/x.js", "new");
    assert_eq!(outlived(&world), Some("/p".into()), "another inode");
    assert_eq!(world.gone("/p"), ["rescan /p"]);
    assert_eq!(outlived(&world), None);
}

#[test]
fn an_overflow_watches_all_anew_and_rescans_all() {
    let mut world = World::new(&["/p/package.json", "/p/a/x.js", "/p/tree/b/y.js"]);
    world.acquire("/p/a/x.js");
    world.tree("/p/tree");
    world.log.calls();
    world.fs.remove("/p/a");
    world.fs.mkdir("/p/tree/new");
    let events = words(world.watcher.on_backend(BackendEvent::Overflow, world.now));
    assert_eq!(events, ["rescan all"]);
    assert_eq!(
        world.log.watched(),
        ["/p", "/p/tree", "/p/tree/b", "/p/tree/new"]
    );
    let calls = world.log.calls();
    assert!(
        calls.contains(&"-/p".into()) && calls.contains(&"+/p".into()),
        "{calls:?}"
    );
    world.counts(4, 0, 1);
}

#[test]
fn a_failed_backend_is_replaced_by_polling() {
    let mut world = World::new(&["/p/package.json", "/p/x.js"]);
    world.acquire("/p/x.js");
    world.acquire("/p/later/y.js");
    while world.watcher.deadline().is_some() {
        world.tick(); // until the search relies on events
    }
    let failed = || BackendEvent::Failed("EIO".into());
    let events = words(world.watcher.on_backend(failed(), world.now));
    assert_eq!(events, ["failed EIO", "rescan all"]);
    world.counts(0, 1, 1);
    let again = words(world.watcher.on_backend(failed(), world.now));
    assert_eq!(again, ["rescan all"]);

    world.fs.write("/p/later/y.js", "");
    assert_eq!(world.tick().0, 50, "looked for again");
    world.counts(0, 2, 0);
    assert_eq!(world.log.watched(), NOTHING, "the backend is out of use");
    assert_eq!(world.tick().1, NOTHING, "what was there is known");
    world.fs.write("/p/x.js", "changed");
    assert_eq!(world.tick().1, ["Complete /p/x.js"]);
}

#[test]
fn it_may_be_moved_to_the_engine_s_thread() {
    const fn check<T: Send>() {}
    check::<Watcher>();
}
