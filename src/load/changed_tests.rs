//! What the thread that sees a save makes of it, and which update is given that.

use super::*;
use std::time::Instant;

fn bytes(text: &str) -> Arc<[u8]> {
    Arc::from(text.as_bytes())
}

fn reading(text: &str) -> Reading {
    Reading {
        content: Content::of_bytes(text.as_bytes()),
        at: Instant::now(),
    }
}

fn loaded_by(loader: &Arc<Loader>, path: &Path) -> crate::load::Text {
    loader.text(path, Place::Acyclic, &[]).expect("a module")
}

#[test]
fn a_change_is_given_to_the_update_that_is_about_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = crate::path::real(folder.path());
    let [path, dep] = ["a.mjs", "dep.mjs"].map(|name| root.join(name));
    std::fs::write(&path, "export const a = 'on disk'").expect("written");
    std::fs::write(&dep, "").expect("written");
    let loader = Arc::new(Loader::default());
    let loads = |text: &str| loaded_by(&loader, &path).code.contains(text);
    let text = "import './dep.mjs'; export const a = 'seen'";
    let seen = reading(text);
    let told = loader.changed(&path, &bytes(text), seen).expect("good");
    assert_eq!(told.imports, [dep]);
    assert!(loads("on disk"), "no update is planned");
    loader.planned(&path, seen.content, None);
    assert!(loader.ahead(&path).is_some());
    assert!(loads("seen"));
    assert!(loader.ahead(&path).is_none(), "it is given out once");
    let cyclic = loader.load(&path, Place::Cyclic).expect("a module");
    assert!(cyclic.module.code.contains("seen"), "and is what it was");
    loader.ended(&path);
    assert!(loads("on disk"), "the update has ended");

    loader.changed(&path, &bytes(text), seen);
    loader.planned(&path, reading("something newer").content, None);
    assert!(loads("on disk"), "the update is about another content");

    loader.changed(&path, &bytes(text), seen);
    loader.planned(&path, seen.content, None);
    loader.ended(&path);
    assert!(loader.ahead(&path).is_none(), "the update has ended");

    loader.changed(&path, &bytes(text), seen);
    loader.moved();
    loader.planned(&path, seen.content, None);
    assert!(loads("on disk"), "what it imports may be elsewhere now");

    loader.changed(&path, &bytes(text), seen);
    loader.moved();
    loader.planned(&path, seen.content, Some((bytes(text), seen)));
    assert!(loader.ahead(&path).is_none());
    assert!(
        loads("seen"),
        "but it is the text that the engine counts as live"
    );
    loader.ended(&path);
}

#[test]
fn what_was_undone_is_not_evaluated_as_another_session_has_planned() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = crate::path::real(folder.path()).join("a.mjs");
    let runs = "export const a = 'runs'";
    std::fs::write(&path, runs).expect("written");
    let loader = Arc::new(Loader::default());
    let loads = |text: &str| loaded_by(&loader, &path).code.contains(text);
    let saved = "export const a = 'saved'";
    let seen = reading(saved);
    loader.planned(&path, seen.content, Some((bytes(saved), seen)));
    loader.planned_as_it_is(&path, seen.content);
    assert!(loads("saved"));
    loader.planned_as_it_is(&path, reading(runs).content);
    assert!(loads("runs"));
}

#[test]
fn what_was_saved_again_is_not_evaluated_as_another_session_has_planned() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = crate::path::real(folder.path()).join("a.mjs");
    let newest = "export const a = 'newest'";
    std::fs::write(&path, newest).expect("written");
    let loader = Arc::new(Loader::default());
    let saved = "export const a = 'saved'";
    let seen = reading(saved);
    loader.planned(&path, seen.content, Some((bytes(saved), seen)));
    // Files have moved meanwhile, and its text was not kept.
    loader.planned(&path, reading(newest).content, None);
    assert!(loaded_by(&loader, &path).code.contains("newest"));
}

#[test]
fn what_another_session_has_planned_and_not_evaluated_is_not_made_for_a_later_text() {
    let loader = Arc::new(Loader::default());
    let path = Path::new("a.mjs");
    let [first, second] = ["export const a = 'first'", "export const a = 'second'"];
    let seen = reading(first);
    loader.changed(path, &bytes(first), seen);
    // Its plan is given back, as `import.meta.hot` is to be told first.
    loader.planned(path, seen.content, Some((bytes(first), seen)));
    // What was made of the second is not known to hold, for files have moved.
    let seen = reading(second);
    loader.planned(path, seen.content, Some((bytes(second), seen)));
    assert!(loaded_by(&loader, path).code.contains("second"));
}

