//! What an update evaluates, and what becomes of what was read for it.

use super::*;

#[test]
fn a_module_in_flight_is_compiled_from_what_the_update_is_about() {
    let mut case = Case::new();
    case.edit(C, "2");
    case.find(C, "2", None, false);
    assert_eq!(
        case.state.loading_in_flight(Path::new(C)),
        None,
        "no update is under way"
    );
    let id = case.expect_update("c,b,a");
    assert_eq!(
        case.state.loading_in_flight(Path::new(C)).as_deref(),
        Some(&b"2"[..])
    );
    assert_eq!(
        case.state.loading_in_flight(Path::new(B)),
        None,
        "B was not read"
    );

    // Saved again meanwhile, emptied at first, and read for the update after this one.
    for text in ["", "3"] {
        case.edit(C, text);
        case.find(C, text, None, false);
        let source = case.state.loading_in_flight(Path::new(C));
        assert_eq!(source.as_deref(), Some(&b"2"[..]));
    }
    assert!(case.finish(id, true));
    case.expect_update("c,b,a");
    let source = case.state.loading_in_flight(Path::new(C));
    assert_eq!(source.as_deref(), Some(&b"3"[..]));
}

#[test]
fn sources_are_let_go_with_their_update() {
    let mut case = Case::new();
    case.edit(C, "2");
    case.find(C, "2", None, false);
    let id = case.expect_update("c,b,a");
    case.finish(id, true);
    assert!(case.state.sources.is_empty());
}

/// `git switch` there and back: between the plan and the reading it held what runs.
#[test]
fn what_is_told_of_a_member_is_what_its_update_evaluates() {
    let mut case = Case::new();
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.load(C, "1");
    case.edit(C, "2");
    assert!(case.finish(id, true), "2 is not live");
    let id = case.expect_update("c,b,a");
    assert!(!case.finish(id, true));

    // The same where it fails: that is what has failed.
    case.edit(C, "3");
    let id = case.expect_update("c,b,a");
    case.load(C, "4");
    case.edit(C, "3");
    assert!(case.finish(id, false), "3 has not been tried");
}

/// … and is not to be waited for, if that is what runs.
#[test]
fn a_member_that_is_put_back_before_it_is_read_is_back() {
    let mut case = Case::new();
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.load(C, "1");
    assert!(!case.edit(C, "1"));
    assert!(!case.finish(id, false));
    assert_eq!(case.state.take_restored(), [PathBuf::from(C)]);
}

/// … which nobody knew when it was planned.
#[test]
fn a_member_of_which_the_text_was_not_known_is_not_back() {
    let mut case = Case::new();
    let e = Path::new("/app/e.js");
    case.state.loading(e, Format::CommonJs, None);
    case.state.link(Path::new(A), &[e.to_path_buf()]);
    case.state.link(e, &[PathBuf::from(C)]);
    case.edit(C, "2");
    let id = case.expect_update("c,e,a");
    case.load("/app/e.js", "1");
    case.finish(id, false);
    assert!(case.state.take_restored().is_empty());
}

/// It failed, and came along with an update of others that has put it back.
#[test]
fn what_failed_and_came_along_since_is_told_of_when_it_is_back() {
    let mut case = Case::with_d();
    case.edit(D, "2");
    let id = case.expect_update("d");
    case.finish(id, false);
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.load(D, "2");
    case.state.put_back(id, &[]);
    case.finish(id, false);
    case.edit(D, "1");
    assert_eq!(case.state.take_restored(), [PathBuf::from(D)]);
}

/// Once is enough: its body has effects.
#[test]
fn what_fails_beside_a_member_is_not_tried_again_as_it_was_tried() {
    let mut case = Case::new();
    case.edit(B, "2");
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    let tried = Some(Content::of_bytes(b"2"));
    let blame = |case: &mut Case| {
        case.state
            .blame(&[PathBuf::from(B)], vec![(C.into(), tried)])
    };
    blame(&mut case);
    case.finish(id, false);
    assert!(case.take().is_none());

    // Saved while it was being tried.
    case.edit(C, "3");
    let id = case.expect_update("c,b,a");
    case.edit(C, "4");
    blame(&mut case);
    case.finish(id, false);
    case.expect_update("c,b,a");
}

/// Another event of its save comes when it is known whose fault it is, and before the update has ended.
#[test]
fn what_is_seen_again_as_it_is_being_tried_goes_on_to_wait_for_what_is_blamed() {
    let mut case = Case::with_d();
    case.edit(D, "bad");
    let id = case.expect_update("d");
    case.finish(id, false);
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    // It has come along.
    case.load_in_vain(D, "bad");
    let bad = Some(Content::of_bytes(b"bad"));
    case.state.blame(&[PathBuf::from(C)], vec![(D.into(), bad)]);
    case.edit(C, "2");
    case.find(C, "2", None, false);
    assert!(!case.finish(id, false));
    case.edit(D, "1");
    case.expect_update("c,b,a");
}

/// `a` is saved when the update about `c` is planned, and is read for it. What came of it is put back, `a` runs as it was.
#[test]
fn what_was_read_and_put_back_is_news_still() {
    let put_back = |path| {
        let mut case = Case::with_d();
        case.edit(C, "2");
        let id = case.expect_update("c,b,a");
        case.edit(path, "2");
        case.load(path, "2");
        case.state.read_in_vain(Path::new(path));
        (case, id)
    };
    for is_live in [true, false] {
        let (mut case, id) = put_back(A);
        assert!(case.finish(id, is_live));
        case.expect_update(if is_live { "a" } else { "c,b,a" });

        // Read again, and not put back: that was it.
        let (mut case, id) = put_back(A);
        case.load(A, "2");
        assert!(!case.finish(id, is_live));

        // The same of what the update was not known to be about.
        let (mut case, id) = put_back(D);
        case.state.put_back(id, &[PathBuf::from(D)]);
        assert!(case.finish(id, is_live));
        case.expect_update("d");
    }
}

