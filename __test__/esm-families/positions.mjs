// Module declarations in every place a statement, or an expression, can stand (ECMA-262 16.2: ModuleItems stand at the
// top level and nowhere else), and import() and import.meta in every place an expression can stand.

/** `@` is the place of a statement. */
const statementPlaces = [
  "@",
  "{ @ }",
  "{ ; @ ; }",
  "if (true) @",
  "if (false) ; else @",
  "if (false) { } else { @ }",
  "for (; false; ) @",
  "for (var x = 0; x < 1; x++) { @ }",
  "for (let x in {}) @",
  "for (const x of []) @",
  "for await (const x of []) @",
  "while (false) @",
  "do @ while (false)",
  "label: @",
  "label: { @ }",
  "switch (0) { case 0: @ }",
  "switch (0) { default: @ }",
  "switch (0) { case 1: default: @ case 2: }",
  "try { @ } finally {}",
  "try {} catch { @ }",
  "try {} catch (e) {} finally { @ }",
  "function f() { @ }",
  "function* f() { @ }",
  "async function f() { @ }",
  "async function* f() { @ }",
  "(function () { @ })",
  "(function* () { @ })",
  "() => { @ }",
  "async () => { @ }",
  "class C { m() { @ } }",
  "class C { static m() { @ } }",
  "class C { *m() { @ } }",
  "class C { static *m() { @ } }",
  "class C { constructor() { @ } }",
  "class C { get a() { @ } }",
  "class C { static { @ } }",
  "(class { m() { @ } })",
  "(class { static *m() { @ } })",
  "({ m() { @ } })",
  "({ *m() { @ } })",
  "({ get a() { @ } })",
  "({ set a(v) { @ } })",
  "`${() => { @ }}`",
];

/** `@` is the place of an expression. */
const expressionPlaces = [
  "for (@ in {}) ;",
  "for (@ of []) ;",
  "for (@; false; ) ;",
  "for (var x = @; false; ) ;",
  "void @;",
  "typeof @",
  "x = @",
  "f(@)",
  "[@]",
  "({ a: @ })",
  "({ [@]: 1 })",
  "() => @",
  "(@)",
  "`${@}`",
  "class C extends @ {}",
  "class C { x = @ }",
  "class C { [@] = 1 }",
  "function f(a = @) {}",
  "throw @",
  "if (@) ;",
  "while (@) break;",
  "switch (@) {}",
  "@ ? 1 : 2",
  "@ ?? 1",
  "!@",
  "let { a = @ } = {}",
  "let [a = @] = []",
  "delete @",
  "export default @",
];

const declarations = [
  'import "./dep.mjs";',
  'import d from "./dep.mjs";',
  'import { a } from "./dep.mjs";',
  'import * as ns from "./dep.mjs";',
  "export default null;",
  "export default function () {}",
  "export default class {}",
  "export const e = 1;",
  "export function g() {}",
  "export { };",
  'export * from "./dep.mjs";',
  'export { a as b } from "./dep.mjs";',
];

const fill = (/** @type {string} */ place, /** @type {string} */ what) => place.replace("@", () => what);

export const files = { "dep.mjs": "export default 1; export const a = 2;" };

/** @type {Record<string, string[]>} */
export const families = {
  "a declaration where a statement stands": statementPlaces.flatMap((place) =>
    declarations.map((what) => fill(place, what)),
  ),
  "a declaration where an expression stands": expressionPlaces.flatMap((place) =>
    ["import d from './dep.mjs'", "export default null", "import './dep.mjs'"].map((what) =>
      fill(place, what),
    ),
  ),
  "return, new.target, super and yield at the top level": statementPlaces.flatMap((place) =>
    [
      "return;",
      "new.target;",
      "super.x;",
      "super();",
      "yield;",
      "await;",
      "await 0;",
      "break;",
      "continue;",
      "this;",
      "arguments;",
    ].map((what) => fill(place, what)),
  ),
};
