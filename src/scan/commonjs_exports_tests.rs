use super::*;

/// Each as Node 24 has it, by a look at a namespace.
#[track_caller]
fn check(source: &str, names: &str) {
    let found = commonjs_exports(source);
    let mut all: Vec<String> = found.names.into_iter().collect();
    all.extend(found.reexports.iter().map(|it| format!("*{it}")));
    assert_eq!(all.join(" "), names, "{source}");
}

#[test]
fn members() {
    check(
        "exports.a = 1; exports['b'] = 2; exports['c d'] = 3; exports.if = 4",
        "a b c d if",
    );
    check("module.exports.a = 1; module['exports'].b = 2", "a");
    check("(function (exports) { exports.a = 1 })(exports)", "a");
    check("exports.a = exports.b = exports.c = void 0", "a b c");
    check(
        "exports.a.b = 1; this.exports.c = 1; exports.f += 1; exports.h ||= 1",
        "",
    );
    check(
        "const f = () => exports.b = 2; `${exports.d = 1}`; '${exports.f = 1}'",
        "b d",
    );
    check(
        "(exports).a = 1; exports[`a`] = 1; exports['\\x61b'] = 1",
        "ab",
    );
    check("return; exports.a = 1", "a");
    check("#!/usr/bin/env node\nexports.a = 1", "a");
}

#[test]
fn literals() {
    check("module.exports = { a, b: b, 'c': c, d: 'str', e }", "a b c");
    check("module.exports = { a, c: 1, g }", "a");
    check("module.exports = { a, c: -x, g }", "a");
    check("module.exports = { a, c: c.d, g }", "a c");
    check("module.exports = { a, c: c + 1, g }", "a c");
    check("module.exports = { a() {}, b }", "a");
    check("module.exports = { b, get a() {}, c }", "b");
    check("module.exports = { b, async a() {}, c }", "async b");
    check("module.exports = { b, [x]: 1, c }", "b");
    check("module.exports = { b, 1: c, d }", "b");
    check("module.exports = { b, c: class {}, d }", "b c");
    check("module.exports = { b, c: true, d }", "b c d");
    check("module.exports = { b, c: new X, d }", "b c");
    check("module.exports = { b, c: async () => {}, d }", "b c");
    check("module.exports = { b, c: x => {}, d }", "b c");
    check("module.exports = { b, c: (x) => {}, d }", "b");
    check("module.exports = { b, c: (x), d }", "b");
    check("module.exports = { b, c: typeof x, d }", "b c");
    check("module.exports = { b, 'x y': y, d }", "b d x y");
    check("module.exports = exports = { b, d }", "");
    check("exports = module.exports = { b, d }", "b d");
    check("exports = { b, d }", "");
    check("module.exports = ({ b, d })", "");
    check("0 && (module.exports = { a, b })", "a b");
    check("module.exports = { b }; module.exports = { c }", "b c");
}

#[test]
fn definitions() {
    let define = |descriptor: &str| format!("Object.defineProperty(exports, 'a', {descriptor})");
    check(
        &define("{ enumerable: true, get: function () { return q.p; } }"),
        "a",
    );
    check(
        &define("{ enumerable: true, get: function get() { return q['p']; } }"),
        "a",
    );
    check(&define("{ get() { return q }, enumerable: true }"), "");
    check(&define("{ get: function () { return q.p.r; } }"), "");
    check(&define("{ get: () => q }"), "");
    check(&define("{ enumerable: true, value: f() }"), "a");
    check(&define("{ writable: true, value: f() }"), "");
    check(&define("{ enumerable: false, value: 1 }"), "");
    check(&define("{ value: 1, enumerable: true }"), "a");
    check(&define("desc"), "");
    check(
        "Object.defineProperty(module.exports, '__esModule', { value: true }); exports.a = 1",
        "__esModule a",
    );
}

