//! What a compiler of ES modules is told, and when.

use super::*;
use crate::engine::Update;

/// Takes every change, and remembers what it was told, and what text it was given last.
#[derive(Default)]
struct Compiler(Mutex<Vec<&'static str>>, Mutex<Option<Arc<[u8]>>>);

impl Compile for Compiler {
    fn changed(&self, _: &Path, text: &Arc<[u8]>, reading: Reading) -> Option<Ahead> {
        let imports = match text.starts_with(b"import") {
            true => vec![PathBuf::from(IMPORTED)],
            false => Vec::new(),
        };
        Some(Ahead { reading, imports })
    }
    fn commonjs(&self, _: &Path, _: &str, _: Content) {}
    fn planned(&self, _: &Path, _: Content, text: Option<(Arc<[u8]>, Reading)>) {
        self.0.lock().push("planned");
        *self.1.lock() = text.map(|(bytes, _)| bytes);
    }
    fn planned_as_it_is(&self, _: &Path, _: Content) {
        self.0.lock().push("as it is");
    }
    fn ended(&self, _: &Path) {
        self.0.lock().push("ended");
    }
    fn moved(&self) {
        self.0.lock().push("moved");
    }
    fn rehearse(&self) {
        self.0.lock().push("rehearsed");
    }
}

const MODULE: &str = "/p/b.mjs";
const IMPORTED: &str = "/p/c.mjs";

/// A process that has also loaded an ES module, and a compiler that takes its changes.
fn compiling() -> (Process, Arc<Compiler>) {
    let process = process();
    process.fs.write(MODULE, "export default 1");
    process.session.loading(Path::new(MODULE), false);
    process
        .session
        .add_boundaries([Path::new(MODULE)], true, true);
    process.shared.step(&process.receiver);
    let compiler = Arc::new(Compiler::default());
    process.session.compile_with(compiler.clone());
    (process, compiler)
}

/// A process with an update that nothing was made ready for, and the compiler that comes after it was planned.
fn unready() -> (Process, Arc<Compiler>, Update) {
    let process = process();
    process.fs.write(MODULE, "export default 1");
    process.session.loading(Path::new(MODULE), false);
    process
        .session
        .add_boundaries([Path::new(MODULE)], true, true);
    process.settle();
    process.save(MODULE, "export default 2");
    let update = process.session.take_update().expect("an update");
    let compiler = Arc::new(Compiler::default());
    process.session.compile_with(compiler.clone());
    (process, compiler, update)
}

impl Compiler {
    fn told(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.0.lock())
    }
}

#[test]
fn a_rehearsal_is_no_event() {
    let (process, compiler) = compiling();
    // Whoever has the run may be waiting for the backend's thread.
    let run = process.shared.run();
    (process.sink)(BackendEvent::Rehearsal);
    drop(run);
    assert_eq!(*compiler.0.lock(), ["rehearsed"]);
    assert!(!process.woken());
    assert!(process.left().is_empty());
}

/// It may be half written: what the update is about was read and checked.
#[test]
fn a_save_after_the_plan_is_an_update_of_its_own() {
    let (process, compiler) = compiling();
    process.save(MODULE, "export default 2");
    let update = process.session.take_update().expect("an update");
    process.session.loading(Path::new(MODULE), false);
    assert_eq!(compiler.told(), ["planned"], "it is given out");
    assert!(!process.session.finish_update(update.id, &[true], None));

    process.save(MODULE, "export default 3");
    let update = process.session.take_update().expect("an update");
    compiler.told();
    process.save(MODULE, "export default 4");
    process.session.loading(Path::new(MODULE), false);
    assert!(
        !compiler.told().contains(&"ended"),
        "what was read is evaluated"
    );
    assert!(
        process.session.finish_update(update.id, &[true], None),
        "4 is not live"
    );
    process.session.take_update().expect("an update");
    assert!(compiler.told().ends_with(&["planned"]));
}