/// CommonJS that requires `c`, which only the runtime knows: it was saved, and evaluated with `c`, before that was known.
#[test]
fn what_was_loaded_beside_a_failed_update_is_news_again() {
    for is_live in [true, false] {
        let mut case = Case::with_d();
        case.edit(C, "2");
        let id = case.expect_update("c,b,a");
        case.load(D, "2");
        assert!(!case.edit(D, "2"), "it is what was loaded");
        let kept = if is_live {
            vec![PathBuf::from(D)]
        } else {
            Vec::new()
        };
        case.state.put_back(id, &kept);
        assert_eq!(case.finish(id, false), !is_live);
        match is_live {
            true => assert!(case.take().is_none()),
            false => drop(case.expect_update("d")),
        }
    }

    // It was let go: nothing of it runs.
    let mut case = Case::new();
    case.load(D, "1");
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.load(D, "2");
    case.state.unloaded(Path::new(D));
    case.state.put_back(id, &[]);
    assert!(!case.finish(id, false));
}

/// CommonJS that an ES module imports by name is linked before it is evaluated: saved in between, and not known yet to be, it
/// has other names, maybe.
#[test]
fn what_was_saved_since_it_was_linked_is_linked_once_more() {
    for is_member in [true, false] {
        for is_esm in [true, false] {
            let mut case = Case::new();
            let path = if is_member { B } else { D };
            case.load(path, "1");
            case.state.link(Path::new(A), &[B, D].map(PathBuf::from));
            if is_esm {
                case.state.learn_format(Path::new(A), Format::Esm);
            }
            case.edit(C, "2");
            let id = case.expect_update("c,b,a");
            case.load(path, "2");
            assert!(!case.edit(path, "2"), "it is what was loaded");
            assert_eq!(case.finish(id, true), is_esm);
            if is_esm {
                let id = case.expect_update(if is_member { "b,a" } else { "d,a" });
                case.load(path, "2");
                assert!(!case.finish(id, true), "once");
            }
        }
    }

    // Linked as it was told.
    let mut case = Case::new();
    case.state.learn_format(Path::new(A), Format::Esm);
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.load(B, "2");
    case.state.went_live(Path::new(B));
    assert!(!case.finish(id, true));
}

#[test]
fn what_is_evaluated_between_updates_from_another_text_than_its_names_were_found_in_is_linked_again()
 {
    for is_named in [false, true] {
        let mut case = Case::with_d();
        let reading = case.reading(Content::of_bytes(b"2"));
        let is_news = case.state.loading_as_named(
            Path::new(D),
            Format::CommonJs,
            Some(reading),
            is_named,
            None,
        );
        assert_eq!(is_news, is_named);
        assert!(!case.edit(D, "2"), "it was loaded from that");
        assert_eq!(case.take().is_some(), is_named);
    }
}

/// It holds, as it is evaluated, what it ran from; but its names were found in what was undone before anybody was told.
#[test]
fn what_was_named_in_another_text_than_is_evaluated_is_linked_once_more() {
    let named = |text: &[u8], turn| {
        let content = Content::of_bytes(text);
        Some(Named { content, turn })
    };
    for (text, is_other) in [(b"between", true), (b"1      ", false)] {
        let mut case = Case::new();
        case.load(B, "1      ");
        case.state.learn_format(Path::new(A), Format::Esm);
        case.edit(C, "2");
        let id = case.expect_update("c,b,a");
        let reading = Some(case.reading(Content::of_bytes(b"1      ")));
        let load = |case: &mut Case| {
            let (path, named) = (Path::new(B), named(text, 1));
            let format = Format::CommonJs;
            case.state
                .loading_as_named(path, format, reading, false, named)
        };
        assert!(!load(&mut case), "after the update");
        assert_eq!(case.finish(id, true), is_other);
        if is_other {
            let id = case.expect_update("b,a");
            load(&mut case);
            assert!(!case.finish(id, true), "once");
        }
    }

    // What the program writes before it evaluates that first is its own affair, as in Node.
    let mut case = Case::new();
    case.state.learn_format(Path::new(A), Format::Esm);
    let reading = Some(case.reading(Content::of_bytes(b"1")));
    case.state.link(Path::new(A), &[D.into()]);
    let (path, format) = (Path::new(D), Format::CommonJs);
    case.state
        .loading_as_named(path, format, reading, true, named(b"before", 1));
    assert!(case.take().is_none());
}

/// Another session's update comes first, and loads `d`, which imports `c`, and `b` from another text.
#[test]
fn an_update_that_is_not_begun_is_planned_anew() {
    let mut case = Case::new();
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.load(D, "1");
    case.load(B, "2");
    case.state.link(Path::new(B), &[C, D].map(PathBuf::from));
    case.state.link(Path::new(D), &[C.into()]);
    assert!(!case.edit(B, "2"), "an update is in flight");
    case.state.give_back(id);
    assert!(case.state.has_work());
    let update = case.take().expect("an update");
    let modules = update.groups.iter().flat_map(|group| &group.modules);
    let changed = modules.map(|it| (it.path.to_string_lossy().into_owned(), it.changed));
    assert_eq!(
        changed.collect::<Vec<_>>(),
        [(C, true), (D, false), (B, true), (A, false)].map(|(it, is)| (it.to_owned(), is))
    );
    assert!(!case.finish(update.id, true));

    // Also what was taken along as it is.
    case.state.force(Path::new(C));
    let id = case.expect_update("c,d,b,a");
    case.state.give_back(id);
    case.expect_update("c,d,b,a");
}
