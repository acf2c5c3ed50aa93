//! Files that were about to be loaded, which failed.

use super::*;

/// The first load of what somebody goes on to want, which failed.
fn fail_first(case: &mut Case, path: &Path, text: &str) {
    let now = Some(case.reading(Content::of_bytes(text.as_bytes())));
    case.state.failed_first_load(path, now, BEGUN);
    case.state.add_boundary(path, true, true);
}

#[test]
fn a_file_whose_first_load_failed_is_waited_for() {
    let mut case = Case::new();
    fail_first(&mut case, Path::new("/app/late.js"), "broken");
    case.edit("/app/late.js", "broken");
    assert!(case.take().is_none(), "that was tried");
    case.edit("/app/late.js", "good");
    case.expect_update("late");
}

/// It was saved again after it was loaded, and before anybody said that it failed.
#[test]
fn what_is_newer_than_a_load_that_failed_is_news() {
    let mut case = Case::new();
    let path = Path::new("/app/late.js");
    case.state.add_boundary(path, true, true);
    case.load("/app/late.js", "broken");
    let mended = Some(case.reading(Content::of_bytes(b"good")));
    case.state.failed_first_load(path, mended, BEGUN);
    assert!(case.edit("/app/late.js", "good"), "as its event tells");
    case.expect_update("late");
}

/// It was to be evaluated from what it held, which failed: it is what it was, and any other text is news.
#[test]
fn what_ran_before_a_load_that_failed_runs_on() {
    let mut case = Case::with_d();
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.edit(D, "2");
    case.load_in_vain(D, "2");
    case.finish(id, true);
    assert!(case.take().is_none(), "that was tried");
    assert!(case.state.is_loaded(Path::new(D)), "in another version");
    case.edit(D, "3");
    case.expect_update("d");
}

/// It was tried from another text before, in an update that has failed.
#[test]
fn what_was_told_as_what_it_runs_from_runs_on() {
    let mut case = Case::with_d();
    case.edit(D, "2");
    let id = case.expect_update("d");
    case.load(D, "2");
    case.finish(id, false);
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.load_in_vain(D, "1");
    case.finish(id, true);
    assert_eq!(case.state.take_restored(), [PathBuf::from(D)]);
    assert!(!case.edit(D, "1"), "it runs");
    assert!(case.take().is_none());
}

/// It is to be evaluated anew as it is, and waits for what it lacks.
#[test]
fn what_comes_along_as_it_was_and_fails_goes_on_to_wait() {
    let mut case = Case::with_d();
    case.state.force(Path::new(D));
    let id = case.expect_update("d");
    case.finish(id, false);
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.load_in_vain(D, "1");
    case.finish(id, true);
    assert!(case.state.take_restored().is_empty());
}

/// It was told of twice: by who begins the update, and by who found that it is not there.
#[test]
fn what_ran_before_an_update_runs_on_whatever_that_has_told() {
    let mut case = Case::with_d();
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.load(D, "2");
    let missing = Some(case.reading(Content::Missing));
    case.state.loading(Path::new(D), Format::CommonJs, missing);
    case.state.failed_load(Path::new(D), missing, BEGUN);
    assert!(!case.finish(id, true));
    assert!(!case.edit(D, "1"), "it runs");
    assert!(case.edit(D, "2"));
    case.expect_update("d");
}

/// Also when nobody has looked before it is back.
#[test]
fn what_was_gone_in_an_update_and_is_back_takes_along_what_failed_with_it() {
    for is_back_soon in [true, false] {
        let mut case = Case::new();
        case.edit(C, "2");
        case.state.force(Path::new(B));
        let id = case.expect_update("c,b,a");
        let now = match is_back_soon {
            true => Content::of_bytes(b"1"),
            false => Content::Missing,
        };
        let now = case.reading(now);
        case.state.was_gone(Path::new(B), now, BEGUN);
        assert_eq!(case.finish(id, false), is_back_soon);
        case.edit(B, "1");
        case.expect_update("c,b,a");
    }
}

/// Of what an update evaluates because of others the plan knows nothing.
#[test]
fn what_was_gone_beside_a_plan_and_is_back_is_another_attempt() {
    let mut case = Case::new();
    case.load(D, "1");
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    let now = case.reading(Content::of_bytes(b"1"));
    case.state.was_gone(Path::new(D), now, BEGUN);
    assert!(case.finish(id, false));
    case.expect_update("c,b,a");
}

