//! What is watched, and what a change reaches, by what modules import.

use super::*;

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
}

#[test]
fn unwatched_boundaries_watch_nothing() {
    let mut case = Case::new();
    case.load("/app/quiet.js", "1");
    case.state
        .add_boundary(Path::new("/app/quiet.js"), true, false);
    assert_eq!(case.state.watch_delta(), WatchDelta::default());
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
