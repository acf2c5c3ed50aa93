//! What is asked for in vain, and gone on without.

use super::*;

const LOCAL: &str = "/app/local.js";
const MISSING: Content = Content::Missing;

impl Case {
    fn asks(&mut self, path: &str, wanted: &[(&str, Content)]) {
        let wanted = wanted.iter().map(|&(path, it)| (path.into(), it));
        self.state
            .asked_in_vain(Path::new(path), wanted.collect(), None);
        self.state.watch_delta();
    }

    /// Its members were evaluated.
    fn ends_live(&mut self, update: u32) {
        for path in self.state.files_gone_live(update, &[true]) {
            self.state.is_another_version(&path, update);
        }
        self.state.finish_update(update, &[true]);
    }

    fn waits_for(&self, path: &str) -> bool {
        self.state.is_interested(Path::new(path))
    }
}

fn one() -> Content {
    Content::of_bytes(b"1")
}

#[test]
fn when_it_is_there_who_went_without_is_evaluated_anew() {
    let mut case = Case::new();
    case.asks(B, &[(LOCAL, MISSING)]);
    case.see(LOCAL, MISSING);
    assert!(case.take().is_none());
    case.see(LOCAL, one());
    let update = case.expect_update("b,a");
    case.load(B, "1");
    case.ends_live(update);
    case.state.watch_delta();
    assert!(!case.waits_for(LOCAL));
}

/// What has come since then has come in the meantime.
#[test]
fn since_when_something_is_in_flight() {
    let mut case = Case::new();
    assert_eq!(case.state.in_flight_since(), None);
    case.edit(B, "2");
    let update = case.expect_update("b,a");
    assert_eq!(case.state.in_flight_since(), Some(BEGUN));
    case.state.finish_update(update, &[true]);
    assert_eq!(case.state.in_flight_since(), None);
}

#[test]
fn it_is_a_version_that_waits() {
    let mut case = Case::new();
    case.asks(B, &[(LOCAL, MISSING)]);
    case.edit(B, "2");
    let update = case.expect_update("b,a");
    // It fails: the one before goes on, and waits.
    case.asks(B, &[("/app/of-it.js", MISSING)]);
    case.state.finish_update(update, &[false]);
    case.state.watch_delta();
    assert!(case.waits_for(LOCAL));
    assert!(case.waits_for("/app/of-it.js"), "which may be why");

    case.edit(B, "3");
    let update = case.expect_update("b,a");
    case.asks(B, &[("/app/other.js", MISSING)]);
    case.ends_live(update);
    case.state.watch_delta();
    assert!(!case.waits_for(LOCAL), "the version that asked is gone");
    assert!(case.waits_for("/app/other.js"));

    case.load(B, "3");
    case.state.watch_delta();
    assert!(!case.waits_for("/app/other.js"), "loaded anew");
    case.asks(B, &[(LOCAL, MISSING)]);
    case.state.unloaded(Path::new(B));
    case.state.watch_delta();
    assert!(!case.waits_for(LOCAL), "nothing of it is loaded");
}

#[test]
fn out_of_reach_nobody_is_evaluated() {
    let mut case = Case::new();
    case.asks(C, &[(LOCAL, MISSING)]);
    case.state.link(Path::new(B), &[]);
    case.see(LOCAL, one());
    assert!(case.take().is_none());
}

#[test]
fn what_can_not_be_loaded_is_waited_for_with_all_that_it_lacks() {
    let mut case = Case::new();
    let other = "/app/other.js";
    case.load(LOCAL, "1");
    case.state.link(Path::new(LOCAL), &[other.into()]);
    case.asks(LOCAL, &[("/app/lacked.js", MISSING)]);
    case.state
        .goes_without_failed(Path::new(B), &[LOCAL.into()], 1, |_| Some(one()));
    case.state.was_evaluated(Path::new(B), &[]);
    case.state.watch_delta();
    assert!(!case.waits_for(other));
    for (path, held) in [(LOCAL, one()), ("/app/lacked.js", MISSING)] {
        case.see(path, held);
        assert!(case.take().is_none(), "{path}");
        case.see(path, Content::of_bytes(b"2"));
        let update = case.expect_update("b,a");
        case.state.finish_update(update, &[false]);
    }
}

