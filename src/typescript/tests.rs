use super::*;

fn compile_as(name: &str, source: &str, options: &Options) -> String {
    let kind = match name.ends_with("cts") {
        true => ModuleKind::CommonJs,
        false => ModuleKind::Esm,
    };
    match to_javascript(source, Path::new(name), kind, options) {
        Ok(done) => done.code,
        Err(error) => error.to_string(),
    }
}

/// Blanks: what stays is where it was. `want` may have one blank for many.
#[track_caller]
fn blanked(source: &str, want: &str) {
    let options = Options::default();
    let done = to_javascript(source, Path::new("a.ts"), ModuleKind::Esm, &options);
    let done = done.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(squeeze(&done.code), squeeze(want));
    assert!(done.positions.is_none());
    let (before, after): (Vec<u16>, Vec<u16>) = (
        source.encode_utf16().collect(),
        done.code.encode_utf16().collect(),
    );
    assert_eq!(before.len(), after.len());
    for (before, after) in before.into_iter().zip(after) {
        // What comes in the place of what goes.
        let is_ours = [' ', ';', '(', ')'].map(|it| it as u16).contains(&after);
        assert!(before == after || is_ours, "{}", done.code);
    }
}

fn squeeze(text: &str) -> String {
    let mut out = text.to_owned();
    while out.contains("  ") {
        out = out.replace("  ", " ");
    }
    out.trim_end().to_owned()
}

/// Parentheses are added: what follows in the line moves.
#[track_caller]
fn blanked_longer(source: &str, want: &str) {
    assert_eq!(compile_as("a.ts", source, &Options::default()), want);
}

#[test]
fn annotations() {
    blanked("let a: number = 1;", "let a         = 1;");
    blanked("let a: number\n(b)", "let a;       \n(b)");
    blanked("let a!: number\n[b]", "let a;        \n[b]");
    blanked("let { a }: { a: 1 } = b", "let { a }           = b");
    blanked(
        "function f(a: 1, b?: 2, ...c: 3[]): 4 {}",
        "function f(a   , b    , ...c     )    {}",
    );
    blanked("function f(a?) {}", "function f(a ) {}");
    blanked("function f(a /* x */ ?: 1) {}", "function f(a ) {}");
    blanked("function f(this: A, b) {}", "function f(         b) {}");
    blanked("function f(this: A) {}", "function f(       ) {}");
    blanked("function f(this: A, ) {}", "function f(         ) {}");
    blanked("function f<T>(a: T) {}", "function f   (a   ) {}");
    blanked("try {} catch (e: any) {}", "try {} catch (e     ) {}");
    blanked("let a = <T,>(b: T) => b", "let a =     (b   ) => b");
    blanked(
        "let f = (a): a is string => true",
        "let f = (a)              => true",
    );
    blanked("function f(a): asserts a {}", "function f(a)            {}");
    blanked("let é: '𝒳é' = 1", "let é        = 1");
    blanked("const [a, b]: [1, 2] = c", "const [a, b]         = c");
    blanked("using a: A = b", "using a    = b");
}

#[test]
fn arrows_over_lines() {
    blanked(
        "let f = (a): Promise<\n  A> => a",
        "let f = (a          \n   ) => a",
    );
    blanked(
        "let f = async <\n  A>(a: A) => a",
        "let f = async (\n     a   ) => a",
    );
    blanked(
        "let f = async <A>(a: A) => a",
        "let f = async    (a   ) => a",
    );
    blanked("let f = (a)\n  : A => a", "let f = (a \n    ) => a");
}

#[test]
fn expressions() {
    blanked("a = b as C;", "a = b     ;");
    blanked("a = b as C\n(d)", "a = b ;   \n(d)");
    blanked(
        "a = b as const satisfies C\n[d]",
        "a = b          ;          \n[d]",
    );
    blanked("a = b!\n`d`", "a = b \n`d`");
    blanked("a = b!;\n", "a = b ;\n");
    blanked(
        "a! = 1; a!.b; a![0]; a!(); a!++",
        "a  = 1; a .b; a [0]; a (); a ++",
    );
    blanked("(a as B) = 1; (<B>a) = 1", "(a     ) = 1; (   a) = 1");
    blanked(
        "[a as B] = c; ({ d: a! } = c)",
        "[a     ] = c; ({ d: a  } = c)",
    );
    blanked(
        "f<A>(b); new F<A>(b); f<A>`b`; f?.<A>(b)",
        "f   (b); new F   (b); f   `b`; f?.   (b)",
    );
    blanked("const g = f<A>\nh()", "const g = f;  \nh()");
    blanked(
        "(a as B).c; (a) as B; ((a) as any) as B;",
        "(a     ).c; (a)     ; ((a)       )     ;",
    );
    blanked("() => ({}) as A", "() => ({}) ;   ");
    blanked("let a = b satisfies C, d", "let a = b            , d");
    blanked("a = 1 + b as C === d", "a = 1 + b      === d");
    blanked("if (a) b as C\nelse d", "if (a) b ;   \nelse d");
    blanked("export default a as B\n(c)", "export default a ;   \n(c)");
    blanked(
        "return_: for (;;) { break return_ }",
        "return_: for (;;) { break return_ }",
    );
    blanked("`${a as B}`", "`${a     }`");
    blanked("let a = b < c, d = e > (f)", "let a = b < c, d = e > (f)");
}

