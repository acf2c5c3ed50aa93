use super::*;

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
