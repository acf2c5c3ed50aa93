// Namespace objects of modules whose names change with each save: those that nobody has any more are collected, and the others go on showing
// what is left of them.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

// What is rehearsed has a facade, too, and these are counted.
process.env.HEATSYNC_REHEARSE = "0";

const ours = (/** @type {string} */ name) =>
  JSON.stringify(path.join(import.meta.dirname, "../runtime/esm/namespace", name));
const [PLAIN, STAGED] = ["facade.cjs", "staged.cjs"].map(ours);
/** As many names as make it worth while to look for Node's own map after a few saves. */
const MANY = Array.from({ length: 40 }, (_, index) => `export const constant${index} = ${index};`).join(" ");
const SAVES = 16;
const leaf = (/** @type {number} */ n) =>
  `${MANY} export const version = ${n}; export const name${n} = ${n}; export default { n: ${n} };
   export let live = "of ${n}"; export function set(value) { live = value; }`;

const inRing = (/** @type {number} */ n) =>
  `import { leaf as self } from "./ring.mjs"; ${leaf(n)} export const look = () => self;`;

/** @param {import("node:test").TestContext} t @param {Record<string, string>} [files] */
async function started(t, files) {
  const program = await hotProgram(t, {
    "main.mjs": `
      import { types } from "node:util";
      import { get } from "./get.cjs";
      import { version } from "./leaf.mjs";
      globalThis.get = get;
      globalThis.kept = new Map();
      globalThis.isWanted = () => false;
      globalThis.isNamespace = types.isModuleNamespaceObject;
      import.meta.hot.accept("./leaf.mjs", (leaf) => {
        globalThis.last = leaf;
        if (isWanted(leaf.version)) kept.set(leaf.version, leaf);
      });
      const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
      globalThis.facades = () => require("node:v8").queryObjects(require(${PLAIN}).Facade, { format: "count" });`,
    "get.cjs": `exports.get = () => require("./leaf.mjs"); module.hot.accept("./leaf.mjs", () => {});`,
    "leaf.mjs": leaf(0),
    ...files,
  });
  const saves = async (/** @type {number} */ from, /** @type {number} */ to, text = leaf) => {
    for (let n = from; n <= to; n++) await program.save({ "leaf.mjs": text(n) });
    await program.ask("isTold()");
  };
  const json = async (/** @type {string} */ code) => JSON.parse(await program.ask(`JSON.stringify(${code})`));
  return { ...program, json, saves };
}

test("a namespace that nobody has is collected, also if a variable of it is written", async (t) => {
  const program = await started(t);
  await program.saves(1, 1);
  const before = await program.json("facades()");
  await program.saves(2, SAVES);
  assert.equal(await program.json("last.version"), SAVES);
  await program.ask(`last.set("written")`);
  const more = (await program.json("facades()")) - before;
  assert.ok(more <= 2, `${more} more facades after ${SAVES} saves`);
});

test("the same of a module in a cycle", async (t) => {
  const program = await started(t, {
    "ring.mjs": `import * as leaf from "./leaf.mjs"; export { leaf }; export const { version } = leaf;`,
    "leaf.mjs": inRing(0),
    "main.mjs": `
      import "./ring.mjs";
      import.meta.hot.accept("./ring.mjs", ({ leaf }) => { globalThis.last = leaf; });
      const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
      globalThis.facades = () => require("node:v8").queryObjects(require(${STAGED}).StagedFacade, { format: "count" });`,
  });
  await program.saves(1, 1, inRing);
  const before = await program.json("facades()");
  await program.saves(2, SAVES, inRing);
  assert.equal(await program.json("last.version"), SAVES);
  // V8 frees what Node has linked layer by layer, a collection each.
  for (let layer = 0; layer < 8; layer++) await program.json("facades()");
  const more = (await program.json("facades()")) - before;
  assert.ok(more <= 2, `${more} more facades after ${SAVES} saves`);
});

test("a namespace that somebody has shows what is left of its names", async (t) => {
  const program = await started(t);
  // The one Node has loaded, the other it has not.
  await program.ask(`isWanted = (n) => [2, ${SAVES - 1}].includes(n)`);
  await program.saves(1, SAVES);
  for (const n of [2, SAVES - 1]) {
    const it = `kept.get(${n})`;
    assert.equal(await program.ask(`isNamespace(${it})`), "true");
    assert.deepEqual(await program.json(`Object.keys(${it}).filter((key) => !key.startsWith("c"))`), [
      "default",
      "live",
      `name${n}`,
      "set",
      "version",
    ]);
    assert.deepEqual(await program.json(`[${it}.version, ${it}.default.n, ${it}.live, ${it}.constant7]`), [
      SAVES,
      SAVES,
      `of ${SAVES}`,
      7,
    ]);
    assert.equal(await program.ask(`String(${it}.name${n})`), "undefined");
    await program.ask(`last.set("of ${n}, written")`);
    assert.equal(await program.json(`${it}.live`), `of ${n}, written`);
    await program.ask(`last.set("of ${SAVES}")`);
  }
  // The names are again what they were: each is the namespace that it was.
  for (const n of [2, SAVES - 1]) {
    await program.saves(n, n);
    assert.equal(await program.ask(`last === kept.get(${n})`), "true");
    assert.deepEqual(await program.json(`[last.name${n}, last.default.n, last.live]`), [n, n, `of ${n}`]);
  }
});

test("CommonJS that requires it gets its present names", async (t) => {
  const program = await started(t);
  await program.ask(`isWanted = (n) => n === 2`);
  await program.saves(1, SAVES);
  const required = async (/** @type {number} */ n) => {
    assert.equal(await program.ask("isNamespace(get())"), "true");
    assert.equal(await program.ask("get() === get()"), "true");
    const keys = await program.json(`Object.keys(get()).filter((key) => !key.startsWith("c"))`);
    assert.deepEqual(keys, ["__esModule", "default", "live", `name${n}`, "set", "version"]);
    await program.ask(`last.set("written")`);
    assert.deepEqual(await program.json(`[get().__esModule, get().default.n, get().live, get().name${n}]`), [
      true,
      n,
      "written",
      n,
    ]);
  };
  await required(SAVES);
  await program.saves(SAVES + 1, SAVES + 1);
  await required(SAVES + 1);
  // What Node had loaded, and has no more, is the module's again.
  await program.saves(2, 2);
  assert.equal(await program.ask("last === kept.get(2)"), "true");
  await required(2);
});

test("where Node's loader is not to be had, updates go on as they did", async (t) => {
  const program = await started(t);
  await program.ask(`const inspector = process.getBuiltinModule("node:inspector");
    inspector.Session = class { connect() { globalThis.wasAsked = true; throw new Error("no inspector"); } }`);
  await program.saves(1, SAVES);
  assert.equal(await program.ask("wasAsked"), "true");
  assert.deepEqual(
    await program.json(`[last.version, last.name${SAVES}, get().name${SAVES}]`),
    Array(3).fill(SAVES),
  );
});