#[test]
fn assertions() {
    blanked("a = <B>c;", "a =    c;");
    blanked("a = <B>(<C>d);", "a =    (   d);");
    blanked_longer("() => <B>{ c: 1 }", "() => (  { c: 1 })");
    blanked_longer(
        "function f() { return <B>\n  c }",
        "function f() { return (  \n  c) }",
    );
    blanked_longer("<B>function () {}()", "(  function () {}())");
    blanked_longer("a = <\n B>c;\nd", "a = (\n   c);\nd");
}

#[test]
fn statements() {
    blanked("type A = 1\n(b)", ";         \n(b)");
    blanked("a\ninterface B {}\n(c)", "a\n;             \n(c)");
    blanked("declare const a: 1;", ";                  ");
    blanked("declare let a, b", ";               ");
    blanked("declare function a(): 1", ";                      ");
    blanked("declare class A { a }", ";                    ");
    blanked("declare enum A { B }", ";                   ");
    blanked(
        "declare namespace A { let b: 1 }",
        ";                               ",
    );
    blanked("declare module 'a' { }", ";                     ");
    blanked("declare global { }", ";                 ");
    blanked(
        "namespace A { type B = 1; export interface C {} }",
        ";                                                ",
    );
    blanked("namespace A.B { }", ";                ");
    blanked(
        "function a(): 1; function a() {}",
        ";                function a() {}",
    );
    blanked(
        "export function a(): 1; export function a() {}",
        ";                       export function a() {}",
    );
    blanked(
        "export default function a(): 1; export default function a() {}",
        ";                               export default function a() {}",
    );
    blanked(
        "export type A = 1; export interface B {}",
        ";                  ;                    ",
    );
    blanked("export declare const a: 1", ";                        ");
    blanked(
        "export default interface A {}",
        ";                            ",
    );
    blanked("export as namespace A;", ";                     ");
    blanked(
        "#!/usr/bin/env node\nlet a: 1",
        "#!/usr/bin/env node\nlet a;  ",
    );
    blanked(
        "let type = 1; type = 2; let declare; declare\nlet abstract",
        "let type = 1; type = 2; let declare; declare\nlet abstract",
    );
}

#[test]
fn classes() {
    blanked(
        "class A<T> extends B<T> implements C, D<T> { }",
        "class A    extends B                       { }",
    );
    blanked("class A implements B {}", "class A              {}");
    blanked(
        "let a = class implements B {}",
        "let a = class              {}",
    );
    blanked("let a = class<T> {}", "let a = class    {}");
    blanked(
        "class A extends (B)<C> implements D {}",
        "class A extends (B)                 {}",
    );
    blanked(
        "abstract class A { abstract a(): 1; abstract b; abstract get c(): 1 }",
        "         class A { ;                ;           ;                     }",
    );
    blanked("export abstract class A {}", "export          class A {}");
    blanked(
        "export default abstract class {}",
        "export default          class {}",
    );
    blanked(
        "class A { a: 1; b?: 2; c!: 3; d: 1 = 1; e? }",
        "class A { a;  ; b;   ; c;   ; d    = 1; e  }",
    );
    blanked(
        "class A { declare a: 1; [a: string]: any; readonly b = 1 }",
        "class A { ;             ;                 ;        b = 1 }",
    );
    blanked(
        "class A { private static readonly a = 1; static override b() {} }",
        "class A { ;       static          a = 1; static          b() {} }",
    );
    blanked(
        "class A { private readonly a; private; static; readonly; readonly = 1 }",
        "class A { ;                a; private; static; readonly; readonly = 1 }",
    );
    blanked(
        "class A { a = b\n public [c] = d\n private *e() {} }",
        "class A { a = b\n ;      [c] = d\n ;       *e() {} }",
    );
    blanked(
        "class A { private async a<T>(b: T): Promise<T> {} }",
        "class A { ;       async a   (b   )             {} }",
    );
    blanked(
        "class A { constructor(); constructor(a?) {} }",
        "class A { ;              constructor(a ) {} }",
    );
    blanked(
        "class A { a?(): 1 {} ['b']?() {} get c(): 1 { } set c(d: 1) {} }",
        "class A { a ()    {} ['b'] () {} get c()    { } set c(d   ) {} }",
    );
    blanked("class A { get: B\n a() {} }", "class A { get;  \n a() {} }");
    blanked(
        "class A { a = b as C\n ['d']() {} }",
        "class A { a = b ;   \n ['d']() {} }",
    );
    blanked(
        "class A { [b as C]: D = 1; static { let e: 1 = 1 } }",
        "class A { [b     ]    = 1; static { let e    = 1 } }",
    );
    blanked(
        "class A { static declare a; protected abstract b() }",
        "class A { ;                 ;                     }",
    );
    blanked(
        "class A { #a: 1 = 1; #b?: 2 }",
        "class A { #a    = 1; #b;    }",
    );
}

