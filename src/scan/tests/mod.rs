mod requests;

use std::path::Path;

use super::{ModuleKind, ModuleKind::*, ModuleRecord, scan};
use crate::error::ErrorCode;
use requests::requests;

fn read(path: &str, kind: ModuleKind, source: &str) -> ModuleRecord {
    scan(source, Path::new(path), kind)
}

#[track_caller]
fn exports(path: &str, source: &str, want: &[&str], stars: usize) {
    let record = read(path, Esm, source);
    assert_eq!(record.errors, []);
    assert_eq!(
        (record.exports.as_slice(), record.star_exports),
        (want.map_owned().as_slice(), stars)
    );
}

trait MapOwned {
    fn map_owned(&self) -> Vec<String>;
}

impl MapOwned for &[&str] {
    fn map_owned(&self) -> Vec<String> {
        self.iter().map(ToString::to_string).collect()
    }
}

#[test]
fn export_names() {
    let js = |source, want: &[&str], stars| exports("a.js", source, want, stars);
    js("", &[], 0);
    js(
        "export const a = 1, b = 2; export let c; export var d",
        &["a", "b", "c", "d"],
        0,
    );
    js(
        "export const { a, b: [c, ...d], ...e } = {}",
        &["a", "c", "d", "e"],
        0,
    );
    js(
        "export function f() {} export class C {} export async function* g() {}",
        &["f", "C", "g"],
        0,
    );
    js("export default 1", &["default"], 0);
    js("export default function f() {}", &["default"], 0);
    js(
        "let a; export { a, a as b, a as default, a as 'x y' }",
        &["a", "b", "default", "x y"],
        0,
    );
    js("import a from 'x'; export { a }", &["a"], 0);
    js(
        "export { a, b as c } from 'x'; export * as d from 'y'",
        &["a", "c", "d"],
        0,
    );
    js("export * from 'x'; export * from 'y'", &[], 2);
    js("export {}", &[], 0);
    let ts = |source, want: &[&str], stars| exports("a.ts", source, want, stars);
    ts(
        "export type A = 1; export interface B {} export declare const c: 1",
        &[],
        0,
    );
    ts(
        "export enum E {} export const enum F {} export namespace N { export const a = 1 }",
        &["E", "F", "N"],
        0,
    );
    ts(
        "export namespace T { export type A = 1 } export declare namespace D { const a: 1 }",
        &[],
        0,
    );
    ts(
        "export namespace T { namespace U { type A = 1 } } export namespace V { namespace W { f() } }",
        &["V"],
        0,
    );
    ts(
        "export function f(): void; export function f(a: 1): void; export function f() {}",
        &["f"],
        0,
    );
    ts(
        "export default function f(): void; export default function f() {}",
        &["default"],
        0,
    );
    ts("export default interface A {}", &[], 0);
    ts(
        "export abstract class C {} export type { A } from 'x'; export { type B, b } from 'x'",
        &["C", "b"],
        0,
    );
    ts(
        "type A = 1; export type { A }; interface B {} export { type B }",
        &[],
        0,
    );
    ts("export type * from 'x'; export * from 'y'", &[], 1);
}

#[track_caller]
fn awaits(source: &str, want: bool) {
    let record = read("a.js", Esm, source);
    assert_eq!(record.errors, []);
    assert_eq!(record.has_top_level_await, want);
}

#[test]
fn top_level_await() {
    awaits("await 1", true);
    awaits("export const a = await f()", true);
    awaits("for await (const a of b) {}", true);
    awaits("await using a = b", true);
    awaits("{ if (a) await b }", true);
    awaits("class A { [await b] = 1 }", true);
    awaits("class A extends (await b) {}", true);
    awaits(
        "async function f() { await 1; for await (const a of b) {} }",
        false,
    );
    awaits("const f = async () => await 1", false);
    awaits("({ async m() { await 1 } })", false);
    awaits("// await 1", false);
    assert!(!read("a.cjs", CommonJs, "await = 1; async () => { await 1 }").has_top_level_await);
}

#[track_caller]
fn fails(path: &str, kind: ModuleKind, source: &str, message: &str, line: u32, column: u32) {
    let record = read(path, kind, source);
    let error = record.errors.first().expect("an error");
    assert_eq!(error.code, ErrorCode::Syntax);
    assert!(error.message.contains(message), "{error}");
    assert_eq!(error.file.as_deref(), Some(Path::new(path)));
    assert_eq!((error.line, error.column), (line, column), "{error}");
}

