use super::{blanked, blanked_longer};

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
