//! What a module requests, imports and exports.

use super::{Place::*, *};

#[test]
fn records() {
    let record = |source: &str| {
        transform(source, Path::new("a.mjs"), Acyclic)
            .expect("a module")
            .record
    };
    let it = record(
        "import a from 'x' with { type: 'json' }; import b from 'x'; import 'x'; export * from 'y';
         import c from 'x' with { type: 'json' }",
    );
    let requests: Vec<_> = it
        .requests
        .iter()
        .map(|it| (it.specifier.as_str(), it.attributes.len()))
        .collect();
    assert_eq!(requests, [("x", 1), ("x", 0), ("y", 0)]);
    assert_eq!(it.stars, [2]);
    let asked: Vec<_> = it.imports.iter().map(|it| it.request).collect();
    assert_eq!(asked, [0, 1, 0]);
    let it = record("export { a }; import { z as a } from 'x'");
    assert_eq!(it.indirect[0].name, ImportName::Name("z".to_owned()));
    assert!(it.cells.is_empty());
    let it = record("import * as a from 'x'; export { a }");
    assert_eq!(it.cells[0].kind, CellKind::Namespace(0));
    let it = record(
        "export { b, b as d, a }; const a = 1; let b; export default 3; export function f() { b = 1 }; export var v",
    );
    let cells: Vec<_> = it
        .cells
        .iter()
        .map(|cell| (cell.local.as_str(), cell.kind, cell.pushed))
        .collect();
    use CellKind::*;
    assert_eq!(
        cells,
        [
            ("a", Lexical, false),
            ("b", Lexical, true),
            ("default", Default, false),
            ("f", Function, false),
            ("v", Var, false)
        ]
    );
    let locals: Vec<_> = it
        .locals
        .iter()
        .map(|it| (it.exported.as_str(), it.cell))
        .collect();
    assert_eq!(
        locals,
        [
            ("b", 1),
            ("d", 1),
            ("a", 0),
            ("default", 2),
            ("f", 3),
            ("v", 4)
        ]
    );
    assert!(record("for await (const a of b);").has_top_level_await);
    assert!(record("await using a = b;").has_top_level_await);
    assert!(record("for (await using a of b);").has_top_level_await);
    assert!(record("for (await using a = b; ; );").has_top_level_await);
    assert!(!record("for (using a of b);").has_top_level_await);
    assert!(!record("async () => await 1").has_top_level_await);
    assert!(!record("async function f() { for await (const a of b); }").has_top_level_await);
    assert!(record("import source a from 'x.wasm'").uses_phases);
    assert!(record("import source a from 'x.wasm'").declares_phases);
    assert!(record("import.defer('x')").uses_phases);
    assert!(!record("import.defer('x')").declares_phases);
    let twice = record("import 'x'; import defer * as y from 'y'; import defer * as x from 'x'");
    let mut requests = twice.requests.iter();
    assert!(requests.all(|request| request.is_deferred));
    assert!(!record("import source a from 'x.wasm'; import 'y'").requests[0].is_deferred);
}

#[test]
fn what_is_written_over_and_over() {
    let counted = |text: &str| {
        let source = format!("export let n, m; {text}");
        let done = transform(&source, Path::new("a.mjs"), Acyclic).expect("a module");
        let cell = &done.record.cells[0];
        assert!(cell.pushed || !cell.counted, "{text}");
        cell.counted
    };
    for text in [
        "function f() { n++ }",
        "const f = () => --n",
        "const f = () => n += 1",
        "class C { m() { return n -= 1 } }",
        "function f() { for (;;) n = 1 }",
        "function f() { for (n of x) {} }",
        "function f() { for (n in x) {} }",
        "function f() { for (const a of x) n = a }",
        "function f() { while (n = next()) {} }",
        "function f() { do { ({ n } = x) } while (1) }",
        "function f() { do [n, m] = x; while (1) }",
        "for (const a of x) f(() => { n = a })",
        "function f() { for (;;) eval(x) }",
    ] {
        assert!(counted(text), "{text}");
    }
    for text in [
        "n++; for (;;) n = 1",
        "function f(v) { n = v }",
        "function f() { return n ??= make() }",
        "function f(v) { [n, m] = v }",
        "function f(n) { n++; for (;;) n = 1 }",
        "function f() { m++ }",
        "function f() { eval(x) }",
        "function f() { for (;;) n; n = 1 }",
    ] {
        assert!(!counted(text), "{text}");
    }
}