/// `d` requires `c`, which only the runtime knows, and comes along with an update for which `c` is gone; that is back, as it was,
/// before it is told why `d` has failed.
#[test]
fn what_failed_for_what_was_gone_and_is_back_is_tried_again() {
    let there = Content::of_bytes(b"1");
    for is_back in [true, false] {
        let mut case = Case::with_d();
        case.edit(D, "2");
        let id = case.expect_update("d");
        case.finish(id, false);
        case.see(C, Content::Missing);
        let id = case.expect_update("c,b,a");
        case.load(D, "2");
        let now = if is_back { there } else { Content::Missing };
        let reading = case.reading(now);
        case.state.was_gone(Path::new(C), reading, BEGUN);
        case.state.failed_load(Path::new(D), None, BEGUN);
        case.state
            .blame(&[PathBuf::from(D)], vec![(C.into(), Some(now))]);
        assert_eq!(case.finish(id, false), is_back);
        match is_back {
            true => drop(case.expect_update("d")),
            false => assert!(case.take().is_none()),
        }
    }
}

/// `d` had failed, and comes along as that: that it fails again is no news to what failed with it, but what is saved meanwhile is.
#[test]
fn what_comes_along_and_fails_as_it_did_is_no_reason_to_try_again() {
    for is_saved in [true, false] {
        let mut case = Case::with_d();
        case.edit(D, "2");
        let id = case.expect_update("d");
        case.finish(id, false);
        case.edit(C, "2");
        let id = case.expect_update("c,b,a");
        case.load(D, "2");
        let now = Content::of_bytes(if is_saved { b"3" } else { b"2" });
        let reading = case.reading(now);
        case.state.failed_load(Path::new(D), Some(reading), BEGUN);
        case.state
            .blame(&[PathBuf::from(C)], vec![(D.into(), Some(now))]);
        assert_eq!(case.finish(id, false), is_saved);
        match is_saved {
            true => drop(case.expect_update("c,b,a; d")),
            false => assert!(case.take().is_none()),
        }
    }
}

/// Nothing of it runs, and what it held once is as good as any other text.
#[test]
fn what_a_first_load_that_failed_replaced_is_news() {
    let mut case = Case::new();
    case.load("/app/late.js", "A");
    case.load("/app/late.js", "B");
    fail_first(&mut case, Path::new("/app/late.js"), "B");
    assert!(case.take().is_none(), "that was tried");
    case.edit("/app/late.js", "A");
    case.expect_update("late");
}

/// What failed with another file is tried without it, once nothing leads to that any more.
#[test]
fn what_failed_with_a_file_that_left_is_tried_again() {
    let mut case = Case::new();
    case.edit(B, "2");
    case.edit(C, "2");
    let id = case.take().expect("both").id;
    assert!(!case.state.finish_update(id, &[false]));
    case.state.unloaded(Path::new(C));
    case.expect_update("b,a");
}

/// While an update evaluates it, and while that ends, its module is looked at, holding what it is evaluated from.
#[test]
fn what_fails_waits_also_when_it_is_looked_at_before_its_update_ends() {
    for is_blamed_first in [true, false] {
        let mut case = Case::new();
        let new = Path::new("/app/new.js");
        case.edit(C, "require('./new')");
        case.find(C, "require('./new')", None, false);
        let id = case.expect_update("c,b,a");
        assert!(case.state.loading_in_flight(Path::new(C)).is_some());
        if !is_blamed_first {
            case.edit(C, "require('./new')");
        }
        let throws = Some(Content::of_bytes(b"throws"));
        case.state
            .blame(&[A, B, C].map(PathBuf::from), vec![(new.into(), throws)]);
        if is_blamed_first {
            case.edit(C, "require('./new')");
        }
        case.finish(id, false);
        assert!(case.take().is_none());
        case.edit("/app/new.js", "throws");
        let a_second_later = BEGUN + std::time::Duration::from_secs(1);
        case.state.saved(new, a_second_later);
        case.expect_update("c,b,a");
    }
}

