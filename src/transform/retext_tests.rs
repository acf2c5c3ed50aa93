//! What is done without parsing is what parsing would have done.

use std::path::Path;

use super::{Known, harmless::Inside, retext::LiteralKind, transform_known};

const SOURCES: [&str; 12] = [
    r#""use strict";
import a, { "c d" as b } from "./a.mjs" with { type: "json" };
export * as "e f" from "./b.mjs"; export { g as h } from './c.mjs';
export const n = 1, s = "two", t = `three ${n} four ${"five"}_`, u = ``; // six
let m = 0; export { m as "m m" };
export const f = (x = 7) => { m = 8; return { "k": 9, 10: x, ["l"]: 'm', k: 1.5.toFixed(0) } };"#,
    r#"#!/usr/bin/env node
import { x } from "x"; /* a * comment
 of two lines */ x = 1; x += "two"; m("a", /* b */ 2);
export default class { "constructor"() { "use strict"; return 1 } static "y" = 0; 2 = "z"; static { eval("1"); } }"#,
    r#"export let é = "ü", $ = 1; for (let i = 0; i < 10; i++) { é = `${i}`; } if (é == 3) await import("./" + 4);"#,
    r#"const o = { __proto__: null, "a": 1 }; ({ "a": o.b = 1, [2]: o.c } = o); export { o as default };
label: for (const x of [0, .5, 1e3, 0x10, 1_0, 5n, 8.5]) { tag`a\n${1}`; break label; }"#,
    r#"export function f(n) { switch (n) { case 1: return "a" in n; case "b": return typeof "c"; } } f(1)
export var v = f("\x41") < !--f[0], w = 'it\'s'.length"#,
    r#"export const a = 1 /* one */ + /2/.test("3"), b = import.meta.url + "a" + import.meta["b"]; f(arguments, 1, "x")
export default "text"; export let c = 1; export const d = () => { c = "x"; c += 1; ({ c } = { c: 2 }); return "y" }"#,
    r#"const a = 'one', b = 2; import c, * as d from "./c.mjs"; export { e } from './e.mjs'; c(a, 'three')"#,
    r#"import { a, b as c } from "a";
export let n = 0;
function f(x, y = {}) { const z = [x, a(y)]; if (z) return c; for (const q of z) { x += q } }

async function* g() { await a; yield /a[/]b/ }
export const up = () => { n += 1; return (p) => { let s = p; return s } }, list = [1, { a, m() { return a } }];
const later = async () => { await c };
f(1, [2]).then((it) => { it[n] = 1 });
export default class A extends f { #p = 1; static q = [a]; m(n) { return this.#p } get n() { return n } }
"#,
    r#"import * as a from "a"
class B { m() { return 1 } }
a.b(() => {
  return `${a.c({ d: 1 })}`
})
// The end.
function last() {}
export { B }"#,
    r#"export let x = 1; export let [y] = [2]; export var z;
export function w() { x = 2; [y] = [3]; z++ }
export function r(k) { return x + y + z + k; }
const t = { r, s: [x], u(x) { return x } };
await t.u(1);
"#,
    "let a = 1\nfunction f() {}\nexport { f, a }\n(a)\nlet b = a\n;[b].c()\nlet d = function () {}\n",
    "export const {} = {};\nconst c = (() => { return 1 })();\nlet e = c ? [1] : c;\nnew (class {})(function () {}, () => ({}));\r\nexport const g = 1;\r\n",
];

/// Each of what people and editors put in, and what might mean something else.
const INSERTED: [&str; 66] = [
    "",
    "a",
    "1",
    "0",
    ".",
    " ",
    "\"",
    "'",
    "`",
    "\\",
    "\n",
    "$",
    "${",
    "_",
    "*",
    "/",
    "*/",
    "#",
    "é",
    "import_meta",
    "no_args",
    "e5",
    ";",
    ",",
    "(",
    ")",
    "{",
    "}",
    "[]",
    "{}",
    "()",
    "=",
    "++",
    "=>",
    "n = 1",
    "n++;",
    "--n",
    "n",
    "[n] = [1];",
    "({ n } = a);",
    "let n;",
    "for (n of a);",
    "await a",
    "await a;",
    "await (a)",
    "async () => { await a }",
    "import(\"a\")",
    "import.meta",
    "eval(a)",
    "arguments",
    "new.target",
    "this",
    "return ",
    "return 1;",
    "yield",
    " + 1",
    "\nconst k = 1;\n",
    "\nfunction f() {}\n",
    "function k() { return a }\n",
    "\nexport const k = 1;\n",
    "var k = 1;",
    "class K { m() {} }\n",
    "if (a) { n }",
    "<!--",
    "-->",
    "\n// a\n",
];

/// `None`: it has to be parsed. Else whether the whole is a module, and this one.
#[track_caller]
fn check(known: &Known, source: &str) -> Option<bool> {
    let quick = known.clone().retext(source)?;
    let Ok(whole) = transform_known(source, Path::new("a.mjs")) else {
        return Some(false);
    };
    assert!(
        quick.module == whole.module,
        "{}\n→\n{source}",
        known.source
    );
    assert!(quick.source == whole.source);
    let stretch = |from: u32, to: u32| source.get(from as usize..to as usize);
    for it in &quick.places.literals {
        // A statement of a string has become a directive, of which nothing else depends either.
        let before = source[..it.from as usize]
            .trim_end_matches(['"', '\''])
            .trim_end();
        let is_directive = it.kind == LiteralKind::String
            && (before.is_empty() || before.ends_with(['{', ';', '}']));
        assert!(
            is_directive || whole.places.literals.contains(it),
            "{it:?} {source}"
        );
    }
    for it in &quick.places.free {
        // White space and comments may belong to it.
        assert!(
            it.inside == Inside::Initializer || whole.places.free.contains(it),
            "{it:?} {:?}\n{}\n→\n{source}",
            stretch(it.from, it.to),
            known.source
        );
    }
    let statements = |known: &Known| {
        let mut all = known.places.statements.clone();
        all.retain(|it| !source[it.from as usize..].starts_with(['"', '\'']));
        all
    };
    assert!(statements(&quick) == statements(&whole), "{source}");
    Some(true)
}

#[track_caller]
fn known(source: &str) -> Known {
    let known = transform_known(source, Path::new("a.mjs"));
    known.unwrap_or_else(|error| panic!("{}: {source}", error.message))
}

#[test]
fn every_edit_anywhere_gives_what_the_transform_gives() {
    let mut quick = 0;
    let mut refused = 0;
    for source in SOURCES {
        let known = known(source);
        let ends = (0..=source.len()).filter(|at| source.is_char_boundary(*at));
        for at in ends {
            for removed in [0, 1, 2, 5] {
                let Some(rest) = source.get(at + removed..) else {
                    continue;
                };
                for (index, text) in INSERTED.into_iter().enumerate() {
                    // Not all of them: this is not the only test.
                    if removed > 0 && !(at + index).is_multiple_of(5) {
                        continue;
                    }
                    let edited = format!("{}{text}{rest}", &source[..at]);
                    if edited == source {
                        continue;
                    }
                    match check(&known, &edited) {
                        Some(true) => quick += 1,
                        Some(false) => refused += 1,
                        None => {}
                    }
                }
            }
        }
    }
    assert!(quick > 10_000, "{quick} edits took no parser");
    assert!(refused < 4 * quick, "{refused} are no modules");
}

#[test]
fn several_places_at_once_and_one_save_after_another() {
    let mut now = known(
        "import { a } from 'a';\nexport const n = 1;\nfunction f() { return [n] }\nexport function g(x) {\n  return x;\n}\nf(2);\n",
    );
    let versions = [
        "import { a } from 'a';\nexport const n = 2;\nfunction f2() { return n }\nexport function g(x) {\n  return x;\n}\nf(2);\n",
        "import { a } from 'a';\nexport const n = 2;\nfunction f2() { return n }\nexport function g(x) {\n  return x + a(n);\n}\nf2(2);\n",
        "import { a } from 'a';\nexport const n = [2];\nclass C { c = 1; }\n\nexport function g(y, x) {\n  const z = 1;\n  return x + z;\n}\nf2(() => { a() });\n",
        "import { a } from 'a';\nexport const n = [3, 4];\nexport function g(y, x) {\n  const z = \"1\";\n  return [x, z];\n}\n// Nothing else.\n",
    ];
    for version in versions {
        assert_eq!(check(&now, version), Some(true), "{version}");
        now = now.retext(version).expect("seen above");
    }
}

/// V8 would take them: the body of a module is a function to it.
#[test]
fn what_only_a_module_refuses_is_parsed() {
    let known = known(
        "import { a } from 'a';\nvar v = 1;\nfunction f() { return 1 }\nexport const g = async () => { return 1 };\nf();\n",
    );
    let refused = |from: &str, to: &str| {
        let source = known.source.replacen(from, to, 1);
        assert_ne!(source, known.source);
        assert!(
            transform_known(&source, Path::new("a.mjs")).is_err(),
            "{source}"
        );
        assert_eq!(check(&known, &source), None, "{source}");
    };
    refused("{ return 1 }", "{ return await }");
    refused("{ return 1 }", "{ return await (1) }");
    refused("{ return 1 }", "{ await\na }");
    refused("{ return 1 }", "{ var await = 1 }");
    refused("{ return 1 }", "{ return 1 <!--a\n }");
    refused("{ return 1 }", "{ return 1\n--> a\n }");
    refused("f();", "(() => new.target)();");
    refused("f();", "function f() {}");
    refused("f();", "function a() {}");
    refused("f();", "function v() {}");
    refused("f();", "function k() {}\nfunction k() {}");
    refused("f();", "var a = 1;");
    refused("f();", "const k = 1, a = 2;");
    refused("f();", "return 1;");
    refused("f();", "export { k };");
    refused("f();", "\\u0061wait;");
}

/// What took no parser is remembered as if it had.
#[test]
fn what_came_without_parsing_has_its_name() {
    let now = known("export const a = 1;\nlet b = 2;\n");
    let now = now.retext("export const a = 1;\nfunction f() { return a; }\nlet b = 2;\n");
    let now = now.expect("it needs no parser");
    let again = "export const a = 1;\nfunction f() { return a; }\nlet b = 2;\nfunction f() {}\n";
    assert_eq!(check(&now, again), None);
    let renamed = "export const a = 1;\nfunction g() { return [a] }\nlet b = 2;\nfunction f() {}\n";
    assert_eq!(check(&now, renamed), Some(true));
}

/// What has gone may be why the module is asynchronous, what comes may stand in a comment, what follows goes on with it.
#[test]
fn what_another_look_found() {
    let of = |before: &str, after: &str| check(&known(before), after);
    assert_eq!(
        of(
            "export default [\n  await a,\n];\n",
            "export default [\n];\n"
        ),
        None
    );
    assert_eq!(of("const a = [await b];\n", "const a = [b];\n"), None);
    let comment = "import 'a';\n/**\n * b\n */\nf();\n";
    let other = "import 'a';\n/**\nclass A {}\n * b\n */\nf();\n";
    assert_eq!(of(comment, other), Some(true));
    let begun = "let a = b\nf();\n(c)\n";
    assert_eq!(of(begun, "let a = b\n(c)\n"), None);
    let imported = "import a from 'a';\nf();\n";
    assert_eq!(of(imported, "// b\nimport a from 'a';\nf();\n"), Some(true));
    assert_eq!(
        of(
            "export let a; if (b)\n[a] = [1];\n",
            "export let a; if (b) [a] = [2];\n"
        ),
        None
    );
}
