// New versions of modules on our runtime: importers see them through the bindings they have, old
// ones can be collected, and what fails leaves everything as it was.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { program } from "./support/esm-program.mjs";

setFlagsFromString("--expose-gc");
const { gc } = await import("node:vm").then((vm) => ({ gc: vm.runInNewContext("gc") }));

test("an importer sees new values, functions, classes and defaults", async (t) => {
  const main = `import d, { a, f, C } from "./x.mjs"; globalThis.out = () => [d, a, f(), new C().v];`;
  const text = (/** @type {number} */ n) =>
    `export default ${n}; export const a = ${n}; export function f() { return ${n}; } export class C { v = ${n} }`;
  const { out, save } = await program(t, { "main.mjs": main, "x.mjs": text(1) });
  assert.deepEqual(out(), [1, 1, 1, 1]);
  for (const n of [2, 3, 4]) {
    await save({ "x.mjs": text(n) });
    assert.deepEqual(out(), [n, n, n, n]);
  }
});

test("through re-exports, stars and namespaces", async (t) => {
  const { out, save } = await program(t, {
    "main.mjs": `import { a, b, ns } from "./mid.mjs"; import * as all from "./mid.mjs"; import * as x from "./x.mjs";
      globalThis.out = () => [a, b, ns.a, all.a, x.a, ns === x];`,
    "mid.mjs": `export * from "./star.mjs"; export { b } from "./x.mjs"; export * as ns from "./x.mjs";`,
    "star.mjs": `export { a } from "./x.mjs";`,
    "x.mjs": "export const a = 1, b = 1;",
  });
  assert.deepEqual(out(), [1, 1, 1, 1, 1, true]);
  await save({ "x.mjs": "export let a = 2, b = 3;" });
  assert.deepEqual(out(), [2, 3, 2, 2, 2, true]);
});

for (const cycle of ["", `import "./main.mjs";`]) {
  test(`a package's variable is led elsewhere${cycle && ", in a cycle"}`, async (t) => {
    const between = (/** @type {string} */ text) => ({ "mid.mjs": `${cycle}${text}` });
    const { out, save } = await program(t, {
      "main.mjs": `import { n, f } from "./mid.mjs"; globalThis.out = () => [n, typeof n, f(), { n }.n];`,
      ...between(`export { n, f } from "pkg";`),
      "own.mjs": "export let m = 10; export const f = () => ++m; export * as ns from './other.mjs';",
      "other.mjs": "export const n = 1;",
      "node_modules/pkg/package.json": `{ "type": "module", "exports": "./index.js" }`,
      "node_modules/pkg/index.js": "export let n = 0, k = 100; export const f = () => (k++, ++n);",
    });
    assert.deepEqual(out(), [0, "number", 1, 1]);
    await save(between(`export { m as n, f } from "./own.mjs";`));
    assert.deepEqual(out(), [10, "number", 11, 11]);
    await save({
      "own.mjs": "export let m = 20; export const f = () => ++m; export * as ns from './other.mjs';",
    });
    assert.deepEqual(out(), [20, "number", 21, 21]);
    await save(between(`export { k as n, f } from "pkg";`));
    assert.deepEqual(out(), [101, "number", 2, 102]);
    await save(between(`export let n = "own"; export function f() { n += "!"; }`));
    assert.deepEqual(out(), ["own", "string", undefined, "own!"]);
    await save(between(`export { ns as n, f } from "./own.mjs";`));
    assert.deepEqual([out()[0].n, out()[1]], [1, "object"]);
    await save(between(`export { n, f } from "pkg";`));
    assert.deepEqual(out(), [2, "number", 3, 3]);
  });
}

for (const cycle of ["", `import "./main.mjs";`]) {
  test(`what begins to pass on a package's variable is followed${cycle && ", in a cycle"}`, async (t) => {
    const turn = () => new Promise((resolve) => void setImmediate(resolve));
    const between = (/** @type {string} */ text) => ({ "mid.mjs": `${cycle}${text}` });
    const { out, save } = await program(t, {
      "main.mjs": `import { n, f } from "./mid.mjs"; import * as mid from "./mid.mjs"; globalThis.out = () => [n, mid.n, f()];`,
      ...between("export const n = 'own'; export const f = () => 0;"),
      "node_modules/pkg/package.json": `{ "type": "module", "exports": "./index.js" }`,
      "node_modules/pkg/index.js": "export let n = 0; export const f = () => ++n;",
    });
    assert.deepEqual(out(), ["own", "own", 0]);
    for (const text of [`export { n, f } from "pkg";`, `import { n, f } from "pkg"; export { n, f };`]) {
      await save(between(text), ["mid.mjs"]);
      const [from] = out();
      for (const value of [from + 1, from + 2]) {
        await turn();
        assert.deepEqual(out(), [value, value, value + 1]);
      }
      await save(between("export let n = 'own'; export const f = () => { n += '!'; };"));
      assert.deepEqual([out(), out()[0]], [["own", "own", undefined], "own!"]);
      await turn();
      assert.equal(out()[0], "own!!");
    }
  });
}

test("only what was named is evaluated, dependencies first", async (t) => {
  const { save, log } = await program(t, {
    "main.mjs": `import "./mid.mjs"; log.push("main");`,
    "mid.mjs": `import { x } from "./x.mjs"; log.push("mid " + x);`,
    "x.mjs": `import "./leaf.mjs"; log.push("x"); export const x = 1;`,
    "leaf.mjs": `log.push("leaf");`,
  });
  await save({ "x.mjs": `import "./leaf.mjs"; log.push("x"); export const x = 2;` }, ["x.mjs", "mid.mjs"]);
  assert.deepEqual(log, ["leaf", "x", "mid 1", "main", "x", "mid 2"]);
});