/// It failed with who imports it, who failed again in a version that does not: back as it was, it takes along what it imports.
#[test]
fn what_nothing_leads_to_for_a_while_goes_on_to_wait_for_who_it_failed_with() {
    for is_saved_again in [true, false] {
        let mut case = Case::new();
        case.edit(C, "2");
        case.see(B, Content::Missing);
        let id = case.expect_update("c,b,a");
        case.finish(id, false);
        case.edit(B, "throws");
        case.state.link(Path::new(B), &[]);
        if is_saved_again {
            case.state.force(Path::new(C));
        }
        let id = case.expect_update("b,a");
        case.finish(id, false);
        assert!(case.take().is_none());
        case.edit(B, "1");
        case.state
            .link(Path::new(B), std::slice::from_ref(&PathBuf::from(C)));
        // Within reach again it is looked at.
        case.edit(C, "2");
        case.expect_update("c,b,a");
    }
}

/// Which CommonJS was evaluated with which is not known here.
#[test]
fn commonjs_that_failed_in_an_update_is_tried_again_when_any_of_it_is_as_it_was() {
    for is_commonjs in [true, false] {
        let mut case = Case::with_d();
        if !is_commonjs {
            for path in [A, B, C, D] {
                case.state.learn_format(Path::new(path), Format::Esm);
            }
        }
        case.edit(C, "2");
        case.edit(D, "2");
        let id = case.expect_update("c,b,a; d");
        case.state.finish_update(id, &[false, false]);
        case.edit(D, "1");
        match is_commonjs {
            true => drop(case.expect_update("c,b,a")),
            false => assert!(case.take().is_none()),
        }
    }
}

/// … also of a group that comes after it.
#[test]
fn commonjs_that_is_back_before_its_update_ends_takes_along_what_failed_beside_it() {
    let mut case = Case::with_d();
    case.state.force(Path::new(C));
    case.edit(D, "2");
    let id = case.expect_update("c,b,a; d");
    let now = case.reading(Content::of_bytes(b"1"));
    case.state.was_gone(Path::new(C), now, BEGUN);
    assert!(case.state.finish_update(id, &[false, false]));
    // What was forced is still to be evaluated.
    case.expect_update("c,b,a; d");
}

/// … or was evaluated, with a group that did without what failed.
#[test]
fn what_was_gone_for_one_group_and_evaluated_with_another_is_what_the_first_has_lacked() {
    let mut case = Case::with_d();
    case.see(C, Content::Missing);
    case.edit(D, "2");
    let id = case.expect_update("c,b,a; d");
    let now = case.reading(Content::Missing);
    case.state.was_gone(Path::new(C), now, BEGUN);
    case.load(C, "1");
    case.state.accepted(id, &[PathBuf::from(C)]);
    assert!(case.state.finish_update(id, &[false, false]));
    case.expect_update("d");
}

/// What was no member, and is back, was looked at before it was told what has failed; or only after that.
#[test]
fn what_was_gone_beside_a_plan_takes_along_what_failed_whenever_it_is_back() {
    for is_back_soon in [true, false] {
        let mut case = Case::with_d();
        case.edit(C, "2");
        let id = case.expect_update("c,b,a");
        let now = case.reading(Content::Missing);
        case.state.was_gone(Path::new(D), now, BEGUN);
        if is_back_soon {
            assert!(!case.edit(D, "1"), "it runs");
            let there = Some(Content::of_bytes(b"1"));
            case.state
                .blame(&[PathBuf::from(C)], vec![(D.into(), there)]);
        }
        assert_eq!(case.finish(id, false), is_back_soon);
        if !is_back_soon {
            assert!(case.take().is_none());
            case.edit(D, "1");
        }
        case.expect_update("c,b,a");
    }
}

/// … and nobody who only lay between: the program's entry point, which no update evaluates.
#[test]
fn what_only_lay_between_does_not_wait_for_what_was_gone() {
    let mut case = Case::with_d();
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    let now = case.reading(Content::Missing);
    case.state.was_gone(Path::new(D), now, BEGUN);
    case.finish(id, false);
    case.edit(D, "1");
    let update = case.take().expect("what failed");
    assert_eq!(changed(&update), [Path::new(C)]);
}