/// Read once more by whoever evaluates it, it could be newer than what was told: a later update would go back.
#[test]
fn what_is_read_for_an_update_that_nothing_was_made_ready_for_is_what_it_evaluates() {
    let (process, compiler, update) = unready();
    process.fs.write(MODULE, "export default 3");
    process.session.loading(Path::new(MODULE), false);
    assert_eq!(compiler.told(), ["ended", "planned"]);
    process.session.finish_update(update.id, &[true], None);
    process.event(MODULE, Touch::Complete);
    process.settle();
    assert!(process.session.take_update().is_none(), "3 is live");
    process.session.loading(Path::new(MODULE), false);
    assert!(
        !compiler.told().contains(&"planned"),
        "no update is about it"
    );
}

/// Nobody looks at it any more for the event of that save: it holds what it was loaded from.
#[test]
fn what_an_update_reads_before_its_save_is_known_imports_what_it_says() {
    let (process, _, update) = unready();
    process.fs.write(IMPORTED, "export default 1");
    process.fs.write(MODULE, "import './c.mjs'");
    process.session.loading(Path::new(MODULE), false);
    process.session.finish_update(update.id, &[true], None);
    process.event(MODULE, Touch::Complete);
    process.settle();
    assert!(process.session.take_update().is_none(), "it is live");
    process.save(IMPORTED, "export default 2");
    process.settle();
    let update = process.session.take_update().expect("it is imported");
    assert_eq!(update.groups[0].modules.len(), 2);
}

/// Another session may have planned it as it was before it was undone.
#[test]
fn what_lies_between_is_evaluated_as_it_is() {
    let (process, compiler) = compiling();
    process.fs.write(IMPORTED, "export default 1");
    process.save(MODULE, "import './c.mjs'");
    process.settle();
    let update = process.session.take_update().expect("an update");
    process.session.finish_update(update.id, &[true], None);
    process.settle();
    compiler.told();
    process.save(IMPORTED, "export default 2");
    process.settle();
    process.session.take_update().expect("an update");
    let mut told = compiler.told();
    told.sort_unstable();
    assert_eq!(told, ["as it is", "planned"]);
}

/// Else it would be evaluated again, as what the file holds now.
#[test]
fn what_was_made_ready_goes_with_its_update_also_when_the_save_was_undone_meanwhile() {
    let (process, compiler) = compiling();
    process.save(MODULE, "export default 2");
    let update = process.session.take_update().expect("an update");
    process.save(MODULE, "export default 1");
    compiler.told();
    assert!(
        process.session.finish_update(update.id, &[true], None),
        "back to 1"
    );
    assert_eq!(compiler.told(), ["ended"]);
}

/// What was found on disk would be looked for anew at each save.
#[test]
fn a_temporary_file_moves_nothing() {
    let (process, compiler) = compiling();
    let save_by = |temporary: &str, text: &str| {
        process.event(temporary, Touch::Partial);
        process.event(temporary, Touch::Complete);
        process.event(temporary, Touch::Gone);
        process.save(MODULE, text);
        let update = process.session.take_update().expect("an update");
        process.session.finish_update(update.id, &[true], None);
        compiler.told()
    };
    let told = save_by("/p/b.mjs.tmp", "export default 2");
    assert!(!told.contains(&"moved"), "{told:?}");
    let told = save_by("/p/b.mjs.js", "export default 3");
    assert!(
        told.contains(&"moved"),
        "a specifier may lead there: {told:?}"
    );
}

/// Asks for an update each time it is told of a change, as a session's thread may that has just ended one.
struct Asking {
    session: Arc<Session>,
    was_given: AtomicU32,
}

impl Compile for Asking {
    fn changed(&self, _: &Path, _: &Arc<[u8]>, _: Reading) -> Option<Ahead> {
        if self.session.take_update().is_some() {
            self.was_given.fetch_add(1, Ordering::Relaxed);
        }
        None
    }
    fn commonjs(&self, _: &Path, _: &str, _: Content) {}
    fn planned(&self, _: &Path, _: Content, _: Option<(Arc<[u8]>, Reading)>) {}
    fn ended(&self, _: &Path) {}
    fn moved(&self) {}
    fn rehearse(&self) {}
}

