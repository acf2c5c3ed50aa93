//! What failed is tried again when it is saved as it is.

use super::*;

#[test]
fn what_failed_is_tried_again_when_it_is_saved_as_it_is() {
    let mut case = Case::new();
    let again = |case: &mut Case, path: &str, text: &str, saved: SystemTime| {
        case.edit(path, text);
        assert!(case.state.may_be_saved_again(Path::new(path)));
        case.state.saved(Path::new(path), saved);
    };
    assert!(!case.state.may_be_saved_again(Path::new(C)));
    case.edit(C, "throws");
    let id = case.expect_update("c,b,a");
    assert!(!case.finish(id, false));
    again(&mut case, C, "throws", BEGUN);
    assert!(case.take().is_none(), "another event of the same save");
    again(&mut case, C, "throws", after(1));
    let id = case.expect_update("c,b,a");
    again(&mut case, C, "throws", BEGUN);
    assert!(!case.finish(id, false), "as above");
    // It was another module's body that threw.
    again(&mut case, B, "1", after(2));
    let id = case.expect_update("c,b,a");
    assert!(!case.finish(id, true));
    assert!(!case.state.may_be_saved_again(Path::new(C)), "it runs");
}

/// It is told that a file was saved before what it holds is known, and what failed with it is put back, too.
#[test]
fn what_is_tried_again_for_a_save_and_put_back_is_not_evaluated() {
    let mut case = Case::new();
    case.edit(B, "2");
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    case.state.saved(Path::new(B), after(1));
    assert!(case.state.has_work());
    case.edit(B, "1");
    case.edit(C, "1");
    let mut restored = case.state.take_restored();
    restored.sort();
    assert_eq!(restored, [B, C].map(PathBuf::from));
    assert!(!case.state.has_work());
}

/// It has only lain between before.
#[test]
fn what_is_put_back_while_an_update_is_at_it_is_not_tried_again() {
    let mut case = Case::new();
    for text in ["2", "3"] {
        case.edit(C, text);
        let id = case.expect_update("c,b,a");
        if text == "3" {
            case.edit(B, "2");
            case.edit(B, "1");
            case.state.saved(Path::new(B), after(1));
        }
        case.finish(id, false);
    }
    let update = case
        .take()
        .expect("what failed, as something was saved since");
    assert_eq!(changed(&update), [Path::new(C)]);
}

/// It came along with an update of others, and failed with no group of its own.
#[test]
fn what_failed_beside_a_group_and_is_put_back_is_told_of_after_it_was_to_be_tried_again() {
    let mut case = Case::with_d();
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    case.edit(D, "2");
    case.load_in_vain(D, "2");
    case.finish(id, true);
    case.state.saved(Path::new(D), after(1));
    assert!(case.state.has_work());
    case.edit(D, "1");
    assert_eq!(case.state.take_restored(), [PathBuf::from(D)]);
    assert!(!case.state.has_work());
}

/// What is to be tried again for a save waits for what it has waited for, until that has shown what it lacks.
#[test]
fn what_is_tried_again_for_a_save_waits_for_what_it_failed_for_meanwhile() {
    let mut case = Case::new();
    case.edit(C, "2");
    let id = case.expect_update("c,b,a");
    let lacks = vec![(PathBuf::from("/app/data"), Some(Content::Missing))];
    case.state.blame(&[PathBuf::from(C)], lacks);
    case.finish(id, false);
    case.state.saved(Path::new(C), after(1));
    case.edit(C, "2");
    case.find(C, "2", None, false);
    assert!(case.state.is_interested(Path::new("/app/data")));
    case.expect_update("c,b,a");
}

#[test]
fn what_is_saved_as_it_is_while_it_fails_is_tried_again() {
    let mut case = Case::new();
    for live in [false, true] {
        case.edit(C, if live { "good" } else { "throws" });
        let id = case.expect_update("c,b,a");
        case.state.saved(Path::new(C), after(1));
        assert_eq!(case.finish(id, live), !live);
    }
    assert!(case.take().is_none());
}

#[test]
fn what_does_not_parse_is_not_tried_again() {
    let mut case = Case::new();
    case.edit(C, "half a fi");
    case.find(C, "half a fi", Some("/app/nothing.js"), false);
    let id = case.expect_update("c,b,a");
    case.finish(id, false);
    case.edit(C, "half a fi");
    case.find(C, "half a fi", Some("/app/nothing.js"), false);
    case.state.saved(Path::new(C), after(1));
    assert!(case.take().is_none());
}

#[test]
fn a_save_of_what_a_failed_module_waits_for_tries_it_again() {
    let mut case = Case::new();
    let (late, new) = (Path::new("/app/late.js"), Path::new("/app/new.js"));
    let throws = Content::of_bytes(b"throws");
    let text = Content::of_bytes(b"require('./new')");
    case.state
        .failed_first_load(late, Some(case.reading(text)), BEGUN);
    case.state
        .blame(&[late.to_path_buf()], vec![(new.into(), Some(throws))]);
    case.state.add_boundary(late, true, true);
    case.edit("/app/new.js", "throws");
    assert!(case.take().is_none());
    case.state.saved(new, after(1));
    case.expect_update("late");
}

#[test]
fn what_threw_when_it_was_imported_is_evaluated_anew_when_it_is_saved_as_it_is() {
    let mut case = Case::new();
    let [b, c] = [B, C].map(PathBuf::from);
    assert!(case.state.threw(&[b.clone(), c.clone()], after(1)));
    assert!(!case.state.threw(&[b, c.clone()], after(3)), "as before");
    let saved = |case: &mut Case, seconds: u64| {
        case.edit(C, "1");
        case.state.saved(&c, after(seconds));
    };
    saved(&mut case, 1);
    assert!(
        case.take().is_none(),
        "another event of the save that threw"
    );
    saved(&mut case, 2);
    let id = case.expect_update("c,b,a");
    case.finish(id, true);
    saved(&mut case, 3);
    assert!(case.take().is_none(), "it has not thrown since");
}

#[test]
fn what_is_blamed_and_saved_as_it_is_before_the_update_has_ended_is_tried_again() {
    let mut case = Case::new();
    let dep = Path::new("/app/dep.js");
    case.edit(C, "requires it");
    let id = case.expect_update("c,b,a");
    let throws = Content::of_bytes(b"throws");
    case.state
        .blame(&[C.into()], vec![(dep.into(), Some(throws))]);
    assert!(case.state.may_be_saved_again(dep));
    case.state.saved(dep, after(1));
    assert!(case.finish(id, false));
    let id = case.expect_update("c,b,a");
    assert!(!case.finish(id, false));
}
