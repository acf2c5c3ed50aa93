//! The rules of a session: what is dirty, what an update takes along, what its end leaves behind.

mod attempts;
mod failed_load;
mod in_flight;
mod in_vain;
mod reach;
mod repeated;
mod saved_as_it_is;
mod waiting;

use super::*;
use std::time::{Duration, Instant};

const A: &str = "/app/a.js";
const B: &str = "/app/b.js";
const C: &str = "/app/c.js";
/// Nothing leads to it from the others, or from it to them.
const D: &str = "/app/d.js";
/// When every update of a test is begun.
const BEGUN: SystemTime = SystemTime::UNIX_EPOCH;

/// Seconds after everything that a test does began.
fn after(seconds: u64) -> SystemTime {
    BEGUN + Duration::from_secs(seconds)
}

struct Case {
    state: SessionState,
    now: Instant,
}

impl Case {
    /// `a` is a watched boundary that imports `b`, which imports `c`; all hold "1".
    fn new() -> Self {
        let mut case = Self {
            state: SessionState::default(),
            now: Instant::now(),
        };
        for path in [A, B, C] {
            case.load(path, "1");
        }
        case.state.link(Path::new(A), &[PathBuf::from(B)]);
        case.state.link(Path::new(B), &[PathBuf::from(C)]);
        case.state.add_boundary(Path::new(A), true, true);
        case.state.watch_delta();
        case
    }

    /// … and `d` is a boundary of its own.
    fn with_d() -> Self {
        let mut case = Self::new();
        case.load(D, "1");
        case.state.add_boundary(Path::new(D), false, true);
        case
    }

    fn load(&mut self, path: &str, text: &str) {
        let content = Content::of_bytes(text.as_bytes());
        self.state.loading(
            Path::new(path),
            Format::CommonJs,
            Some(Reading {
                content,
                at: self.now,
            }),
        );
    }

    /// Loaded from `text` while an update is in flight, and that has failed.
    fn load_in_vain(&mut self, path: &str, text: &str) {
        self.load(path, text);
        let now = Some(self.reading(Content::of_bytes(text.as_bytes())));
        self.state.failed_load(Path::new(path), now, BEGUN);
    }

    fn edit(&mut self, path: &str, text: &str) -> bool {
        self.see(path, Content::of_bytes(text.as_bytes()))
    }

    fn see(&mut self, path: &str, content: Content) -> bool {
        self.state
            .examined(Path::new(path), self.reading(content))
            .is_some()
    }

    fn reading(&self, content: Content) -> Reading {
        Reading {
            content,
            at: self.now,
        }
    }

    /// What the look at `path`'s new content `text` finds: a problem, and the file that would mend it.
    fn find(&mut self, path: &str, text: &str, wanted: Option<&str>, may_wait: bool) {
        self.find_all(path, text, None, wanted, may_wait);
    }

    fn find_all(
        &mut self,
        path: &str,
        text: &str,
        imports: Option<Vec<PathBuf>>,
        wanted: Option<&str>,
        may_wait: bool,
    ) {
        let error = Error::new(crate::error::ErrorCode::UnresolvedImport, "no such file");
        let problem = Problem {
            error,
            source: None,
            specifier: None,
        };
        let findings = Findings {
            format: Format::CommonJs,
            imports,
            problems: wanted.map(|_| problem).into_iter().collect(),
            wanted: wanted.map(PathBuf::from).into_iter().collect(),
            installs: Vec::new(),
            bytes: Arc::from(text.as_bytes()),
            is_whole: true,
        };
        let reading = self.reading(Content::of_bytes(text.as_bytes()));
        self.state
            .set_findings(Path::new(path), reading, findings, may_wait);
    }

    fn take(&mut self) -> Option<Update> {
        self.state.take_update(None, BEGUN)
    }

    /// The files of the next update, joined; "" when there is none.
    #[track_caller]
    fn expect_update(&mut self, files: &str) -> u32 {
        let update = self.take().expect("an update");
        let names: Vec<String> = update.groups.iter().map(names).collect();
        assert_eq!(names.join("; "), files);
        update.id
    }

    fn finish(&mut self, id: u32, live: bool) -> bool {
        self.state.finish_update(id, &[live])
    }
}

fn changed(update: &Update) -> Vec<&Path> {
    let modules = update.groups.iter().flat_map(|it| &it.modules);
    modules
        .filter(|it| it.changed)
        .map(|it| &*it.path)
        .collect()
}

