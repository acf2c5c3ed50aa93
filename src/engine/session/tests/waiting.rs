//! Modules that failed or miss a file, and what is watched until they are mended.

use super::*;

#[test]
fn a_module_waits_for_the_file_it_misses() {
    let mut case = Case::new();
    case.edit(C, "require('./new')");
    case.find(C, "require('./new')", Some("/app/new.js"), false);
    assert!(case.state.is_interested(Path::new("/app/new.js")));
    assert_eq!(
        case.state.watch_delta().acquire,
        [PathBuf::from("/app/new.js")]
    );
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    assert!(case.take().is_none());
    case.edit("/app/new.js", "it");
    case.expect_update("c,b,a");
}

#[test]
fn a_held_module_holds_the_update() {
    let mut case = Case::new();
    case.edit(C, "half a fi");
    case.find(C, "half a fi", Some("/app/nothing.js"), true);
    case.edit(B, "2");
    assert!(!case.state.has_work());
    assert!(case.take().is_none());
    case.edit(C, "half a file is whole");
    case.expect_update("c,b,a");
}

#[test]
fn a_module_that_was_not_there_at_first_gets_its_format_later() {
    let mut case = Case::new();
    let path = Path::new("/app/late.mjs");
    assert!(!case.state.was_never_loaded(path));
    case.state
        .failed_first_load(path, Some(case.reading(Content::Missing)), BEGUN);
    assert!(case.state.was_never_loaded(path));
    assert!(case.edit("/app/late.mjs", "1"));
    let reading = case.reading(Content::of_bytes(b"1"));
    case.state.loading(path, Format::Esm, Some(reading));
    assert!(!case.state.was_never_loaded(path));
}

/// What is imported when it is looked at, and gone then, was given no format by anybody.
#[test]
fn a_module_that_was_gone_as_it_was_seen_first_gets_its_format_later() {
    let mut case = Case::new();
    let path = Path::new("/app/late.json");
    case.state.link(Path::new(C), &[path.into()]);
    let gone = case.reading(Content::Missing);
    assert_eq!(case.state.examined(path, gone), None);
    assert!(case.state.was_never_loaded(path));
    assert_eq!(case.state.known_format(path), None);
    assert!(case.edit("/app/late.json", "{}"), "its coming is news");
    assert!(case.state.was_never_loaded(path));
}

#[test]
fn what_a_failed_module_had_loaded_is_watched_and_its_change_tried() {
    let mut case = Case::new();
    case.edit(C, "require('./new')");
    let id = case.expect_update("c,b,a");
    let broken = Content::of_bytes(b"broken");
    let new = PathBuf::from("/app/new.js");
    let files = [A, B, C].map(PathBuf::from);
    case.state.blame(&files, vec![(new.clone(), Some(broken))]);
    case.finish(id, false);
    assert_eq!(case.state.watch_delta().acquire, std::slice::from_ref(&new));
    assert!(!case.state.is_news(&new, broken), "it is as it was");
    case.edit("/app/new.js", "broken");
    assert!(case.take().is_none());
    // Looked at again as it is: what it waits for stays.
    case.edit(C, "require('./new')");
    case.find(C, "require('./new')", None, false);
    case.edit("/app/new.js", "mended");
    case.expect_update("c,b,a");
}

/// It is told what failed once all has ended, and the file may have been mended by then.
#[test]
fn what_a_failed_module_had_loaded_may_be_saved_before_it_is_told() {
    let mut case = Case::new();
    case.edit(C, "require('./new')");
    let id = case.expect_update("c,b,a");
    case.load("/app/new.js", "broken");
    case.edit("/app/new.js", "mended");
    let mended = Some(Content::of_bytes(b"mended"));
    let files = [A, B, C].map(PathBuf::from);
    case.state
        .blame(&files, vec![("/app/new.js".into(), mended)]);
    case.finish(id, false);
    let id = case.expect_update("c,b,a");
    // It was not for that, and is not tried for it again.
    case.state
        .blame(&files, vec![("/app/new.js".into(), mended)]);
    case.finish(id, false);
    assert!(case.take().is_none());
}

/// Two groups have failed with it, and it was saved since: the one that is told of last has not been tried with that either.
#[test]
fn what_a_failed_module_had_loaded_may_be_waited_for_by_another() {
    let mut case = Case::with_d();
    case.edit(C, "require('./new')");
    case.edit(D, "require('./new')");
    let id = case.expect_update("c,b,a; d");
    case.load("/app/new.js", "broken");
    case.edit("/app/new.js", "mended");
    let mended = Some(Content::of_bytes(b"mended"));
    let blame = |case: &mut Case, files: &[&str]| {
        let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        case.state
            .blame(&files, vec![("/app/new.js".into(), mended)]);
    };
    blame(&mut case, &[D]);
    blame(&mut case, &[A, B, C]);
    assert!(case.state.finish_update(id, &[false, false]));
    let id = case.expect_update("c,b,a; d");
    // It was not for that, and is not tried for it again.
    blame(&mut case, &[D]);
    blame(&mut case, &[A, B, C]);
    case.state.finish_update(id, &[false, false]);
    assert!(case.take().is_none());
}

