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
            // Before Node 24 what is not understood takes a name away; here it does not.
            check(&format!("exports.a = 1; {call}"), "a");
        }
    }
    check("Object?.defineProperty(exports, 'a', { value: 1 })", "");
    check(
        "Object.defineProperty(exports, 'a', { get() { return d } },)",
        "",
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
