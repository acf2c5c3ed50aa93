//! Polling and trees, over a file system in memory.

use std::time::Duration;

use super::super::test_support::{NOTHING, World};
use super::super::{PollReason, Touch, WatchError, WatchOptions};

#[test]
fn polling_has_four_reasons_each_said_once() {
    let limit = WatchOptions {
        max_watches: Some(1),
        ..WatchOptions::default()
    };
    let forced = WatchOptions {
        force_polling: true,
        ..WatchOptions::default()
    };
    let files = ["/p/package.json", "/p/a/x.js", "/p/b/y.js", "/p/b/z.js"];
    type Setup = fn(&World);
    let cases: [(WatchOptions, Setup, &[&str], PollReason); 4] = [
        (
            limit,
            |_| {},
            &["polling /p/a WatchLimit"],
            PollReason::WatchLimit,
        ),
        (
            WatchOptions::default(),
            |world| world.fs.network("/p", "NFS"),
            &["polling /p NetworkFileSystem(\"NFS\")"],
            PollReason::NetworkFileSystem("NFS"),
        ),
        (forced, |_| {}, &[], PollReason::Forced),
        (
            WatchOptions::default(),
            |world| {
                for dir in ["/p", "/p/a", "/p/b"] {
                    world.log.fail(dir, WatchError::Other("EPERM".into()));
                }
            },
            &["polling /p Unsupported(\"EPERM\")"],
            PollReason::Unsupported("EPERM".into()),
        ),
    ];
    for (options, setup, notices, reason) in cases {
        let mut world = World::with(&files, options);
        setup(&world);
        assert_eq!(world.acquire("/p/a/x.js"), notices);
        assert_eq!(world.acquire("/p/b/y.js"), NOTHING, "said");
        assert_eq!(world.watcher.status().reasons, [reason]);
        assert_eq!(world.tick(), (100, vec![]));

        world.fs.write("/p/a/x.js", "changed");
        world.fs.write("/p/b/z.js", "not acquired");
        world.fs.remove("/p/b/y.js");
        let expected = ["Complete /p/a/x.js", "Gone /p/b/y.js"].map(str::to_owned);
        assert_eq!(world.tick(), (100, expected.to_vec()));
        assert_eq!(world.tick(), (100, vec![]));

        world.release("/p/a/x.js");
        world.release("/p/b/y.js");
        assert_eq!(world.watcher.deadline(), None, "nothing to poll");
    }
}

#[test]
fn files_are_polled_as_long_as_they_are_held() {
    let options = WatchOptions {
        force_polling: true,
        ..WatchOptions::default()
    };
    let files = ["/p/package.json", "/p/a/x.js", "/p/a/y.js", "/p/a/z/w.js"];
    let mut world = World::with(&files, options);
    // Where a file is looked for there may be a folder.
    for file in ["/p/a/x.js", "/p/a/y.js", "/p/a/z"] {
        world.acquire(file);
    }
    assert_eq!(world.tick().1, NOTHING);
    world.release("/p/a/y.js");
    assert_eq!(world.tick().1, NOTHING);
    world.fs.write("/p/a/x.js", "changed");
    world.fs.write("/p/a/y.js", "changed");
    assert_eq!(world.tick().1, ["Complete /p/a/x.js"]);
    world.fs.remove("/p/a/z");
    assert_eq!(world.tick().1, NOTHING, "it was no file");
    world.fs.write("/p/a/z", "");
    assert_eq!(world.tick().1, ["Complete /p/a/z"]);
}

#[test]
fn a_polled_directory_that_goes_and_comes_back() {
    let options = WatchOptions {
        force_polling: true,
        ..WatchOptions::default()
    };
    let mut world = World::with(&["/p/package.json", "/p/a/x.js"], options);
    world.acquire("/p/a/x.js");
    world.fs.rename("/p/a", "/p/b");
    assert_eq!(world.tick(), (100, vec!["rescan /p/a".to_owned()]));
    world.counts(0, 1, 1);
    world.fs.write("/p/a/x.js", "other");
    assert_eq!(world.tick(), (50, vec!["rescan /p/a".to_owned()]));
    world.counts(0, 2, 0);
    // Replaced between two polls: another inode.
    world.fs.remove("/p/a");
    world.fs.write("/p/a/x.js", "other");
    assert_eq!(world.tick().1, ["rescan /p/a"]);
    assert_eq!(world.tick().1, NOTHING);
}

#[test]
fn what_lies_below_a_found_directory_is_looked_for_at_once() {
    let options = WatchOptions {
        force_polling: true,
        ..WatchOptions::default()
    };
    let mut world = World::with(&["/p/package.json"], options);
    world.acquire("/p/a/b/x.js");
    for _ in 0..40 {
        assert_eq!(world.tick().1, NOTHING); // `b` sleeps by now: `a` is looked for
    }
    world.fs.write("/p/a/b/x.js", "");
    let found = (0..12)
        .map(|_| world.tick().1)
        .find(|events| !events.is_empty());
    assert_eq!(found, Some(vec!["rescan /p/a".to_owned()]));
    world.counts(0, 3, 0);
}

