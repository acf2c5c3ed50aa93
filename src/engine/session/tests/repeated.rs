//! What has failed as it is, and whoever would have it tried again.

use super::*;

/// `b` is told to be gone, each time, and it is not.
fn blamed(case: &mut Case, live: &[bool], id: u32) {
    case.state.blame(
        &[PathBuf::from(C)],
        vec![(B.into(), Some(Content::Missing))],
    );
    case.state.finish_update(id, live);
}

#[test]
fn what_fails_as_it_is_has_two_attempts_whatever_is_the_reason_for_another() {
    let mut case = Case::with_d();
    case.edit(C, "2");
    for _ in 0..2 {
        let id = case.expect_update("c,b,a");
        blamed(&mut case, &[false], id);
        assert!(case.state.has_work());
    }
    assert!(case.take().is_none());
    assert!(!case.state.has_work(), "others have their turn");

    // It holds nobody back, nor is it forgotten.
    case.edit(D, "2");
    let id = case.expect_update("d");
    case.finish(id, true);
    case.edit(B, "2");
    case.expect_update("c,b,a");
}

#[test]
fn what_fails_as_it_is_is_tried_when_it_is_told_to_be() {
    let mut case = Case::new();
    case.edit(C, "2");
    for _ in 0..2 {
        let id = case.expect_update("c,b,a");
        blamed(&mut case, &[false], id);
    }
    assert!(case.take().is_none());
    case.state.saved(Path::new(C), after(1));
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    assert!(case.take().is_none());
    case.state.force(Path::new(C));
    case.expect_update("c,b,a");
}

/// Nothing of it is kept: what runs is whole.
#[test]
fn what_was_taken_along_as_it_runs_is_let_go_when_it_fails_so() {
    let mut case = Case::new();
    for _ in 0..2 {
        case.state
            .take_along(case.state.graph.id(Path::new(C)).unwrap());
        let id = case.expect_update("c,b,a");
        case.finish(id, false);
    }
    case.state
        .take_along(case.state.graph.id(Path::new(C)).unwrap());
    assert!(case.take().is_none());
    assert!(!case.state.has_work());
}

/// Each attempt finds that what it lacks is not there, which is no news after the first.
#[test]
fn what_fails_for_what_is_gone_still_has_two_attempts() {
    let mut case = Case::with_d();
    case.edit(C, "2");
    for _ in 0..2 {
        let id = case.expect_update("c,b,a");
        let gone = case.reading(Content::Missing);
        case.state.was_gone(Path::new(D), gone, after(0));
        blamed(&mut case, &[false], id);
    }
    assert!(case.take().is_none());

    // It may be what was wrong that it was gone.
    let back = case.reading(Content::of_bytes(b"1"));
    case.state.was_gone(Path::new(D), back, after(0));
    case.state
        .take_along(case.state.graph.id(Path::new(C)).unwrap());
    case.expect_update("c,b,a");
}

/// Saved as it is since, it is still to be evaluated anew: its names may be those of another text.
#[test]
fn what_was_forced_and_has_failed_comes_along_with_what_is_tried_next() {
    let mut case = Case::new();
    case.state.force(Path::new(C));
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    assert!(case.take().is_none(), "nothing is other");
    case.edit(A, "2");
    let id = case.expect_update("c,b,a");
    case.finish(id, true);
    case.edit(A, "3");
    case.expect_update("a");
}