#[test]
fn nobody_takes_a_part_of_what_is_still_looked_at() {
    let (process, _) = compiling();
    let other = "/p/c.mjs";
    process.fs.write(other, "export default 1");
    process.session.loading(Path::new(other), false);
    process
        .session
        .add_boundaries([Path::new(other)], true, true);
    process.settle();
    let asking = Arc::new(Asking {
        session: process.session.clone(),
        was_given: AtomicU32::new(0),
    });
    process.session.compile_with(asking.clone());
    process.woken();
    for path in [MODULE, other] {
        process.fs.write(path, "export default 2");
        let mut run = process.shared.run();
        run.touch(path.into(), Touch::Complete, Instant::now());
    }
    process.settle();
    assert_eq!(asking.was_given.load(Ordering::Relaxed), 0);
    assert!(process.woken(), "when all is known");
    let update = process.session.take_update().expect("an update");
    let modules = update.groups.iter().flat_map(|group| &group.modules);
    assert_eq!(modules.count(), 2);
}

/// It is read when what imports it is linked. Whatever it holds then, the engine would take it for what was planned.
#[test]
fn json_is_evaluated_as_it_was_planned() {
    const DATA: &str = "/p/data.json";
    let process = process();
    process.fs.write(DATA, "1");
    process.session.loading(Path::new(DATA), false);
    process
        .session
        .add_boundaries([Path::new(DATA)], true, true);
    process.shared.step(&process.receiver);
    let compiler = Arc::new(Compiler::default());
    process.session.compile_with(compiler.clone());
    let given = || compiler.1.lock().take();

    process.save(DATA, "2");
    let update = process.session.take_update().expect("an update");
    assert_eq!(given().as_deref(), Some(&b"2"[..]));
    process.fs.write(DATA, "1");
    process.session.loading(Path::new(DATA), false);
    process.session.finish_update(update.id, &[true], None);
    process.save(DATA, "2");
    assert!(process.session.take_update().is_none(), "2 is live");

    process.save(DATA, "[3");
    let update = process.session.take_update().expect("an update");
    assert_eq!(given(), None, "by now it may be whole");
    process.fs.write(DATA, "3");
    process.session.loading(Path::new(DATA), false);
    assert_eq!(
        given().as_deref(),
        Some(&b"3"[..]),
        "what was told is evaluated"
    );
    process.session.finish_update(update.id, &[true], None);
    process.save(DATA, "3");
    assert!(process.session.take_update().is_none(), "3 is live");
}

/// A process whose module imports another, and has been told so by who has loaded it.
fn importing() -> Process {
    let (process, _) = compiling();
    process.fs.write(IMPORTED, "1");
    process.save(MODULE, IMPORTING);
    let update = process.session.take_update().expect("an update");
    process.session.finish_update(update.id, &[true], None);
    process.settle();
    process
}

const IMPORTING: &str = "import './c.mjs'";

#[test]
fn what_no_update_took_is_forgotten_with_what_it_imports() {
    let process = importing();
    process.save(MODULE, "export {}");
    process.save(MODULE, IMPORTING);
    assert!(process.session.take_update().is_none());
    process.settle();
    process.save(IMPORTED, "2");
    process.settle();
    process.session.take_update().expect("an update");
}

#[test]
fn what_failed_is_forgotten_with_what_it_imports() {
    let process = importing();
    process.save(MODULE, "throw 1; export {}");
    let update = process.session.take_update().expect("an update");
    process.session.finish_update(update.id, &[false], None);
    // Meanwhile nothing leads to it.
    process.save(IMPORTED, "2");
    assert!(process.session.take_update().is_none());
    process.save(MODULE, IMPORTING);
    process.settle();
    let update = process.session.take_update().expect("an update");
    assert_eq!(update.groups[0].modules.len(), 2, "{update:?}");
}
