//! What is requested, under which names, and where it is guarded.

use super::{
    super::{
        Imported,
        ModuleKind::{self, *},
        ModuleRecord, RequestKind,
    },
    read,
};

/// The requests in short: `kind specifier`, `?` when guarded, then names and attributes.
pub(super) fn requests(record: &ModuleRecord) -> String {
    let mut all = Vec::new();
    for request in &record.requests {
        let kind = match request.kind {
            RequestKind::Import => "import",
            RequestKind::ExportFrom => "export",
            RequestKind::DynamicImport => "dynamic",
            RequestKind::Require => "require",
        };
        let mut text = format!(
            "{kind}{} {}",
            if request.guarded { "?" } else { "" },
            request.specifier
        );
        for name in &request.names {
            let imported = match &name.imported {
                Imported::Name(name) => name,
                Imported::Namespace => "*",
            };
            text += &format!(" {imported}:{}", name.local);
        }
        for (key, value) in &request.attributes {
            text += &format!(" {key}={value}");
        }
        all.push(text);
    }
    all.join(", ")
}

#[track_caller]
fn check(path: &str, kind: ModuleKind, source: &str, want: &str) {
    let record = read(path, kind, source);
    assert_eq!(record.errors, []);
    assert_eq!(requests(&record), want);
    // A span is the literal itself.
    for request in &record.requests {
        let text = &source[request.span.start as usize..request.span.end as usize];
        assert!(
            text.starts_with(['"', '\'', '`']) && text.ends_with(['"', '\'', '`']),
            "{text}"
        );
    }
}

#[test]
fn static_requests() {
    let esm = |source, want| check("a.js", Esm, source, want);
    esm("", "");
    esm("import 'x'", "import x");
    esm("import a from 'x'", "import x default:a");
    esm("import * as a from 'x'", "import x *:a");
    esm(
        "import a, { b, c as d, 'e f' as g } from 'x'",
        "import x default:a b:b c:d e f:g",
    );
    esm("import {} from 'x'", "import x");
    esm(
        "import a from './a.json' with { type: 'json' }",
        "import ./a.json default:a type=json",
    );
    esm(
        "import a from 'a' with { 'type': \"json\" }",
        "import a default:a type=json",
    );
    esm("export * from 'x'", "export x");
    esm("export * as a from 'x'", "export x *:a");
    esm(
        "export { a, b as c, default as d, e as default } from 'x'",
        "export x a:a b:c default:d e:default",
    );
    esm(
        "export * from 'x' with { type: 'json' }",
        "export x type=json",
    );
    esm(
        "import 'b'; export * from 'a'; import 'b'",
        "import b, export a, import b",
    );
    esm("import '\\u0061\\x62'", "import ab");
    esm("#!/usr/bin/env node\nimport 'x'", "import x");
    esm("\u{feff}import 'x'", "import x");
    esm(
        "\u{feff}#!node\nimport { y } from 'x'; import('z')",
        "import x y:y, dynamic z",
    );
}

#[test]
fn name_spans_point_at_the_name() {
    let source = "\u{feff}import a, { b as c, 'd' as e } from 'x'; export { f as g } from 'y'";
    let record = read("a.js", Esm, source);
    let names = record.requests.iter().flat_map(|request| &request.names);
    let spans: Vec<_> = names
        .map(|name| &source[name.span.start as usize..name.span.end as usize])
        .collect();
    assert_eq!(spans, ["a", "b", "'d'", "f"]);
}

#[test]
fn dynamic_requests() {
    let esm = |source, want| check("a.js", Esm, source, want);
    esm("import('x')", "dynamic x");
    esm("import(`x`)", "dynamic x");
    esm("import(('x'))", "dynamic x");
    esm("import(x); import('a' + 'b'); import(`${x}`)", "");
    esm(
        "import('./a.json', { with: { type: 'json' } })",
        "dynamic ./a.json type=json",
    );
    esm("import('x', options)", "dynamic x");
    esm("await import('x'); import 'y'", "dynamic x, import y");
    esm("f(() => import('x'))", "dynamic? x");
    esm(
        "class A { b = import('x'); static c = import('y'); static { import('z') } }",
        "dynamic? x, dynamic y, dynamic z",
    );
    esm("require('x')", "");
    esm("import(import('x'))", "dynamic x");
}