#[test]
fn a_tree_grows_and_shrinks() {
    let mut world = World::new(&["/p/package.json", "/p/t/a/x", "/p/t/skip/y", "/p/t/b/c/z"]);
    let (id, events) = world.tree("/p/t");
    assert_eq!(events, NOTHING);
    assert_eq!(
        world.log.watched(),
        ["/p", "/p/t", "/p/t/a", "/p/t/b", "/p/t/b/c"]
    );

    // New directories join with all they hold; files are just events.
    world.fs.write("/p/t/new/deep/f", "");
    assert_eq!(world.path("/p/t/new", Touch::Partial), ["rescan /p/t/new"]);
    assert!(world.log.watched().contains(&"/p/t/new/deep".to_owned()));
    assert_eq!(
        world.path("/p/t/new", Touch::Partial),
        NOTHING,
        "has joined already"
    );
    assert_eq!(
        world.path("/p/t/new/deep/f", Touch::Complete),
        ["Complete /p/t/new/deep/f"]
    );
    world.fs.write("/p/t/a/skip/f", "");
    assert_eq!(world.path("/p/t/a/skip", Touch::Partial), NOTHING);

    // Gone ones are not looked for; their parent will say when they are back.
    world.fs.remove("/p/t/b");
    assert_eq!(world.gone("/p/t/b"), ["rescan /p/t/b"]);
    world.counts(5, 0, 0);
    assert_eq!(world.watcher.deadline(), None);

    // The root is.
    world.fs.remove("/p/t");
    assert_eq!(world.gone("/p/t"), ["rescan /p/t"]);
    world.counts(1, 0, 1);
    world.fs.write("/p/t/b/z", "");
    assert_eq!(world.path("/p/t", Touch::Partial), ["rescan /p/t"]);
    assert_eq!(world.log.watched(), ["/p", "/p/t", "/p/t/b"]);

    world.watcher.release_tree(id);
    assert_eq!(world.log.watched(), NOTHING);
    world.counts(0, 0, 0);
}

#[test]
fn a_directory_replaced_within_a_tree_stays_in_it() {
    let mut world = World::new(&["/p/t/a/x", "/p/t/n/y"]);
    let (id, _) = world.tree("/p/t");
    world.fs.remove("/p/t/a");
    world.fs.rename("/p/t/n", "/p/t/a");
    assert_eq!(world.path("/p/t/n", Touch::Gone), ["rescan /p/t/n"]);
    assert_eq!(world.path("/p/t/a", Touch::Complete), ["rescan /p/t/a"]);
    assert_eq!(world.log.watched(), ["/p/t", "/p/t/a"]);
    world.watcher.release_tree(id);
    assert_eq!(world.log.watched(), NOTHING);
}

#[test]
fn a_directory_shared_by_a_tree_and_the_graph() {
    let mut world = World::new(&["/p/t/a/x.js"]);
    world.acquire("/p/t/a/x.js");
    let (id, _) = world.tree("/p/t");
    world.fs.remove("/p/t/a");
    assert_eq!(world.gone("/p/t/a"), ["rescan /p/t/a"]);
    world.counts(1, 0, 1);
    world.fs.write("/p/t/a/b/y", "");
    assert_eq!(world.path("/p/t/a", Touch::Partial), ["rescan /p/t/a"]);
    assert_eq!(
        world.log.watched(),
        ["/p/t", "/p/t/a", "/p/t/a/b"],
        "in the tree again"
    );
    world.release("/p/t/a/x.js");
    assert_eq!(world.log.watched(), ["/p/t", "/p/t/a", "/p/t/a/b"]);
    world.watcher.release_tree(id);
    assert_eq!(world.log.watched(), NOTHING);
}

#[test]
fn a_polled_tree_compares_its_listing() {
    let options = WatchOptions {
        force_polling: true,
        poll_interval: Duration::from_millis(30),
        ..WatchOptions::default()
    };
    let mut world = World::with(&["/p/t/x", "/p/t/a/y"], options);
    let (id, events) = world.tree("/p/t");
    assert_eq!(events, NOTHING);
    world.fs.write("/p/t/new", "");
    world.fs.remove("/p/t/x");
    world.fs.write("/p/t/a/y", "changed");
    world.fs.write("/p/t/b/c/z", "");
    let (waited, events) = world.tick();
    assert_eq!(waited, 30);
    let expected = [
        "Complete /p/t/new",
        "Gone /p/t/x",
        "rescan /p/t/b",
        "Complete /p/t/a/y",
    ];
    assert_eq!(events, expected);
    assert_eq!(world.tick().1, NOTHING);
    world.counts(0, 4, 0);
    world.fs.remove("/p/t/b");
    assert_eq!(world.tick().1, ["rescan /p/t/b"]);
    world.fs.write("/p/t/b/c/z", "");
    assert_eq!(world.tick().1, ["rescan /p/t/b"]);
    world.watcher.release_tree(id);
    assert_eq!(world.watcher.deadline(), None);
}

#[test]
fn a_tree_whose_root_is_not_there_yet() {
    let mut world = World::new(&["/p/package.json"]);
    let (_, events) = world.tree("/p/t");
    assert_eq!(events, NOTHING);
    world.fs.write("/p/t/a/x", "");
    assert_eq!(world.tick(), (50, vec!["rescan /p/t".to_owned()]));
    assert_eq!(world.log.watched(), ["/p", "/p/t", "/p/t/a"]);
}