#[test]
fn a_first_load_that_failed_is_tried_when_what_it_had_loaded_changes() {
    let mut case = Case::new();
    let late = Path::new("/app/late.js");
    let text = Content::of_bytes(b"require('./new')");
    case.state
        .failed_first_load(late, Some(case.reading(text)), BEGUN);
    case.state.blame(
        &[late.to_path_buf()],
        vec![("/app/new.js".into(), Some(Content::Missing))],
    );
    case.state.add_boundary(late, true, true);
    assert!(!case.state.is_news(late, text), "that was tried");
    case.edit("/app/new.js", "there");
    case.expect_update("late");
}

#[test]
fn what_was_waited_for_is_let_go_when_it_is_live() {
    let mut case = Case::new();
    case.edit(C, "require('./new')");
    case.find(C, "require('./new')", Some("/app/new.js"), false);
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    case.edit("/app/new.js", "there");
    case.edit(C, "require('./new')");
    case.find(C, "require('./new')", None, false);
    let id = case.expect_update("c,b,a");
    case.finish(id, true);
    assert!(case.state.wanted.is_empty());

    // So is what it had loaded when it failed.
    let mut case = Case::new();
    let new = PathBuf::from("/app/new.js");
    case.edit(C, "require('./new')");
    let id = case.expect_update("c,b,a");
    let broken = Some(Content::of_bytes(b"broken"));
    case.state.blame(&[C.into()], vec![(new.clone(), broken)]);
    case.finish(id, false);
    assert_eq!(case.state.watch_delta().acquire, std::slice::from_ref(&new));
    case.edit(C, "without");
    let id = case.expect_update("c,b,a");
    case.finish(id, true);
    assert_eq!(case.state.watch_delta().release, [new]);
    case.edit("/app/new.js", "mended");
    assert!(case.take().is_none());
}

#[test]
fn what_is_saved_while_an_update_is_in_flight_is_known() {
    let mut case = Case::new();
    let newer = |case: &Case| {
        let mut newer = case.state.newer();
        newer.sort();
        newer
    };
    case.edit(C, "2");
    assert!(newer(&case).is_empty(), "nothing is in flight");
    let id = case.expect_update("c,b,a");
    assert!(newer(&case).is_empty());
    case.edit(B, "2");
    case.edit(C, "3");
    assert_eq!(newer(&case), [B, C].map(PathBuf::from));
    case.edit(B, "1");
    // What it was before is news to the update that is about something else.
    case.edit(C, "1");
    assert_eq!(newer(&case), [PathBuf::from(C)]);
    case.finish(id, false);
    assert!(newer(&case).is_empty());
    assert!(case.take().is_none());
}

/// Who has imported what threw goes on to throw, whoever has loaded the file since.
#[test]
fn what_threw_and_is_loaded_again_from_another_text_is_evaluated_for_its_importers() {
    let mut case = Case::new();
    let files = [B, C].map(PathBuf::from);
    assert!(case.state.threw(&files, after(1)));
    case.load(C, "1");
    assert!(case.take().is_none(), "the same text");
    assert!(case.state.threw(&files, after(2)));
    case.load(C, "2");
    assert!(!case.edit(C, "2"));
    let id = case.expect_update("c,b,a");
    case.load(C, "2");
    assert!(!case.finish(id, true));
    assert!(case.take().is_none());
}

#[test]
fn what_throws_before_its_update_has_ended_waits_for_what_it_failed_with() {
    for comes_early in [true, false] {
        let mut case = Case::new();
        let gone = "/app/gone.js";
        case.edit(C, "requires it");
        let id = case.expect_update("c,b,a");
        let files = [PathBuf::from(C)];
        assert!(case.state.threw(&files, after(1)));
        assert!(!case.state.threw(&files, after(2)), "as before");
        let missing = (gone.into(), Some(Content::Missing));
        case.state.blame(&files, vec![missing]);
        if comes_early {
            case.edit(gone, "1");
        }
        assert_eq!(case.finish(id, true), comes_early);
        if !comes_early {
            assert!(case.take().is_none());
            case.edit(C, "requires it"); // looked at, since what it waits for is being written
            case.edit(gone, "1");
        }
        let id = case.expect_update("c,b,a");
        case.finish(id, true);
        assert!(case.take().is_none());
    }
}

#[test]
fn what_failed_beside_something_is_tried_again_when_that_is_what_it_was() {
    let mut case = Case::new();
    case.edit(C, "throws");
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    case.edit(B, "2");
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    assert!(case.take().is_none());
    // Undone: c is not dirty any more, and was all that was wrong.
    case.edit(C, "1");
    let id = case.expect_update("b,a");
    case.finish(id, true);
    assert!(case.take().is_none());

    // It is undone while the update that fails is under way.
    case.edit(C, "throws");
    case.edit(B, "3");
    let id = case.expect_update("c,b,a");
    case.edit(C, "1");
    assert!(case.finish(id, false));
    let id = case.expect_update("b,a");
    assert!(!case.finish(id, false), "this time it is b's own fault");
    assert!(case.take().is_none());
}