/// It was read for the update that evaluates who imports it, and is read again before that has thrown.
#[test]
fn what_was_saved_between_its_load_and_its_throwing_is_news_to_who_goes_without() {
    for (saved, is_news) in [(one(), false), (Content::of_bytes(b"2"), true)] {
        let mut case = Case::new();
        case.load(LOCAL, "1");
        assert!(case.state.threw(&[LOCAL.into()], after(1)));
        case.see(LOCAL, saved);
        case.state
            .goes_without_failed(Path::new(B), &[LOCAL.into()], 1, |_| Some(saved));
        case.state.was_evaluated(Path::new(B), &[]);
        assert_eq!(case.state.has_work(), is_news);
        if is_news {
            case.expect_update("b,a");
        }
    }
}

#[test]
fn what_was_refused_since_it_threw_is_no_news_to_who_goes_without() {
    let mut case = Case::new();
    case.load(LOCAL, "1");
    case.state
        .link(Path::new(B), &[C, LOCAL].map(PathBuf::from));
    assert!(case.state.threw(&[LOCAL.into()], after(1)));
    case.edit(LOCAL, "2");
    let update = case.expect_update("local,b,a");
    case.state.finish_update(update, &[false]);
    case.state
        .goes_without_failed(Path::new(B), &[LOCAL.into()], 1, |_| None);
    case.state.was_evaluated(Path::new(B), &[]);
    assert!(!case.state.has_work());
}

#[test]
fn what_an_es_module_imports_is_looked_at_again() {
    let mut case = Case::new();
    case.state.learn_format(Path::new(C), Format::Esm);
    for path in [B, C] {
        case.asks(path, &[(LOCAL, MISSING)]);
    }
    let missed_by = case.state.missed_by(Path::new(LOCAL));
    assert_eq!(missed_by, [PathBuf::from(C)]);
}

#[test]
fn who_is_being_evaluated_may_ask_again() {
    let mut case = Case::new();
    let path = Path::new(B);
    let ask = |case: &mut Case| {
        let other = PathBuf::from("/app/other.js");
        let mut asks = |wanted: PathBuf, lack| {
            case.state
                .asked_in_vain(path, vec![(wanted, MISSING)], Some(lack));
        };
        asks(LOCAL.into(), 1);
        asks(other.clone(), 2);
        case.state.watch_delta();
        case.see(LOCAL, one());
        assert!(case.take().is_none(), "not yet");
    };
    ask(&mut case);
    case.state.was_evaluated(path, &[1]);
    assert!(case.take().is_none(), "it has it");
    assert!(case.waits_for("/app/other.js"));

    ask(&mut case);
    case.state.was_evaluated(path, &[2]);
    case.expect_update("b,a");
}

#[test]
fn what_is_led_to_and_not_there_is_loaded_from_nothing() {
    let mut case = Case::new();
    case.see(B, MISSING);
    case.state.unloaded(Path::new(B));
    case.see(B, one());
    assert!(case.take().is_none());
}

/// Who accepts it is not evaluated while nothing of it is there.
#[test]
fn what_could_not_be_loaded_and_is_gone_is_waited_for_still() {
    let mut case = Case::new();
    case.asks(B, &[(LOCAL, one())]);
    case.see(LOCAL, MISSING);
    let update = case.expect_update("b,a");
    case.finish(update, true);
    assert!(case.take().is_none());
    case.see(LOCAL, one());
    let update = case.expect_update("b,a");
    case.ends_live(update);
    case.state.watch_delta();
    assert!(!case.waits_for(LOCAL), "it has it");
}