fn names(group: &GroupToEvaluate) -> String {
    let name = |it: &ModuleToEvaluate| it.path.file_stem().unwrap().to_string_lossy().into_owned();
    group.modules.iter().map(name).collect::<Vec<_>>().join(",")
}

#[test]
fn what_failed_and_is_what_runs_again_is_told_of_once() {
    let mut case = Case::new();
    assert!(case.edit(C, "bad"));
    let update = case.state.take_update(None, BEGUN).expect("an update");
    case.state.finish_update(update.id, &[false]);
    assert!(!case.edit(C, "1"));
    assert_eq!(case.state.take_restored(), [PathBuf::from(C)]);
    assert!(case.state.take_restored().is_empty());

    // Nothing had failed; something is news again.
    assert!(case.edit(B, "2"));
    assert!(!case.edit(B, "1"));
    assert!(case.state.take_restored().is_empty());
    assert!(case.edit(C, "bad"));
    let update = case.state.take_update(None, BEGUN).expect("an update");
    case.state.finish_update(update.id, &[false]);
    assert!(!case.edit(C, "1"));
    assert!(case.edit(C, "worse"));
    assert!(case.state.take_restored().is_empty());

    // While its update is in flight.
    let id = case.expect_update("c,b,a");
    case.edit(C, "1");
    assert!(!case.finish(id, false));
    assert_eq!(case.state.take_restored(), [PathBuf::from(C)]);
}

#[test]
fn what_failed_together_and_is_back_one_after_the_other_is_told_of() {
    let mut case = Case::new();
    case.edit(B, "bad");
    case.edit(C, "bad");
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    case.edit(B, "1");
    assert_eq!(case.state.take_restored(), [PathBuf::from(B)]);
    assert!(case.state.has_work(), "C may do without it");
    case.edit(C, "1");
    assert_eq!(case.state.take_restored(), [PathBuf::from(C)]);
    assert!(!case.state.has_work());
}

/// It has only lain between what changed and who accepts it: that failed, and is not evaluated again.
#[test]
fn what_is_put_back_before_it_was_tried_is_told_to_nobody() {
    let mut case = Case::new();
    case.edit(C, "bad");
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    for text in ["half", "whole"] {
        assert!(case.edit(B, text));
        assert!(!case.edit(B, "1"));
        assert!(case.state.take_restored().is_empty(), "{text}");
        assert!(!case.state.has_work(), "{text}");
    }
}

#[test]
fn the_same_content_is_no_news() {
    let mut case = Case::new();
    assert!(!case.edit(C, "1"));
    assert!(!case.state.has_work());
    assert!(case.take().is_none());
}

#[test]
fn an_edit_updates_what_lies_between_and_is_then_done() {
    let mut case = Case::new();
    assert!(case.edit(C, "2"));
    let id = case.expect_update("c,b,a");
    assert!(!case.finish(id, true));
    assert!(case.take().is_none());
}

#[test]
fn one_update_is_in_flight_and_what_comes_meanwhile_is_the_next() {
    let mut case = Case::new();
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.edit(B, "2");
    assert!(case.take().is_none(), "one at a time");
    assert!(case.finish(id, true), "there is more to do");
    case.expect_update("b,a");
}

#[test]
fn an_edit_of_a_file_in_flight_is_not_lost() {
    let mut case = Case::new();
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.edit(C, "3");
    assert!(case.finish(id, true));
    case.expect_update("c,b,a");
}

#[test]
fn what_the_loader_really_read_counts() {
    let mut case = Case::new();
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    // The file was saved again before the loader read it, and the loader has seen that.
    case.load(C, "3");
    case.edit(C, "3");
    assert!(!case.finish(id, true), "3 is what runs");
}

#[test]
fn a_failed_update_is_not_repeated_until_something_connected_changes() {
    let mut case = Case::new();
    case.edit(C, "broken");
    let id = case.expect_update("c,b,a");
    assert!(!case.finish(id, false));
    assert!(case.take().is_none());
    case.edit(B, "2");
    case.expect_update("c,b,a");
}

#[test]
fn a_failed_update_that_is_undone_is_forgotten() {
    let mut case = Case::new();
    case.edit(C, "broken");
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    assert!(!case.edit(C, "1"), "that is what still runs");
    assert!(case.take().is_none());
    case.edit(C, "2");
    case.expect_update("c,b,a");
}