#[test]
fn imports_and_exports() {
    blanked(
        "import type A from 'a'; import type { B } from 'b'",
        ";                       ;                         ",
    );
    blanked(
        "import a, { type B, c } from 'x'; c(a)",
        "import a, {         c } from 'x'; c(a)",
    );
    blanked(
        "import { A } from 'x'; let b: A",
        ";                      let b;  ",
    );
    blanked(
        "import { A } from 'x'; let b: typeof A",
        ";                      let b;         ",
    );
    blanked("import A, { b } from 'x'; b", "import    { b } from 'x'; b");
    blanked("import a, { B } from 'x'; a", "import a        from 'x'; a");
    blanked(
        "import a, * as B from 'x'; a",
        "import a         from 'x'; a",
    );
    blanked(
        "import A, * as b from 'x'; b",
        "import    * as b from 'x'; b",
    );
    blanked(
        "import 'x'; import {} from 'y'",
        "import 'x'; ;                 ",
    );
    blanked(
        "import { a, B, } from 'x'; export { a, B }; type C = B",
        "import { a, B, } from 'x'; export { a, B }; ;         ",
    );
    blanked(
        "import { A } from 'x'; { let A = 1; A }",
        ";                      { let A = 1; A }",
    );
    blanked(
        "import { A } from 'x'; export default A",
        "import { A } from 'x'; export default A",
    );
    blanked(
        "import { A } from 'x'; class B implements A {}",
        ";                      class B              {}",
    );
    blanked(
        "import { A } from 'x'; class B extends A {}",
        "import { A } from 'x'; class B extends A {}",
    );
    blanked(
        "interface A {} let b; export { A, b }; export { A as C }",
        ";              let b; export {    b }; ;                 ",
    );
    blanked(
        "interface A {} export default A",
        ";              ;               ",
    );
    blanked(
        "class A {} interface A {} export { A }",
        "class A {} ;              export { A }",
    );
    blanked(
        "export type { A } from 'a'; export type * from 'b'; export { type C } from 'c'; export { type D, e } from 'd'",
        ";                          ;                       ;                           export {         e } from 'd'",
    );
    blanked(
        "export {}; export * from 'x'",
        "export {}; export * from 'x'",
    );
    blanked(
        "import type A = require('a')",
        ";                           ",
    );
    blanked(
        "import a from 'x' with { type: 'json' }; a",
        "import a from 'x' with { type: 'json' }; a",
    );
    blanked(
        "import type, { from } from 'x'; type(from)",
        "import type, { from } from 'x'; type(from)",
    );
    blanked(
        "import { type } from 'x'; type()",
        "import { type } from 'x'; type()",
    );
    blanked(
        "import { type as } from 'x'; import { type as as b } from 'x'",
        ";                           ;                                ",
    );
    blanked(
        "import a from 'x'; const b = (c: typeof a) => a",
        "import a from 'x'; const b = (c          ) => a",
    );
}

#[test]
fn verbatim_imports() {
    let options = Options {
        verbatim_module_syntax: true,
        ..Options::default()
    };
    let check = |source: &str, want: &str| assert_eq!(compile_as("a.ts", source, &options), want);
    check("import { A } from 'x'", "import { A } from 'x'");
    check("import { type A } from 'x'", "import {        } from 'x'");
    check("import {} from 'x'", "import {} from 'x'");
    check("import type A from 'x'", ";                     ");
    check("export { type A } from 'x'", "export {        } from 'x'");
}

#[test]
fn errors_have_a_place() {
    let error = compile_as("a.ts", "let a: = 1", &Options::default());
    assert!(error.contains("a.ts:1:8"), "{error}");
    assert!(error.contains("> 1 | let a: = 1"), "{error}");
}

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
}
