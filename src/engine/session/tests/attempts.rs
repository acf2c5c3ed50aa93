//! Below a boundary an update links what it can, in several attempts.

use super::*;

/// `b` and `d` are saved as each of them reads these, and undone.
#[test]
fn what_an_attempt_has_read_runs_if_that_was_linked() {
    let attempt = |case: &mut Case, text: &str, is_linked: bool| {
        case.state.begin_attempt();
        for path in [B, D] {
            case.load(path, text);
        }
        let in_vain = case.state.end_attempt(is_linked);
        assert_eq!(in_vain.len(), if is_linked { 0 } else { 2 });
    };
    for attempts in [
        &[("2", true)][..],
        &[("1", false), ("2", true)],
        &[("2", true), ("1", false)],
        &[("2", true), ("3", false), ("1", false)],
    ] {
        for is_live in [true, false] {
            let mut case = Case::with_d();
            case.edit(C, "2");
            let id = case.expect_update("c,b,a");
            for &(text, is_linked) in attempts {
                attempt(&mut case, text, is_linked);
            }
            for path in [B, D] {
                case.edit(path, "1");
            }
            if !is_live {
                case.state.put_back(id, &[]);
            }
            assert!(case.finish(id, is_live));
            case.expect_update(if is_live { "b,a; d" } else { "c,b,a; d" });
        }
    }

    // None was: all run as they were.
    for is_live in [true, false] {
        let mut case = Case::with_d();
        case.edit(C, "2");
        let id = case.expect_update("c,b,a");
        attempt(&mut case, "2", false);
        for path in [B, D] {
            case.edit(path, "1");
        }
        assert!(!case.finish(id, is_live));
    }
}

/// The same, where they are undone once the update has ended, or not at all.
#[test]
fn what_an_attempt_has_read_is_compared_after_the_update_too() {
    let begin = || {
        let mut case = Case::with_d();
        case.edit(C, "2");
        let id = case.expect_update("c,b,a");
        (case, id)
    };
    let attempt = |case: &mut Case, paths: &[&str], text: &str, is_linked: bool| {
        case.state.begin_attempt();
        for path in paths {
            case.load(path, text);
        }
        case.state.end_attempt(is_linked);
    };
    // Linked, they run from that whatever has become of the update.
    let (mut case, id) = begin();
    attempt(&mut case, &[B, D], "2", true);
    case.state.put_back(id, &[]);
    assert!(!case.finish(id, false));
    assert!(case.edit(B, "1"));
    assert!(case.edit(D, "1"));
    case.expect_update("c,b,a; d");
    // Not linked, what they hold is news as long as it is not what runs.
    for (text, next) in [("1", None), ("2", Some("b,a; d"))] {
        let (mut case, id) = begin();
        attempt(&mut case, &[B, D], text, false);
        assert_eq!(case.finish(id, true), next.is_some());
        match next {
            Some(files) => drop(case.expect_update(files)),
            None => assert!(case.take().is_none()),
        }
    }
    // What was loaded before the attempt is put back with the update.
    let (mut case, id) = begin();
    case.load(D, "2");
    attempt(&mut case, &[D], "3", false);
    case.state.put_back(id, &[]);
    case.finish(id, false);
    case.edit(D, "1");
    assert!(case.take().is_none());
    // Or by itself, and the rest goes live.
    let (mut case, id) = begin();
    case.load(B, "2");
    attempt(&mut case, &[B], "3", false);
    case.state.read_in_vain(Path::new(B));
    case.edit(B, "2");
    assert!(case.finish(id, true));
    case.expect_update("b,a");
}
