//! What is done without parsing is what parsing would have done.

use std::path::Path;

use super::{Known, transform_known};

const SOURCES: [&str; 7] = [
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
];

/// Each of what people and editors put in, and what might mean something else.
const INSERTED: [&str; 22] = [
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
];

#[track_caller]
fn check(known: &Known, source: &str) -> bool {
    let Some(quick) = known.clone().retext(source) else {
        return false;
    };
    let whole = transform_known(source, Path::new("a.mjs"));
    assert!(Ok(quick) == whole.map_err(|it| it.message), "{source}");
    true
}

#[test]
fn every_edit_anywhere_gives_what_the_transform_gives() {
    let mut quick = 0;
    for source in SOURCES {
        let known = transform_known(source, Path::new("a.mjs"));
        let known = known.unwrap_or_else(|error| panic!("{}: {source}", error.message));
        let ends = (0..=source.len()).filter(|at| source.is_char_boundary(*at));
        for at in ends {
            for removed in [0, 1, 2, 5] {
                let Some(rest) = source.get(at + removed..) else {
                    continue;
                };
                for text in INSERTED {
                    let edited = format!("{}{text}{rest}", &source[..at]);
                    if edited != source && check(&known, &edited) {
                        quick += 1;
                    }
                }
            }
        }
    }
    assert!(quick > 2_000, "{quick} edits were of a literal alone");
}
