//! What is told of names without a table of scopes is what the table would tell.

use std::{fs, path::PathBuf};

use super::*;
use crate::typescript::imports::Names;

/// With the table, and without it where that is enough. `None`: the file is none for blanks.
fn both(source: &str, path: &Path, verbatim: bool) -> Option<(String, Option<String>)> {
    let allocator = Allocator::default();
    let language = source_type(path, ModuleKind::Esm);
    let parse = || Parser::new(&allocator, source, language).parse();
    let mut parsed = parse();
    let found = erasable::find(&parsed.program, &Options::default());
    if parsed.diagnostics.has_errors() || found.rewriting {
        return None;
    }
    let plain = found.usage.is_plain().then(|| {
        let names = Names::Plain(&found.usage);
        let program = &mut parse().program;
        without_erasable(&allocator, source, program, &Imports { names, verbatim }).0
    });
    let program = &mut parsed.program;
    let scoping = scoping_of(program);
    let names = Names::Scoped(&scoping);
    let scoped = without_erasable(&allocator, source, program, &Imports { names, verbatim }).0;
    Some((scoped, plain))
}

#[test]
fn names_that_several_things_share_are_looked_up() {
    let a = Path::new("/a.ts");
    let is_plain = |source: &str| {
        let (scoped, plain) = both(source, a, false).expect("blanks");
        plain.is_some_and(|plain| {
            assert_eq!(plain, scoped, "{source}");
            true
        })
    };
    for source in [
        "import { A, B } from 'x'; A; let b: B",
        "import { A } from 'x'; type B = typeof A",
        "import { A } from 'x'; ({ A })",
        "import A, { B } from 'x'; export { A, B }",
        "import A from 'x'; export default A",
        "import type { A } from 'x'; export { A }",
        "import { type A } from 'x'; export default A",
        "import { A } from 'x'; function f(A: A) {} let c: A",
        "import { A } from 'x'; class B extends A<A> implements A {}",
        "const A = 1, { b: [B] } = c; export { A, B }",
        "export { A }; function A() {}",
        "class A {} export default A",
        "import { A } from 'x'; f<A>(A)",
        "import { A } from 'x'; let b = <A>c as A",
    ] {
        assert!(is_plain(source), "{source}");
    }
    for source in [
        "import { A } from 'x'; const A = 1; A",
        "import { A } from 'x'; function f(A) { A }",
        "import { A } from 'x'; interface A {} A",
        "import { A } from 'x'; declare const A: 1; export { A }",
        "import { A } from 'x'; import { A } from 'y'",
        "interface A {} export { A }",
        "interface A {} const A = 1; export { A }",
        "type A = 1; export default A",
        "declare class A {} export { A }",
        "export { A }",
        "export { A }; { let A }",
        "import type { A } from 'x'; const A = 1; export { A }",
    ] {
        assert!(!is_plain(source), "{source}");
    }
}

/// The sources of `typescript-programs`, and of the folders HEATSYNC_TYPESCRIPT names.
pub(super) fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("__test__/typescript-programs");
    let mut all = Vec::new();
    for entry in fs::read_dir(root).expect("programs").flatten() {
        let text = fs::read_to_string(entry.path()).expect("a text");
        // A program begins with `==== name`, a file in it with `---- name`; without it is a `main.ts`.
        for program in text.split("\n==== ") {
            for file in program.split("\n---- ") {
                let (name, text) = file.split_once('\n').unwrap_or_default();
                let name = if name.contains('.') && !name.contains(' ') {
                    name
                } else {
                    "main.ts"
                };
                all.push((Path::new("/").join(name), text.to_owned()));
            }
        }
    }
    let mut open: Vec<PathBuf> = std::env::var("HEATSYNC_TYPESCRIPT")
        .map(|it| it.split(':').map(PathBuf::from).collect())
        .unwrap_or_default();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_symlink() {
                continue; // perhaps to a folder it is in
            }
            if path.is_dir() {
                open.push(path);
            } else if is_typescript(&path)
                && let Ok(text) = fs::read_to_string(&path)
            {
                all.push((path, text));
            }
        }
    }
    all
}

#[test]
fn what_is_told_without_scopes_is_true() {
    let (mut count, mut plain) = (0, 0);
    for (path, source) in sources() {
        let name = path.to_string_lossy();
        if !is_typescript(&path) || name.ends_with(".d.ts") {
            continue;
        }
        for verbatim in [false, true] {
            let Some((scoped, told)) = both(&source, &path, verbatim) else {
                continue;
            };
            count += 1;
            if let Some(told) = told {
                plain += 1;
                assert_eq!(told, scoped, "{name}\n{source}");
            }
        }
    }
    assert!(count > 150, "{count} files");
    assert!(plain * 10 > count * 8, "{plain} of {count}");
}
