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

#[test]
fn what_a_refused_version_does_not_import_is_still_watched() {
    let mut case = Case::new();
    let [b, c, d] = [B, C, "/app/d.js"].map(PathBuf::from);
    case.load("/app/d.js", "1");
    case.edit(B, "2");
    case.find_imports(B, "2", &[d.as_path()]);
    assert!(case.state.watch_delta().release.is_empty());
    let id = case.expect_update("b,a");
    case.finish(id, false);
    // The version that runs imports c, the file does not.
    case.state.watch_delta();
    assert!(case.state.is_interested(&c) && case.state.is_interested(&d));
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    // Another that is refused, and imports neither.
    case.edit(B, "3");
    case.find_imports(B, "3", &[]);
    let id = case.expect_update("b,a");
    case.finish(id, false);
    case.state.watch_delta();
    assert!(case.state.is_interested(&c) && !case.state.is_interested(&d));
    // And one that is live.
    case.edit(B, "4");
    case.find_imports(B, "4", &[d.as_path()]);
    let id = case.take().expect("an update").id;
    case.finish(id, true);
    assert_eq!(case.state.imports_of(&b), std::slice::from_ref(&d));
    case.state.watch_delta();
    assert!(case.state.is_interested(&d) && !case.state.is_interested(&c));
}

#[test]
fn a_file_that_is_what_runs_again_imports_what_that_did() {
    let mut case = Case::new();
    let [b, c] = [B, C].map(PathBuf::from);
    for is_tried in [false, true] {
        case.edit(B, "2");
        case.find_imports(B, "2", &[]);
        if is_tried {
            let id = case.expect_update("b,a");
            case.finish(id, false);
        }
        case.edit(B, "1");
        assert_eq!(case.state.imports_of(&b), std::slice::from_ref(&c));
        assert!(case.take().is_none());
    }
}

#[test]
fn what_a_live_version_does_not_import_is_watched_no_more() {
    let mut case = Case::new();
    case.edit(B, "2");
    case.find_imports(B, "2", &[]);
    assert!(
        case.state.watch_delta().release.is_empty(),
        "B may be refused"
    );
    let id = case.expect_update("b,a");
    case.finish(id, true);
    assert_eq!(case.state.watch_delta().release, [PathBuf::from(C)]);
    // Its watch begins anew with the next import, and with it the look at what it holds by then.
    case.edit(B, "3");
    case.find_imports(B, "3", &[Path::new(C)]);
    assert_eq!(case.state.watch_delta().acquire, [PathBuf::from(C)]);
}