#[test]
fn commonjs_requests() {
    let cjs = |source, want| check("a.cjs", CommonJs, source, want);
    cjs("const a = require('a')", "require a");
    cjs("require(`a`)", "require a");
    cjs("require('a', 1)", "require a");
    cjs(
        "require(a); require(); require(...a); require.resolve('b')",
        "",
    );
    cjs("require('b')(require('a'))", "require b, require a");
    cjs("import('a').then()", "dynamic a");
    cjs("require('a').b.c()", "require a");
    cjs("return require('a')", "require a");
    cjs("await = require('a')", "require a");
    cjs("with (a) require('b')", "require b");
    cjs("new.target; require('b')", "require b");
    cjs("<!-- html\nrequire('b')", "require b");
    cjs("#!node\nrequire('a')", "require a");
    cjs("export_ = 1", "");
}

#[test]
fn guards() {
    let cjs = |source, want| check("a.cjs", CommonJs, source, want);
    cjs("function f() { require('a') }", "require? a");
    cjs("(() => require('a'))()", "require? a");
    cjs(
        "try { require('a') } catch { require('b') } finally { require('c') }",
        "require? a, require? b, require c",
    );
    cjs("try { require('a') } finally {}", "require a");
    cjs(
        "if (require('a')) require('b'); else require('c')",
        "require a, require? b, require? c",
    );
    cjs(
        "if (a) {} else if (require('b')) require('c'); else require('d')",
        "require? b, require? c, require? d",
    );
    cjs(
        "require('a') ? require('b') : require('c')",
        "require a, require? b, require? c",
    );
    cjs("require('a') && require('b')", "require a, require? b");
    cjs(
        "a ||= require('a'); b = require('b')",
        "require? a, require b",
    );
    cjs(
        "switch (require('a')) { case 1: require('b') }",
        "require a, require? b",
    );
    cjs("while (a) require('b')", "require? b");
    cjs("do require('a'); while (b)", "require a");
    cjs("for (require('a');;) require('b')", "require a, require? b");
    cjs(
        "for (const a of require('a')) require('b')",
        "require a, require? b",
    );
    cjs(
        "for (const a in require('a')) require('b')",
        "require a, require? b",
    );
    cjs("{ require('a') }", "require a");
    cjs("const { a = require('a') } = b", "require? a");
    cjs(
        "({ a() { require('a') }, b: require('b') })",
        "require? a, require b",
    );
}

#[test]
fn typescript_requests() {
    let ts = |source, want| check("a.ts", Esm, source, want);
    ts("import type { A } from 'x'", "");
    ts(
        "import type A from 'x'; import B from 'y'",
        "import y default:B",
    );
    ts("import { type A, b } from 'x'", "import x b:b");
    ts("import { type A } from 'x'", "import x");
    ts(
        "export type { A } from 'x'; export type * from 'x'; export { type A } from 'y'",
        "export y",
    );
    ts("let a: import('x').A = f<import('y').B>()", "");
    ts("declare module 'x' { import 'y' }", "");
    ts("import a = require('a')", "require a");
    ts("namespace N { import('x') }", "dynamic x");
    check(
        "a.cts",
        CommonJs,
        "import type a = require('a'); const b: number = require('b')",
        "require b",
    );
    check(
        "a.tsx",
        Esm,
        "import A from 'a'; const b = <A<string>>{import('x')}</A>",
        "import a default:A, dynamic x",
    );
    check(
        "a.jsx",
        Esm,
        "import A from 'a'; const b = <A>{import('x')}</A>",
        "import a default:A, dynamic x",
    );
}