#[test]
fn syntax_errors() {
    fails("a.js", Esm, "let a = ;", "Unexpected token", 1, 9);
    fails("a.js", Esm, "\u{feff}let a = ;", "Unexpected token", 1, 9);
    fails("a.js", Esm, "a\n  b c", "", 2, 4);
    fails("a.js", Esm, "let é = '😀' +;", "Unexpected token", 1, 15);
    fails("a.js", Esm, "return 1", "return", 1, 1);
    fails(
        "a.js",
        Esm,
        "export const a = 1; export { b as a }; let b",
        "uplicate",
        1,
        35,
    );
    fails("a.js", Esm, "let a: number = 1", "", 1, 6);
    fails("a.js", Esm, "const a = <b/>", "", 1, 11);
    fails("a.js", Esm, "f(", "", 1, 3);
    fails("a.cjs", CommonJs, "import 'x'", "", 1, 1);
    fails("a.cjs", CommonJs, "a\nexport {}", "'export'", 2, 1);
    fails("a.cjs", CommonJs, "f(import.meta.url)", "import.meta", 1, 3);
    fails("a.cjs", CommonJs, "await f()", "await", 1, 1);
    fails("a.json", Json, "{\n  \"a\": 1,\n}", "'}'", 3, 1);
    fails("a.json", Json, "\u{feff}{a", "'a'", 1, 2);
}

#[test]
fn early_errors() {
    let is = |source, message, column| fails("a.js", Esm, source, message, 1, column);
    is(
        "import { a } from 'x'; import { a } from 'y'",
        "'a' has already been declared",
        33,
    );
    is(
        "import a from 'x'; let a",
        "'a' has already been declared",
        24,
    );
    is(
        "import a from 'x'; var a",
        "'a' has already been declared",
        24,
    );
    is(
        "import a from 'x'; export function a() {}",
        "'a' has already been declared",
        36,
    );
    is(
        "import * as a from 'x'; class a {}",
        "'a' has already been declared",
        31,
    );
    is(
        "import a from 'x'; export default class a {}",
        "'a' has already been declared",
        41,
    );
    is("export { a }", "'a' is not defined in module", 10);
    is(
        "export { a as b }; function f() { var a }",
        "'a' is not defined in module",
        10,
    );
    is(
        "export { a as b }; { let a }",
        "'a' is not defined in module",
        10,
    );
    let fine = |path, source| assert_eq!(read(path, Esm, source).errors, []);
    fine(
        "a.js",
        "export { a }; if (x) { for (var { b: a } of c) {} }",
    );
    fine(
        "a.js",
        "export { a, b, c, d, e }; import a from 'x'; let b; class c {} function d() {} export default class e {}",
    );
    fine("a.js", "import a from 'x'; { let a } function f(a) {}");
    fine("a.ts", "interface A {} export { A }");
    fine(
        "a.ts",
        "import { type A, type B as A2 } from 'x'; import { A } from 'y'",
    );
    fine("a.ts", "import { A } from 'x'; interface A {}");
}

#[test]
fn other_kinds() {
    assert_eq!(read("a.json", Json, "{}").exports, ["default"]);
    assert_eq!(read("a.wasm", Wasm, "\0asm").errors, []);
    assert_eq!(read("a.node", Addon, "").exports.len(), 0);
}

#[test]
fn nothing_panics() {
    let odd = [
        "\u{feff}",
        "\0",
        "export",
        "import(",
        "`${",
        "/*",
        "'\\u{110000}'",
        "#!",
        "\u{2028}",
        "@",
        "<",
        "😀",
        "({a = 1})",
        "/[/",
        "import.meta",
        "// @flow\nx:",
    ];
    for source in odd {
        for kind in [Esm, CommonJs, Json, Wasm, Addon, Other] {
            for path in ["a.js", "a.ts", "a.tsx", "a.jsx", "a", ""] {
                read(path, kind, source);
                super::kind_of(Path::new(path), Some(source), None);
            }
        }
    }
}

#[test]
fn deep_nesting_is_read() {
    let nest = |open: &str, middle: &str, close: &str, times: usize| {
        format!("{}{middle}{}", open.repeat(times), close.repeat(times))
    };
    let sources = [
        nest("[", "", "]", 5_000),
        nest("(", "1", ")", 5_000),
        nest("{", "", "}", 5_000),
        nest("()=>{", "", "}", 2_000),
        nest("f(function(){", "", "})", 2_000),
        nest("!", "1", "", 20_000),
        format!("x = 1{}", " + 1".repeat(20_000)),
        format!("x = {} 1", "a ? b : ".repeat(10_000)),
        format!("if (a) {{}} {}", "else if (a) {}".repeat(3_000)),
        format!("a{}", ".b()".repeat(10_000)),
        format!("x = {} 1", "a => ".repeat(5_000)),
    ];
    for source in sources {
        let record = read("a.js", Esm, &(source.clone() + "\nimport('x')"));
        assert_eq!(record.errors, [], "{}", &source[..20]);
        assert_eq!(requests(&record), "dynamic x");
    }
}