test("the new version pushes, the old one no more", async (t) => {
  const { out, save } = await program(t, {
    "main.mjs": `import { n, up } from "./x.mjs"; const ups = [up]; globalThis.out = () => { if (ups.at(-1) !== up) ups.push(up); return { n: () => n, ups }; };`,
    "x.mjs": "export let n = 0; export const up = () => { n++; };",
  });
  out().ups[0]();
  assert.equal(out().n(), 1);
  await save({ "x.mjs": "export let n = 10; export const up = () => { n += 10; };" });
  assert.equal(out().n(), 10);
  out().ups[1]();
  assert.equal(out().n(), 20);
  out().ups[0]();
  assert.equal(out().n(), 20);
});

test("an export comes, another goes", async (t) => {
  const { out, save } = await program(t, {
    "main.mjs": `import * as ns from "./x.mjs"; globalThis.out = () => ({ ...ns });`,
    "x.mjs": "export const a = 1;",
  });
  await save({ "x.mjs": "export const a = 2, b = 3;" });
  assert.deepEqual(out(), { a: 2, b: 3 });
  await save({ "x.mjs": "export const b = 4;" });
  assert.deepEqual(out(), { b: 4 });
});

/** @type {[string, string, RegExp | Function][]} */
const failures = [
  ["a syntax error", "export const a = ;", SyntaxError],
  ["a regular expression V8 alone refuses", "export const a = /(/;", SyntaxError],
  ["a missing export", "export const b = 1;", /does not provide an export named 'a'/],
  ["a missing file", `import "./none.mjs"; export const a = 2;`, /Cannot find module/],
  ["a missing export of a dependency", `import { z } from "./y.mjs"; export const a = 2;`, /named 'z'/],
  ["a throw in the body", `export const a = 2; throw new Error("body");`, /body/],
  ["a rejection in the body", `export const a = 2; await 0; throw new Error("late");`, /late/],
];
for (const [name, text, expected] of failures) {
  test(`${name} leaves everything as it was, and the next save mends it`, async (t) => {
    const { out, save } = await program(t, {
      "main.mjs": `import { a } from "./x.mjs"; import * as ns from "./x.mjs"; globalThis.out = () => [a, ns.a];`,
      "x.mjs": "export let a = 1; setTimeout(() => { a = 1.5; });",
      "y.mjs": "export const y = 1;",
    });
    await assert.rejects(save({ "x.mjs": text }), /** @type {any} */ (expected));
    assert.deepEqual(out(), [1, 1]);
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(out(), [1.5, 1.5]);
    await save({ "x.mjs": "export const a = 3;" });
    assert.deepEqual(out(), [3, 3]);
  });
}

test("nothing is disposed of before all is linked", async (t) => {
  const { save } = await program(t, {
    "main.mjs": `import { a } from "./x.mjs"; globalThis.out = () => a;`,
    "x.mjs": "export const a = 1;",
  });
  let called = 0;
  const before = () => void called++;
  await assert.rejects(save({ "x.mjs": "export {};" }, ["x.mjs"], before));
  assert.equal(called, 0);
  await save({ "x.mjs": "export const a = 2;" }, ["x.mjs"], before);
  assert.equal(called, 1);
});

test("a cycle, made, evaluated anew and broken", async (t) => {
  const { out, save } = await program(t, {
    "main.mjs": `import { a } from "./a.mjs"; globalThis.out = () => a();`,
    "a.mjs": "export const a = () => 1;",
    "b.mjs": `import { a } from "./a.mjs"; export function b() { return typeof a; }`,
  });
  await save({ "a.mjs": `import { b } from "./b.mjs"; export const a = () => b();` });
  assert.equal(out(), "function");
  await save({ "b.mjs": `import { a } from "./a.mjs"; export function b() { return "b" + typeof a; }` }, [
    "b.mjs",
    "a.mjs",
  ]);
  assert.equal(out(), "bfunction");
  await save({ "a.mjs": "export const a = () => 3;" });
  assert.equal(out(), 3);
});

test("top-level await, a new dependency, json", async (t) => {
  const { out, save } = await program(t, {
    "main.mjs": `import { a } from "./x.mjs"; globalThis.out = () => a;`,
    "x.mjs": "export const a = 1;",
    "j.json": `{ "v": 1 }`,
  });
  await save({ "x.mjs": `import j from "./j.json" with { type: "json" }; export const a = await j.v;` });
  assert.equal(out(), 1);
  await save({ "j.json": `{ "v": 2 }` }, ["j.json", "x.mjs"]);
  assert.equal(out(), 2);
});

test("old versions can be collected", async (t) => {
  const text = (/** @type {number} */ n) =>
    `import { o as other } from "./y.mjs"; export let o = { n: ${n} }; export const set = () => { o = {}; };
     globalThis.registry.register(o, ${n}); globalThis.use = () => other;`;
  /** @type {Set<number>} */
  const collected = new Set();
  /** @type {any} */ (globalThis).registry = new FinalizationRegistry((n) => collected.add(Number(n)));
  const { save } = await program(t, {
    "main.mjs": `import { o, set } from "./x.mjs"; import * as ns from "./x.mjs"; globalThis.out = () => [o, ns.o, set];`,
    "x.mjs": text(0),
    "y.mjs": "export let o = {}; globalThis.setY = () => { o = {}; };",
  });
  for (let n = 1; n <= 20; n++) {
    await save({ "x.mjs": text(n) });
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (let turn = 0; turn < 50 && collected.size < 19; turn++) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  // The newest is in use; of the one before a frame of an inline cache may still know.
  assert.ok(collected.size >= 19, `collected ${[...collected].sort((a, b) => a - b)}`);
});
