//! Symbolic links that are led elsewhere.

use super::*;
use crate::resolve::{Mode, Resolved};

/// A link that is led elsewhere in the first moments of a program, whose modules nobody has told of yet.
#[test]
fn what_is_led_elsewhere_before_it_is_known_is_led_when_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = crate::path::real(folder.path());
    let process = process();
    let write = |name: &str, text: &str| {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, text).expect("written");
        process.fs.write(path.to_str().expect("a name"), text);
        path
    };
    let old = write("releases/1/x.mjs", "");
    write("releases/2/x.mjs", "");
    let app = write("app.mjs", "import './lib/x.mjs'");
    let link = root.join("lib");
    std::os::unix::fs::symlink(root.join("releases/1"), &link).expect("linked");
    let resolver = &process.session.engine.reader.resolver;
    let found = resolver.resolve("./lib/x.mjs", &app, Mode::Import);
    assert!(matches!(found, Ok(Resolved::File { path, .. }) if path == old));
    std::fs::remove_file(&link).expect("gone");
    std::os::unix::fs::symlink(root.join("releases/2"), &link).expect("linked");
    process.shared.send(Command::Configs);
    process.settle();

    process.session.loading(&old, false);
    process.session.loading(&app, false);
    process
        .session
        .state
        .lock()
        .link(&app, std::slice::from_ref(&old));
    process.session.add_boundaries([app.as_path()], true, true);
    process.settle();
    let update = process.session.take_update().expect("it is led elsewhere");
    assert!(update.groups[0].modules.iter().any(|it| it.path == app));
}