/// Tests of hot updates would tell of it by chance alone: the end of a body is told a moment later.
#[test]
fn what_has_come_before_the_next_evaluation_is_no_reason_for_another() {
    let mut case = Case::new();
    let path = Path::new(B);
    let ask = |case: &mut Case, held: Content, lack| {
        let wanted = vec![(LOCAL.into(), held)];
        case.state.asked_in_vain(path, wanted, Some(lack));
    };
    case.edit(B, "2");
    let update = case.expect_update("b,a");
    ask(&mut case, one(), 1);
    case.finish(update, false);
    // What the version that failed has lacked is mended, and so is the version itself, but nobody has told of its end.
    case.see(LOCAL, Content::of_bytes(b"2"));
    case.edit(B, "3");
    let update = case.expect_update("b,a");
    ask(&mut case, Content::of_bytes(b"2"), 2);
    case.finish(update, false);
    case.state.was_evaluated(path, &[]);
    assert!(case.take().is_none(), "it was evaluated since");

    // What comes while it is being evaluated it may have asked for before.
    case.edit(B, "4");
    let update = case.expect_update("b,a");
    ask(&mut case, Content::of_bytes(b"2"), 3);
    case.see(LOCAL, Content::of_bytes(b"3"));
    case.finish(update, false);
    case.state.was_evaluated(path, &[]);
    case.expect_update("b,a");
}

/// The version that was to have it was refused, and what it went on without is no news any more.
#[test]
fn what_has_come_before_an_evaluation_that_fails_is_what_the_version_before_lacks_still() {
    let mut case = Case::new();
    let path = Path::new(B);
    let wanted = vec![(LOCAL.into(), MISSING)];
    case.state.asked_in_vain(path, wanted, Some(1));
    case.state.watch_delta();
    case.see(LOCAL, one());
    case.edit(B, "2");
    let update = case.expect_update("b,a");
    case.finish(update, false);
    case.state.was_evaluated(path, &[]);
    assert!(case.take().is_none(), "it would fail as it is");
    case.edit(B, "1");
    case.expect_update("b,a");
}

/// `d`, which nothing leads to from what changes, is read for an update: a cycle, say, that shows when it is linked.
fn read_again() -> (Case, u32) {
    let mut case = Case::with_d();
    case.asks(D, &[(LOCAL, MISSING)]);
    case.edit(C, "2");
    let update = case.expect_update("c,b,a");
    case.load(D, "1");
    (case, update)
}

#[test]
fn what_is_read_again_in_vain_goes_on_to_wait() {
    let (mut case, update) = read_again();
    case.state.read_in_vain(Path::new(D));
    case.finish(update, false);
    case.state.watch_delta();
    assert!(case.waits_for(LOCAL));
    case.see(LOCAL, one());
    case.expect_update("d");
}

#[test]
fn what_comes_meanwhile_is_news_if_it_was_read_in_vain() {
    for is_told in [true, false] {
        let (mut case, update) = read_again();
        case.see(LOCAL, one());
        if is_told {
            case.state.read_in_vain(Path::new(D));
        }
        case.finish(update, false);
        case.expect_update("d");
    }
}

#[test]
fn what_is_read_again_and_live_waits_no_more() {
    for comes in [true, false] {
        let (mut case, update) = read_again();
        if comes {
            case.see(LOCAL, one());
        }
        case.ends_live(update);
        case.state.watch_delta();
        assert!(!case.waits_for(LOCAL));
        assert!(case.take().is_none(), "it has it");
    }
}

/// … which its end tells, whatever becomes of the rest.
#[test]
fn what_is_read_again_and_has_asked_waits_as_what_it_is_by_now() {
    let (mut case, update) = read_again();
    case.asks(D, &[("/app/other.js", MISSING)]);
    case.state.is_another_version(Path::new(D), update);
    case.finish(update, false);
    case.state.watch_delta();
    assert!(!case.waits_for(LOCAL));
    case.see("/app/other.js", one());
    case.expect_update("d");
}

#[test]
fn an_update_that_is_not_begun_has_read_nothing() {
    let (mut case, update) = read_again();
    case.see(LOCAL, one());
    case.state.give_back(update);
    case.expect_update("c,b,a; d");
}