#[test]
fn a_failed_neighbour_elsewhere_is_left_alone() {
    let mut case = Case::new();
    case.load("/app/other.js", "1");
    case.state
        .add_boundary(Path::new("/app/other.js"), true, true);
    case.edit(C, "broken");
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    case.edit("/app/other.js", "2");
    case.expect_update("other");
}

#[test]
fn a_deleted_file_is_a_change_and_its_return_is_none() {
    let mut case = Case::new();
    assert!(case.see(C, Content::Missing));
    let update = case.take().unwrap();
    assert!(update.groups[0].modules[0].missing);
    case.finish(update.id, false);
    assert!(!case.edit(C, "1"));
    assert!(!case.state.has_work());
}

#[test]
fn a_forced_update_needs_no_change_and_passes_one_in_flight() {
    let mut case = Case::new();
    case.load("/app/other.js", "1");
    case.state
        .add_boundary(Path::new("/app/other.js"), true, true);
    case.edit(C, "2");
    let first = case.expect_update("c,b,a");
    case.state.force(Path::new("/app/other.js"));
    let forced = case
        .state
        .take_update(Some(Path::new("/app/other.js")), BEGUN)
        .unwrap();
    assert_eq!(names(&forced.groups[0]), "other");
    case.finish(forced.id, true);
    assert!(!case.finish(first, true));
}

#[test]
fn triggers_outside_the_graph_invalidate_the_target_alone() {
    let mut case = Case::new();
    case.state.add_trigger(7, Path::new(A));
    case.state.triggered(7, Path::new("/app/notes.txt"));
    assert!(case.state.is_triggered());
    assert!(case.state.has_work());
    assert_eq!(
        case.state.take_triggers(),
        [(7, vec![PathBuf::from("/app/notes.txt")])]
    );
    case.state.fire(7, &[PathBuf::from("/app/notes.txt")]);
    case.expect_update("a");
}

#[test]
fn triggers_inside_the_graph_leave_it_to_propagation() {
    let mut case = Case::new();
    case.state.add_trigger(7, Path::new(A));
    case.edit(C, "2");
    case.state.triggered(7, Path::new(C));
    for (trigger, paths) in case.state.take_triggers() {
        case.state.fire(trigger, &paths);
    }
    let id = case.expect_update("c,b,a");
    assert!(!case.finish(id, true), "A was not forced a second time");
}

#[test]
fn content_nobody_hashed_in_time_becomes_known_at_the_first_look() {
    let mut case = Case::new();
    case.state
        .loading(Path::new("/app/d.js"), Format::CommonJs, None);
    assert!(!case.edit("/app/d.js", "1"));
    assert!(case.edit("/app/d.js", "2"));
}

#[test]
fn an_older_reading_told_late_changes_nothing() {
    let mut case = Case::new();
    let start = case.now;
    case.now = start + std::time::Duration::from_millis(2);
    assert!(case.edit(C, "3"));
    let id = case.expect_update("c,b,a");
    // A loader that began to read before the save says so only now.
    case.now = start + std::time::Duration::from_millis(1);
    case.load(C, "2");
    assert!(case.finish(id, true), "3 is on disk and 2 runs");
    case.expect_update("c,b,a");
}

#[test]
fn what_others_have_read_is_judged_when_it_is_told() {
    let mut case = Case::new();
    case.edit(C, "broken");
    case.find(C, "broken", Some("/app/new.js"), false);
    let update = case.take().unwrap();
    assert_eq!(update.problems.len(), 1);
    // The file is good again and the engine knows, but this session has not been told yet.
    assert!(
        !case.finish(update.id, false),
        "nothing new as far as it knows"
    );
    assert!(case.edit(C, "good"));
    let update = case.take().unwrap();
    assert!(update.problems.is_empty());
}

#[test]
fn what_is_live_of_a_refused_group_is_no_news_when_the_rest_is_mended() {
    let mut case = Case::new();
    case.edit(B, "2");
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.state.accepted(id, &[PathBuf::from(B)]);
    case.finish(id, false);
    case.edit(C, "3");
    let update = case.take().expect("an update");
    let changed = update.groups[0].modules.iter().filter(|it| it.changed);
    assert_eq!(
        changed.map(|it| it.path.as_path()).collect::<Vec<_>>(),
        [Path::new(C)]
    );
}
