//! Sources that are no module, and others that want to do harm.

use super::{Place::*, *};
use crate::scan::{ModuleKind, commonjs_exports, scan, top_level_awaits};

#[track_caller]
fn refused(source: &str) -> bool {
    let done = transform(source, Path::new("a.mjs"), Acyclic);
    done.is_err_and(|error| error.code == ErrorCode::Syntax)
}

#[test]
fn what_is_no_module_is_refused() {
    let sources = [
        "let a; let a",
        "import a from 'x'; import a from 'y'",
        "import a from 'x'; let a",
        "import a from 'x'; var a",
        "import a from 'x'; function a() {}",
        "var a; let a",
        "function a() {} function a() {}",
        "var a; function a() {}",
        "let a; function a() {}",
        "export { a }",
        "export let a; export { a }",
        "export default 1; export default 2",
        "export { a, a }; let a",
        "export * as a from 'x'; export let a",
        "export default 1; let a; export { a as default }",
        "export { 'a' }",
        "export { default }",
        "import { 'a' } from 'x'",
        "import { default } from 'x'",
        "import { eval } from 'x'",
        "import { arguments } from 'x'",
        "await = 1",
        "let await",
        "function await() {}",
        "yield = 1",
        "let yield",
        "return",
        "new.target",
        "super.x",
        "super()",
        "with (a) {}",
        "delete a",
        "010",
        "'\\010'",
        "a <!-- b",
        "\n--> b",
        "let let = 1",
        "break",
        "continue",
        "x: x: 1",
        "{ import 'x' }",
        "if (a) export let b",
        "() => { export {} }",
        "arguments = 1",
        "eval++",
        "[n = eval, eval] = x",
        "({ n: arguments } = f(eval))",
        "({ eval } = x)",
        "export default let a",
        "export default var a",
        "import {a as b.c} from 'x'",
        "class A { constructor() { super() } }",
        "a.#b",
        "class A { #a; #a }",
        "function f() { await 1 }",
        "() => await 1",
        "async (a = await 1) => 1",
        "label: function* f() {}",
        "if (a) function f() {}",
        "import.meta = 1",
        "import.mera",
        "new import('x')",
        "import()",
        "import(...a)",
        "export { if }",
        "export { implements }",
        "const a",
        "for (const a;;);",
        "({ a: 1, a }) = 1",
        "function f(a, a) {}",
        "export { '\\uD800' as b } from 'x'",
        "let a; export { a as '\\uD800' }",
        "import { '\\uD800' as b } from 'x'",
        "import a from 'x' with { b: '1', b: '2' }",
        "static = 1",
        "let [a, a] = b",
        "try {} catch (a) { let a }",
        "break x",
        "var interface",
        "a?.b = 1",
        "class A extends B { x = super() }",
        "({ __proto__: 1, __proto__: 2 })",
        "`\\u`",
        "async function f() { (await) => 1 }",
        "import a from 'x'; export { a as b, a as b }",
    ];
    let passed: Vec<&str> = sources
        .into_iter()
        .filter(|source| !refused(source))
        .collect();
    assert_eq!(passed, [] as [&str; 0]);
}

#[test]
fn nesting_and_garbage_do_no_harm() {
    let deep = format!("export default {}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(transform(&deep, Path::new("a.mjs"), Acyclic).is_ok());
    let error = transform(&"[".repeat(30_000), Path::new("a.mjs"), Acyclic).expect_err("too deep");
    assert_eq!(error.message, "The code is nested too deeply");
}

/// The process would end: Rust can't recover from a stack that is full.
#[test]
fn what_nests_without_brackets_has_room() {
    let times = 5_000;
    let chains = [
        ("", "!", "1"),
        ("1", "+1", ""),
        ("''", "+'a;'", ""),
        ("''", " +'a, b'\n", ""),
        ("1", "+/*,*/1", ""),
        ("1", "/1", ""),
        ("1", ">1", ""),
        ("1", " in {}", ""),
        ("1", " instanceof f", ""),
        ("", "new ", "f"),
        ("", "typeof ", "1"),
        ("f", "()", ""),
        ("f", "[0]", ""),
        ("f", "`a`", ""),
        ("f", ".a()", ""),
        ("", "a=>", "1"),
        ("", "1?1:", "1"),
    ];
    let statements = ["if(1)", "while(1)", "for(;;)", "do ", "if(1);else "];
    let sources = chains
        .iter()
        .map(|(begin, link, end)| format!("export default {begin}{}{end};", link.repeat(times)))
        .chain(statements.iter().map(|it| it.repeat(times) + ";"))
        .chain([(0..times).map(|it| format!("l{it}:")).collect::<String>() + ";"]);
    for source in sources {
        // What is done with it, and that it is done, is all there is to see.
        let _ = transform(&source, Path::new("a.mjs"), Acyclic);
        let _ = scan(&source, Path::new("a.cjs"), ModuleKind::CommonJs);
        let _ = commonjs_exports(&source);
        let _ = top_level_awaits(&source, Path::new("a.mjs"));
    }
}

/// V8 says the same of the second one.
#[test]
fn what_is_there_twice_was_right_the_first_time() {
    for (source, place) in [
        ("export const v = 1;\nexport { v };", (2, 10)),
        ("export { v };\nexport const v = 1;", (2, 14)),
        ("export * as f from 'x';\nexport function f() {}", (2, 17)),
        (
            "export default 1;\nexport default 2;\nexport default 3;",
            (2, 8),
        ),
        ("import { a } from 'x';\nimport { a } from 'y';", (2, 10)),
        ("const b = 1;\nfunction f() {}\nlet b;", (3, 5)),
    ] {
        let path = Path::new("a.mjs");
        let error = transform(source, path, Acyclic).expect_err(source);
        assert_eq!((error.line, error.column), place, "{error}");
        for scanned in scan(source, path, ModuleKind::Esm).errors {
            assert_eq!((scanned.line, scanned.column), place, "{scanned}");
        }
    }
}
