use super::*;

#[track_caller]
fn rewritten(name: &str, source: &str, options: &Options, want: &str) {
    assert_eq!(compile_as(name, source, options), want);
}

#[test]
fn what_is_rewritten_stays_on_its_lines() {
    let options = Options::default();
    let check = |source: &str, want: &str| rewritten("a.tsx", source, &options, want);
    check(
        "enum A {\n  B,\n  C = B << 2\n}\n\nf(\n  A.C)",
        "var A = function(A) {\n  A[A[\"B\"] = 0] = \"B\";\n  A[A[\"C\"] = 0] = \"C\"; return A; }(A || {}\n);\n\nf(\n  A.C);",
    );
    check(
        "#!/usr/bin/env node\nclass A {\n  constructor(\n    private b: string,\n  ) {\n    f();\n  }\n}",
        "\nclass A { b; constructor(\n\n    b) { this.b = b;\n\n    f();\n  }\n}",
    );
    check(
        "const a = <div\n  b={1}\n>\n  {c}\n</div>;\nd()",
        "const a = React.createElement(\"div\", {\n  b: 1 },\n\n   c\n     );\nd();",
    );
}

fn required(source: &str) -> String {
    let code = compile_as("a.cts", source, &Options::default());
    let head = "\"use strict\";Object.defineProperty(exports,\"__esModule\",{value:true});";
    code.strip_prefix(head).unwrap_or(&code).to_owned()
}

#[test]
fn module_syntax_in_commonjs() {
    let check = |source: &str, want: &str| assert_eq!(squeeze(&required(source)), squeeze(want));
    check("exports.a = 1 as number;", "exports.a = 1 ;");
    check("import 'x';", "require(\"x\");");
    check(
        "import { a, b as c } from 'x'; a(c, { a }); a`b`; new a.b(); typeof a",
        "const $m0=require(\"x\"); (0,$m0.a)($m0.b, { a: $m0.a }); (0,$m0.a)`b`; new $m0.a.b(); typeof $m0.a",
    );
    check(
        "import a from 'x'; (a: number) => a; a.b()",
        "const $default=(it)=>it&&it.__esModule?it:{default:it};const $m0=$default(require(\"x\")); (a ) => a; $m0.default.b()",
    );
    check(
        "export const a = 1, b = 2; export { a as c }",
        "exports.b=exports.c=exports.a=void 0;; const a = 1, b = 2;;exports.a=exports.c=a;exports.b=b; ;",
    );
    check(
        "export let a = 1; a = 2; a++; f(a++, ++a); [a] = b; function g() { a += 1 }",
        "exports.a=void 0;; let a = 1;;exports.a=a; exports.a=a = 2; exports.a=++a; f([a++,exports.a=a][0], (exports.a=++a)); [a] = b,exports.a=a; function g() { exports.a=a += 1 }",
    );
    check(
        "export function a() {} export default function () {}",
        "exports.a=a;exports.default=$default_1;; function a() {} ; function $default_1() {}",
    );
    check(
        "export default class A {}; export class B {}",
        "exports.B=exports.default=void 0;; class A {};exports.default=A;; ; class B {};exports.B=B;",
    );
    check(
        "export default { a: 1 };",
        "exports.default=void 0;exports.default= { a: 1 };",
    );
    check(
        "import { a } from 'x'; export { a, a as b }",
        "const $m0=require(\"x\"); ;Object.defineProperty(exports,\"a\",{enumerable:true,get(){return $m0.a}});Object.defineProperty(exports,\"b\",{enumerable:true,get(){return $m0.a}});",
    );
    check(
        "export { a as b } from 'x'",
        "const $m0=require(\"x\");Object.defineProperty(exports,\"b\",{enumerable:true,get(){return $m0.a}});",
    );
    assert!(required("export enum A { B }").contains("exports.A=A"));
    assert!(required("export * from 'x'").ends_with("__exportStar(require(\"x\"));"));
    assert!(
        required("import * as a from 'x'; a()").ends_with("const a=$star(require(\"x\")); a()")
    );
    assert!(required("import a = require('x'); a(); export = a").contains("module.exports = a"));
    let again = |source: &str, what: &str| {
        format!("module[\"heatsync-rs.bound\"]?.({source:?},($it)=>{{{what}}});")
    };
    check(
        "import { a } from 'x'; module.hot.accept('x'); a",
        &format!(
            "let $m0=require(\"x\");{} module.hot.accept('x'); $m0.a",
            again("x", "$m0=$it;")
        ),
    );
    check(
        "export { a as b } from 'x'; module.hot.accept('x')",
        &format!(
            "let $m0=require(\"x\");{}Object.defineProperty(exports,\"b\",{{enumerable:true,get(){{return $m0.a}}}}); module.hot.accept('x')",
            again("x", "$m0=$it;")
        ),
    );
    let namespace =
        required("import * as all from 'x'; export { all }; module.hot.accept('x'); all");
    assert!(
        namespace.contains(&format!(
            "let all=$star(require(\"x\"));exports.all=all;{}",
            again("x", "all=$star($it);exports.all=all;")
        )),
        "{namespace}"
    );
}

#[test]
fn exports_of_namespaces_are_properties() {
    #[track_caller]
    fn check(source: &str, want: Option<&str>) {
        let allocator = Allocator::default();
        let language = source_type(Path::new("/a.ts"), ModuleKind::Esm);
        let parsed = Parser::new(&allocator, source, language).parse();
        assert!(!parsed.diagnostics.has_errors(), "{source}");
        let done = namespaces::with_properties(source, &parsed.program);
        let done = done.map(|(text, _)| squeeze(&text));
        assert_eq!(done.as_deref(), want);
    }
    check(
        "namespace N { export let a: B = 1, b: C; a++; f({ a }); let c: typeof a }",
        Some("namespace N { ; N.a = 1, 0 ; N.a++; f({ a: N.a }); let c: typeof a }"),
    );
    check(
        "namespace N { export var a: B; ({ a, b: a } = c) }",
        Some("namespace N { ; ({ a: N.a, b: N.a } = c) }"),
    );
    check(
        "namespace N { export const { a, b = 1, c: [d], ...e }: T = f }",
        Some("namespace N { ; ({ a: N.a, b: N.b = 1, c: [N.d], ...N.e } = f) }"),
    );
    check(
        "namespace N { export function f() {} } namespace N { f(); { let f; f() } let g: f }",
        Some(
            "namespace N { export function f() {} } namespace N { N.f(); { let f; f() } let g: f }",
        ),
    );
    check(
        "namespace A.B { export let a = 1 } namespace A { B.a }",
        Some("namespace A.B { ; B.a = 1 } namespace A { A.B.a }"),
    );
    check(
        "namespace N { export let N = 1 } namespace N { N }",
        Some("namespace N {const N_1 = arguments[0]; ; N_1.N = 1 } namespace N { N.N }"),
    );
    check(
        "namespace A.B { A_1; let A } namespace A.B { const A = c } namespace A { export let c }",
        Some(
            "namespace A.B { A_1; let A } namespace A{const A_3 = arguments[0];export namespace B { const A = A_3.c }} namespace A { ; }",
        ),
    );
    check(
        "namespace N { export enum E { a = 'b' } } namespace N { export enum E { c = a } f(E.a) }",
        Some(
            "namespace N { export enum E { a = 'b' } } namespace N { export namespace E{0}export enum E { c = \"b\" } f(E.a) }",
        ),
    );
    check("namespace N { export function f(N) {} }", None);
    check("namespace N { function f() {} f() }", None);
    check("namespace N { export type A = 1 }", None);
}
