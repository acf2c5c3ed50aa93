//! What is watched, and what a change reaches, by what modules import.

use super::*;
use std::time::Duration;

#[test]
fn only_what_boundaries_reach_is_watched() {
    let mut case = Case::new();
    assert!(case.state.is_interested(Path::new(C)));
    case.state.link(Path::new(B), &[]);
    assert_eq!(case.state.watch_delta().release, [PathBuf::from(C)]);
    assert!(!case.state.is_interested(Path::new(C)));
    case.state.remove_boundary(Path::new(A), true, true);
    assert_eq!(
        case.state.watch_delta().release,
        [PathBuf::from(A), PathBuf::from(B)]
    );
    // Nor is anything evaluated any more.
    case.edit(A, "2");
    assert!(case.take().is_none());
}

#[test]
fn unwatched_boundaries_watch_nothing() {
    let mut case = Case::new();
    case.load("/app/quiet.js", "1");
    for deep in [true, false] {
        case.state
            .add_boundary(Path::new("/app/quiet.js"), deep, false);
        assert_eq!(case.state.watch_delta(), WatchDelta::default());
    }
}

#[test]
fn what_changed_out_of_reach_is_news_when_it_is_reached_again() {
    let mut case = Case::new();
    case.state.link(Path::new(B), &[]);
    case.edit(C, "2");
    assert!(case.take().is_none(), "nobody's");
    assert!(!case.state.has_work());
    case.state.link(Path::new(B), &[PathBuf::from(C)]);
    let content = Content::of_bytes(b"2");
    assert!(
        case.state.is_news(Path::new(C), content),
        "Node still has the first version"
    );
    case.edit(C, "2");
    case.expect_update("c,b,a");
}

#[test]
fn what_was_let_go_is_no_stale_instance_between_a_change_and_a_boundary() {
    let mut case = Case::new();
    let [a, b, c] = [A, B, C].map(Path::new);
    let d = "/app/d.js";
    case.load(d, "1");
    case.state.link(c, &[d.into()]);
    case.state.link(a, &[]);
    // The look at it comes by another way than its watch: an importer is about to be linked.
    case.edit(C, "2");
    assert!(case.take().is_none(), "nothing leads to it");
    case.state.link(a, &[b.into()]);
    case.edit(d, "2");
    let update = case.take().expect("an update");
    let changed = update.groups[0].modules.iter().filter(|it| it.changed);
    let files: Vec<&Path> = changed.map(|it| it.path.as_path()).collect();
    assert_eq!(files, [Path::new(d), c]);
}

#[test]
fn what_is_unloaded_and_led_to_again_already_is_loaded_from_what_was_seen() {
    for is_watched in [true, false] {
        let mut case = Case::new();
        case.state.link(Path::new(A), &[]);
        case.state.watch_delta();
        case.edit(A, "2");
        let id = case.expect_update("a");
        // Saved meanwhile: what it leads to is loaded still.
        case.edit(A, "3");
        case.state.link(Path::new(A), &[PathBuf::from(B)]);
        if is_watched {
            case.state.watch_delta();
        }
        case.state.unloaded(Path::new(B));
        assert!(case.finish(id, true));
        let id = case.expect_update("a");
        assert!(!case.finish(id, true));
        case.edit(B, "2");
        case.expect_update("b,a");
    }
}

/// As when a file that an importer names is renamed, and the importer is saved first.
#[test]
fn an_old_instance_is_caught_up_with_by_the_update_after_one_that_failed() {
    let mut case = Case::new();
    let [a, b, c] = [A, B, C].map(Path::new);
    case.state.link(a, &[c.into()]);
    case.state.watch_delta();
    case.edit(C, "2");
    let id = case.expect_update("c,a");
    assert!(!case.finish(id, true));
    // B knows the old C, and comes within reach.
    case.state.link(a, &[b.into(), c.into()]);
    case.state.watch_delta();
    case.edit(A, "2");
    let id = case.expect_update("b,a");
    case.state.loading(
        b,
        Format::CommonJs,
        Some(case.reading(Content::of_bytes(b"1"))),
    );
    assert!(!case.finish(id, false));
    case.edit(B, "1");
    assert!(case.take().is_none(), "it is not tried again by itself");
    case.edit(A, "3");
    let id = case.expect_update("b,a");
    assert!(!case.finish(id, true));
    case.edit(A, "4");
    case.expect_update("a");
}

#[test]
fn what_ran_before_us_and_was_saved_since_is_news_at_the_first_look() {
    let content = Content::of_bytes(b"1");
    let later = BEGUN + Duration::from_secs(1);
    for (touched, is_news) in [(Some(BEGUN), false), (Some(later), true), (None, false)] {
        let mut state = SessionState::new(BEGUN);
        let path = Path::new(A);
        state.loading(path, Format::CommonJs, None);
        state.note_unreloaded(path, None, "entry");
        state.learn(path, content, |_| touched);
        assert_eq!(state.is_news(path, content), is_news, "{touched:?}");
        state.learn_unreloaded(path, content);
        assert_eq!(state.is_saved_unreloaded(path, content), is_news);
        // Once it is known.
        state.learn(path, Content::of_bytes(b"2"), |_| Some(later));
        assert_eq!(state.is_news(path, content), is_news);
    }
}