#[test]
fn what_does_not_parse_is_not_tried_again_however_it_was_looked_at_meanwhile() {
    let mut case = Case::new();
    case.edit(C, "half a fi");
    case.find(C, "half a fi", Some("/app/nothing.js"), false);
    let id = case.expect_update("c,b,a");
    // The loader reads the file, which is saved again as it is.
    case.load(C, "half a fi");
    case.edit(C, "half a fi");
    case.state.saved(Path::new(C), after(1));
    assert!(!case.finish(id, false));
    assert!(case.take().is_none());
}

#[test]
fn an_import_of_what_is_not_there_is_looked_at_again_when_it_is() {
    let mut case = Case::new();
    let new = PathBuf::from("/app/new.js");
    case.state.miss(Path::new(B), vec![new.clone()]);
    assert_eq!(case.state.watch_delta().acquire, std::slice::from_ref(&new));
    // Looked at, it is what runs, and what it imports is missing still.
    case.edit(B, "1");
    case.edit("/app/new.js", "there");
    assert!(case.take().is_none(), "nothing has failed");
    assert_eq!(case.state.missed_by(&new), [PathBuf::from(B)]);
    case.state.miss(Path::new(B), Vec::new());
    assert!(case.state.wanted.is_empty());
    assert_eq!(case.state.watch_delta().release, [new]);
}

#[test]
fn what_an_update_found_missing_may_be_there_before_it_has_ended() {
    let mut case = Case::new();
    case.edit(C, "import './new.js'");
    let id = case.expect_update("c,b,a");
    case.state.leads_further(after(1));
    assert!(case.finish(id, false), "once more");
    let id = case.expect_update("c,b,a");
    assert!(!case.finish(id, false));
}

/// It has waited for that, which was gone, and is back.
#[test]
fn who_turns_out_to_import_what_an_update_evaluates_is_in_the_next_one() {
    let mut case = Case::new();
    case.load(D, "1");
    case.state
        .link(Path::new(A), &[PathBuf::from(B), PathBuf::from(D)]);
    let link = |case: &mut Case, imports: &[&str]| {
        let content = Content::of_bytes(b"1");
        let imports: Vec<PathBuf> = imports.iter().map(PathBuf::from).collect();
        case.state.link_at_last(Path::new(D), content, &imports)
    };
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    assert!(link(&mut case, &[C]));
    assert!(!link(&mut case, &[C]), "that is known");
    assert!(case.finish(id, true));
    let id = case.expect_update("c,b,d,a");
    assert!(link(&mut case, &[B, C]));
    assert!(!case.finish(id, true), "it was in that one");
}

#[test]
fn what_is_not_loaded_any_more_keeps_what_it_imports_and_what_it_misses() {
    let mut case = Case::new();
    let new = PathBuf::from("/app/new.js");
    case.state.miss(Path::new(B), vec![new.clone()]);
    case.state.unloaded(Path::new(B));
    assert_eq!(case.state.imports_of(Path::new(B)), [PathBuf::from(C)]);
    assert_eq!(case.state.missed_by(&new), [PathBuf::from(B)]);
}

#[test]
fn what_does_not_resolve_is_missed_also_when_the_failure_is_forgotten() {
    let mut case = Case::new();
    let new = PathBuf::from("/app/new.js");
    case.edit(C, "import './new.js'");
    case.find_all(
        C,
        "import './new.js'",
        Some(Vec::new()),
        new.to_str(),
        false,
    );
    case.state.unloaded(Path::new(C));
    assert_eq!(case.state.missed_by(&new), [PathBuf::from(C)]);
}

#[test]
fn whether_anything_is_missing_is_known() {
    let mut case = Case::new();
    assert_eq!(case.state.misses(Path::new(B)), None);
    case.state.miss(Path::new(B), vec!["/app/new.js".into()]);
    assert_eq!(case.state.misses(Path::new(B)), Some(true));
    assert_eq!(case.state.misses(Path::new(C)), Some(false));
}

/// An ES module, say, that imports CommonJS by `import()`: to the graph they have nothing to do with each other.
#[test]
fn what_has_failed_for_what_is_not_loaded_any_more_is_tried_without_it() {
    let mut case = Case::with_d();
    case.state.learn_format(Path::new(D), Format::Esm);
    case.edit(C, "2");
    case.edit(D, "2");
    let id = case.take().expect("an update").id;
    let broken = Content::of_bytes(b"2");
    case.state
        .blame(&[PathBuf::from(C)], vec![(D.into(), Some(broken))]);
    assert!(!case.state.finish_update(id, &[false, false]));
    case.state.unloaded(Path::new(D));
    case.expect_update("c,b,a");
}