/// The last property is a getter of `a`, `a.b` or `a["b"]`, or there is a value.
#[test]
fn descriptors() {
    let named = [
        r#"{ enumerable: true, value: 1 }"#,
        r#"{ value: 1, x: 2 }"#,
        r#"{ get: function a() { return d["x"] } , }"#,
        r#"{ get() { return d } }"#,
        r#"{ get() { return this.x } }"#,
        r#"{ get() { return d.x }, }"#,
        r#"{ get() { return true } }"#,
        r#"{ get() { return d.x /* c */ } /* c */, /* c */ }"#,
        r#"{ get() { return null } }"#,
        r#"{ value: 1 }, 2"#,
        r#"{ get() { return d.x
} }"#,
    ];
    let nameless = [
        r#"{ get() { return d.x; }, set(v) {} }"#,
        r#"{ get() { return f(); } }"#,
        r#"{ writable: true, value: 1 }"#,
        r#"{ enumerable: true, get: () => d.x }"#,
        r#"{ get: function () { return d.x; }, configurable: true }"#,
        r#"{ enumerable: false, value: 1 }"#,
        r#"{ value }"#,
        r#"{ value() {} }"#,
        r#"{ get }"#,
        r#"{ get: getter }"#,
        r#"{ get a() { return d.x } }"#,
        r#"{ async get() { return d.x } }"#,
        r#"{ get(x) { return d.x } }"#,
        r#"{ *get() { return d.x } }"#,
        r#"{ "value": 1 }"#,
        r#"{ enumerable: !0, value: 1 }"#,
        r#"{ enumerable: true }"#,
        r#"{ valueOf: 1 }"#,
        r#"{ get: async function () { return d.x } }"#,
        r#"{ get: function* () { return d.x } }"#,
        r#"{ get() { return } }"#,
        r#"{ get() { return d?.x } }"#,
        r#"{ get() { return d[x] } }"#,
        r#"{ get() { return d.x.y } }"#,
        r#"{ get() { return (d.x) } }"#,
        r#"{ get() { "use strict"; return d.x } }"#,
        r#"{ get() { return d.x;; } }"#,
        r#"{}"#,
        r#"{ ...value, value: 1 }"#,
        r#"{ enumerable: true, "get": function () { return d.x } }"#,
        r#"{ get: (function () { return d.x }) }"#,
        r#"{ set(v) {}, get() { return d.x } }"#,
        r#"{ enumerable: true, enumerable: true, value: 1 }"#,
        r#"{ enumerable: (true), value: 1 }"#,
        r#"{ ["value"]: 1 }"#,
        r#"{ get: function () { return d.x } }, 1"#,
        r#"{ get() { return `x` } }"#,
        r#"{ get() { return 1 } }"#,
        r#"{ get() { return d["x"].y } }"#,
    ];
    for (descriptors, names) in [(&named[..], "a"), (&nameless[..], "")] {
        for descriptor in descriptors {
            let call = format!("Object.defineProperty(exports, 'a', {descriptor})");
            check(&call, names);
            // To the lexer in JavaScript what is not understood takes a name away; to merve it does not.
            check(&format!("exports.a = 1; {call}"), "a");
        }
    }
    check("Object?.defineProperty(exports, 'a', { value: 1 })", "");
    check(
        "Object.defineProperty(exports, 'a', { get() { return d } },)",
        "",
    );
}