#[test]
fn a_save_after_another_of_the_file_is_itself() {
    let loader = Arc::new(Loader::default());
    let path = Path::new("a.mjs");
    let saves = |text: &str| {
        let told = loader.changed(path, &bytes(text), reading(text));
        loader.planned(path, Content::of_bytes(text.as_bytes()), None);
        let module = loader.text(path, Place::Acyclic, &[]).ok();
        loader.ended(path);
        told.and(module).map(|it| it.code)
    };
    let of_a_literal = |loader: &Loader| loader.changed.known.lock().contains_key(path);
    for value in ["1", "22", "x", "'three'", "'four'"] {
        let text = format!("export const a = {value};");
        let code = saves(&text).expect("a module");
        assert!(code.contains(&format!("const a = {value};")), "{code}");
        assert!(of_a_literal(&loader));
    }
    assert!(saves("export const a = 'four;").is_none());
    assert!(!of_a_literal(&loader), "what is no module is not known");
    assert!(saves("export const a = 'five';").is_some());
    // A file that Node reads as another text than its bytes say, and one that is no JavaScript.
    assert!(saves("\u{feff}\u{feff}export const a = 'six'").is_some());
    let (typed, text) = (Path::new("a.mts"), "export const a: string = 'six'");
    assert!(loader.changed(typed, &bytes(text), reading(text)).is_some());
}

#[test]
fn what_is_like_the_version_that_is_known_is_its_code_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = crate::path::real(folder.path());
    let path = root.join("a.mjs");
    std::fs::write(root.join("b.mjs"), "").expect("written");
    let loader = Arc::new(Loader::default());
    let save = |text: &str| {
        let seen = reading(text);
        loader.changed(&path, &bytes(text), seen);
        loader.planned(&path, seen.content, Some((bytes(text), seen)));
    };
    let like = |record: &str| {
        let record: serde_json::Value = serde_json::from_str(record).expect("JSON");
        record["like"].as_str().expect("a text").to_owned()
    };
    let known = |text: &str| {
        save(text);
        like(&loaded_by(&loader, &path).record)
    };
    let after = |text: &str, like: &str| {
        save(text);
        loader.text_like(&path, like).expect("a module")
    };
    let first = known("import './b.mjs'; export const a = 1;");
    let second = after("import './b.mjs'; export const a = 22;", &first);
    assert!(second.code.contains("const a = 22;"));
    assert_eq!(second.record, "");
    // Twice, and by a version that another one has come after.
    let third = after("import './b.mjs'; export const a = 3;", &first);
    assert_eq!(third.record, "");
    let other = after("import './b.mjs'; export const a = 4;", "0123456789abcdef");
    assert_eq!(like(&other.record), first);
    // What it exports is another one, and then where it leads.
    let named = after("import './b.mjs'; export const b = 4;", &first);
    let named = like(&named.record);
    assert_ne!(named, first);
    std::fs::rename(root.join("b.mjs"), root.join("c.mjs")).expect("renamed");
    loader.moved();
    let led = after("import './b.mjs'; export const b = 5;", &named);
    assert_ne!(like(&led.record), named);
    // And one whose columns are others after each edit.
    let first = known("export let a = 1; export function f() { a = 2; return 1; }");
    let second = after(
        "export let a = 1111; export function f() { a = 2; return 1; }",
        &first,
    );
    assert_ne!(second.record, "");
}

#[test]
fn what_may_be_wrong_is_left_to_a_closer_look() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.mjs");
    let loader = Loader::default();
    for text in ["let a = ;", "import './none.mjs'"] {
        let told = loader.changed(&path, &bytes(text), reading(text));
        assert!(told.is_none());
    }
}

#[test]
fn what_commonjs_exports_is_what_its_update_evaluates() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.cjs");
    std::fs::write(&path, "exports.disk = 1").expect("written");
    let loader = Loader::default();
    let names = || Vec::from_iter(loader.commonjs_names(&path).expect("read"));
    let seen = |text: &str| {
        let seen = reading(text);
        loader.commonjs(&path, text, seen.content);
        seen
    };
    let first = seen("exports.first = 1");
    assert_eq!(names(), ["disk"], "no update is planned");
    let text = bytes("exports.planned = 1");
    loader.planned(&path, first.content, Some((text.clone(), first)));
    assert_eq!(names(), ["first"]);
    let second = reading("exports.planned = 1");
    loader.planned(&path, second.content, Some((text, second)));
    assert_eq!(names(), ["planned"], "it is of another content");
    loader.ended(&path);
    assert_eq!(names(), ["disk"]);
}

#[test]
fn what_was_missing_is_looked_for_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = crate::path::real(folder.path());
    let (path, dep) = (root.join("a.mjs"), root.join("dep.mjs"));
    let loader = Loader::default();
    let text = "import './dep.mjs'";
    let look = || loader.changed(&path, &bytes(text), reading(text));
    assert!(look().is_none());
    std::fs::write(&dep, "").expect("written");
    assert_eq!(look().expect("good").imports, [dep]);
}
