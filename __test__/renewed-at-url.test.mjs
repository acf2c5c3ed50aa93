// What a package imports natively, again and again, when the names that a file exports have changed: it gets the new ones, in the namespace
// that everybody has.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

// What is rehearsed has a facade, too, and these are counted.
process.env.HEATSYNC_REHEARSE = "0";

const FACADE = JSON.stringify(path.join(import.meta.dirname, "../runtime/esm/namespace/facade.cjs"));

/** @param {import("node:test").TestContext} t @param {Record<string, string>} [files] */
async function started(t, files) {
  const program = await hotProgram(t, {
    "main.mjs": `
      import { load, loadEval } from "plugins";
      globalThis.url = import.meta.resolve("./plugin.mjs");
      globalThis.load = () => load(url);
      globalThis.loadEval = () => loadEval(url);
      globalThis.own = () => import("./plugin.mjs");
      globalThis.first = await load(url);
      const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
      globalThis.facades = () => require("node:v8").queryObjects(require(${FACADE}).Facade, { format: "count" });`,
    "node_modules/plugins/package.json": `{ "name": "plugins", "type": "module", "exports": "./index.js" }`,
    "node_modules/plugins/index.js": `export const load = (url) => import(url);
      export const loadEval = (url) => (0, eval)("(url) => import(url)")(url);`,
    "plugin.mjs": plugin(1, "a"),
    ...files,
  });
  const json = async (/** @type {string} */ code) => JSON.parse(await program.ask(code));
  return { ...program, json };
}

/** @param {number} n @param {string[]} names */
const plugin = (n, ...names) =>
  `${names.map((name) => `export let ${name} = ${n};`).join(" ")}
   export function write(value) { ${names[0]} = value; }
   import.meta.hot.accept();`;

const entries = (/** @type {string} */ of) =>
  `${of}.then((it) => JSON.stringify(Object.entries(it).filter(([key]) => key !== "write")))`;

for (const by of ["load()", "loadEval()"]) {
  test(`what ${by} of a package gives has the names that the file exports by now`, async (t) => {
    const program = await started(t);
    await program.save({ "plugin.mjs": plugin(2, "a", "b") });
    await program.ask("isTold()");
    assert.deepEqual(await program.json(entries(by)), [
      ["a", 2],
      ["b", 2],
    ]);
    await program.save({ "plugin.mjs": plugin(3, "c") });
    await program.ask("isTold()");
    assert.deepEqual(await program.json(entries(by)), [["c", 3]]);
    // A save with the same names.
    await program.save({ "plugin.mjs": plugin(4, "c") });
    await program.ask("isTold()");
    assert.deepEqual(await program.json(entries(by)), [["c", 4]]);
  });
}

for (const before of ["load()", "own()"]) {
  test(`the package and the project have one namespace, whoever asks first (${before})`, async (t) => {
    const program = await started(t);
    for (const [at, names] of [["a", "b"], ["c"], ["c", "d"]].entries()) {
      await program.save({ "plugin.mjs": plugin(at, ...names) });
      await program.ask("isTold()");
      const isOne = `(async () => { await ${before}; return await load() === await own(); })()`;
      assert.equal(await program.ask(isOne), "true", names.join());
      // Live bindings, as ever.
      await program.ask(`load().then((it) => void it.write("written"))`);
      assert.equal(await program.ask(`load().then((it) => it.${names[0]})`), "written");
      assert.equal(await program.ask(`own().then((it) => it.${names[0]})`), "written");
    }
  });
}

test("who has a namespace goes on with it, and it is the module's again once the names are what they were", async (t) => {
  const program = await started(t);
  await program.save({ "plugin.mjs": plugin(2, "b") });
  await program.ask("isTold()");
  await program.ask("load().then((it) => { globalThis.second = it; })");
  assert.deepEqual(await program.json(`JSON.stringify([first.a ?? null, second.b])`), [null, 2]);
  await program.save({ "plugin.mjs": plugin(3, "a") });
  await program.ask("isTold()");
  assert.equal(await program.ask("load().then((it) => it === first && it.a)"), "3");
  assert.equal(await program.ask("own().then((it) => it === first)"), "true");
  await program.save({ "plugin.mjs": plugin(4, "b") });
  await program.ask("isTold()");
  assert.equal(await program.ask("load().then((it) => it === second && it.b)"), "4");
});

test("an update that fails changes nothing", async (t) => {
  const program = await started(t);
  await program.save({ "plugin.mjs": `export let a = 2, b = 2; throw new Error("thrown");` });
  await program.ask("isTold()");
  assert.equal(await program.ask("load().then((it) => it === first && it.a)"), "1");
  await program.save({ "plugin.mjs": plugin(3, "a", "b") });
  await program.ask("isTold()");
  assert.deepEqual(await program.json(entries("load()")), [
    ["a", 3],
    ["b", 3],
  ]);
});

test("namespaces that nobody has are collected", async (t) => {
  const program = await started(t);
  const save = async (/** @type {number} */ n) => {
    await program.save({ "plugin.mjs": plugin(n, `name${n}`) });
    await program.ask("isTold()");
    assert.deepEqual(await program.json(entries("load()")), [[`name${n}`, n]]);
  };
  await save(1);
  const before = Number(await program.ask("facades()"));
  for (let n = 2; n <= 16; n++) await save(n);
  for (let layer = 0; layer < 8; layer++) await program.ask("facades()");
  const more = Number(await program.ask("facades()")) - before;
  assert.ok(more <= 2, `${more} more facades after 15 saves`);
});

test("a file that the project alone imported at first", async (t) => {
  const program = await started(t, {
    "other.mjs": plugin(1, "a"),
    "before.mjs": `globalThis.other = import.meta.resolve("./other.mjs"); globalThis.otherOwn = await import("./other.mjs");`,
    "main.mjs": `import "./before.mjs"; import { load } from "plugins"; globalThis.load = () => load(other);`,
  });
  await program.save({ "other.mjs": plugin(2, "b") });
  await program.ask("isTold()");
  const names = await program.json(entries("load()"));
  // Node 20 has nobody ask us before.
  const isUnasked = process.versions.node.startsWith("20.");
  assert.deepEqual(names, isUnasked ? [["a", null]] : [["b", 2]]);
});