/// The lexer has the text and no tree: what follows a member, what is right behind a value.
#[test]
fn as_the_text_reads() {
    for (source, names) in [
        ("module.exports = { a: b\n, c: d }", "a"),
        ("module.exports = { a: b , c: d }", "a"),
        ("module.exports = { a: b /* x */, c: d }", "a"),
        ("module.exports = { a: b,c: d\n}", "a c"),
        ("module.exports = { a , c }", "a c"),
        ("module.exports = { a\n, c: d }", "a c"),
        ("module.exports = { 'a': b , c }", "a"),
        ("module.exports = { 'a': b, c }", "a c"),
        ("module.exports = { a: true , c }", "a"),
        ("module.exports = { get x() {}, c }", ""),
        ("module.exports = { set x(v) {}, c }", "set"),
        ("module.exports = { a, get x() {}, c }", "a"),
        ("module.exports = { get [x]() {}, c }", "get"),
        ("module.exports = { get: b, c }", "c get"),
        ("module.exports = { get, c }", "c get"),
        ("module.exports = { get() {}, c }", "get"),
        ("module.exports = { static: 1 }", ""),
        ("module.exports = { 'a': function () {} }['a']", "a"),
        ("module.exports = { a, b }.c", "a b"),
        ("module.exports = { a, b }()", "a b"),
        ("module.exports = { a, b } || x", "a b"),
        ("module.exports = ({ a, b })", ""),
        ("if (exports.length === 0) {}", "length"),
        ("if (exports.length == 0) {}", "length"),
        ("if (x && exports.length === 0) {}", "length"),
        ("if (1 + exports.length === 0) {}", "length"),
        ("if (exports['length'] === 0) {}", "length"),
        ("if (exports.a.b === 0) {}", ""),
        ("if (exports.a !== 0) {}", ""),
        ("if ((exports.a) === 0) {}", ""),
        ("if (module.exports.a === 0) {}", "a"),
        ("if (module.exports === 0) {}; exports.a = 1", "a"),
        ("x = exports.a\n=== 1", "a"),
        ("x = exports.a /* c */ == 1", "a"),
        ("f(exports.a = 1)", "a"),
        (
            "exports.a >= 1; exports.b <= 2; exports.c *= 3; exports.d = 1",
            "d",
        ),
        ("exports?.a === 1", ""),
        ("if (0 === exports.a) {}", ""),
        ("module.exports = { a: -b, c }", ""),
        ("module.exports = { a: b.c, d }", "a"),
        ("module.exports = { a: b(), d }", "a"),
        ("module.exports = { a: async () => {}, d }", "a"),
        ("module.exports = { a: class {}, d }", "a"),
        ("module.exports = { a: new B(), d }", "a"),
        ("module.exports = { a: typeof b, d }", "a"),
        ("module.exports = { a: `x`, d }", ""),
        ("module.exports = { a: 'x', d }", ""),
        ("module.exports = { a: b ? c : d, e }", "a"),
        ("module.exports = { a: b => c, d }", "a"),
        ("module.exports = { a: b\n}", "a"),
        ("module.exports = { a: b, ...c , d }", "a d"),
        ("module.exports = { ...a, b }", "b"),
        ("module.exports = { ...a.b, c }", ""),
        ("module.exports = { a, ...b(), c }", "a"),
        ("module.exports = { ...(a), c }", ""),
        ("module.exports = { 1: a, c }", ""),
        ("module.exports = { a: b, 1: d, c }", "a"),
        ("for (exports.a of x) {}", ""),
        ("for (exports.a = 1;;) break", "a"),
        ("[exports.a] = [1]", ""),
        ("({ x: exports.a } = x)", ""),
        ("[exports.a = 1] = []", "a"),
        ("exports.a = exports.b", "a"),
        ("exports.a == exports.b == 1", "a b"),
        ("module.exports.a = 1, module.exports['b'] = 2", "a b"),
        ("x.exports.a = 1; exports .b = 2; exports. c = 3", "b c"),
        ("exports[a] = 1; exports['a' + 'b'] = 1", ""),
        ("exports[('a')] = 1", ""),
        ("module . exports . a = 1", "a"),
        ("module.exports = exports = { a, b }", ""),
        ("exports = module.exports = { a, b }", "a b"),
        ("exports = { a }", ""),
        ("module['exports'] = { a }", ""),
        ("module.exports = a ? { b } : { c }", ""),
        ("module.exports = { 'a b': c, d }", "a b d"),
        ("module.exports = { a, b, }", "a b"),
        ("module.exports = { async a() {}, b }", "async"),
        ("module.exports = { *a() {}, b }", ""),
        ("module.exports = { async: a, b }", "async b"),
        ("module.exports = { a() {}, b }", "a"),
        ("module.exports = { 'a'() {}, b }", ""),
        ("module.exports = { a: this , b }", "a"),
    ] {
        check(source, names);
    }
    // What was passed on before is forgotten.
    check(
        "__exportStar(require('x'), exports); module.exports = y",
        "",
    );
    check(
        "__exportStar(require('x'), exports); if (module.exports === y) {}",
        "",
    );
    check("module.exports = require('x'); module.exports === y", "");
    check(
        "module.exports = y; __exportStar(require('x'), exports)",
        "*x",
    );
}

#[test]
fn reexports() {
    check("module.exports = require('x')", "*x");
    check("module.exports = require('x').sub", "*x");
    check("module.exports = require('x')()", "*x");
    check("module.exports = a || require('x')", "");
    check("module.exports = require('x') || a", "*x");
    check(
        "module.exports = require('x'); module.exports = require('y')",
        "*y",
    );
    check("module.exports = require('x'); exports.own = 1", "own *x");
    check(
        "module.exports = { ...require('x'), ...require('y'), own }",
        "own *x *y",
    );
    check("module.exports = (require('x'))", "");
    check("module.exports = require(`x`)", "");
    check("module.exports = require('x', 1)", "");
    check("__exportStar(require('x'), exports)", "*x");
    check("tslib_1.__exportStar(require('x'), exports)", "*x");
    check("(0, tslib_1.__exportStar)(require('x'), exports)", "");
    check("{ __exportStar(require('x'), exports) }", "");
    let babel = "Object.keys(_e).forEach(function (key) { if (key === 'default' || key === '__esModule') return; exports[key] = _e[key]; });";
    check(&format!("var _e = require('x'); {babel}"), "*x");
    check(
        &format!("var _e = _interopRequireWildcard(require('x')); {babel}"),
        "*x",
    );
    check(&format!("var _e = y('x'); {babel}"), "");
}
