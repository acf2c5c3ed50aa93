// Namespace objects of modules whose names change: who has one sees what is left of it, and none is made that nobody sees.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { start } from "./support/hot-graph.mjs";
import { hotProgram } from "./support/hot-program.mjs";

// What is rehearsed has a facade, too, and these are counted.
process.env.HEATSYNC_REHEARSE = "0";

const internal = JSON.stringify(path.join(import.meta.dirname, "../runtime/esm/namespace/facade.cjs"));
const leaf = (/** @type {number} */ n) =>
  `export const version = ${n}; export const name${n} = ${n}; export function of${n}() { return version; }`;

/** @param {import("node:test").TestContext} t @param {string} accepting @param {string} files what the handler is in */
async function started(t, accepting, files = "main.mjs") {
  const accept = `import { version } from "./leaf.mjs"; globalThis.shown = () => version; ${accepting}`;
  const program = await hotProgram(t, {
    "main.mjs": files === "main.mjs" ? accept : `import "./${files}";`,
    ...(files === "main.mjs" ? {} : { [files]: accept }),
    "leaf.mjs": leaf(0),
  });
  const facades = async () => {
    const code = `require("node:v8").queryObjects(require(${internal}).Facade, { format: "count" })`;
    return Number(
      await program.ask(
        `((require) => ${code})(process.getBuiltinModule("node:module").createRequire(process.argv[1]))`,
      ),
    );
  };
  return { ...program, facades };
}

/** @type {[handler: string, sees: boolean][]} */
const HANDLERS = [
  ["() => {}", false],
  ["async () => {}", false],
  ["(leaf) => {}", true],
  ["(...them) => {}", true],
  ["function () { arguments; }", true],
];

for (const [handler, sees] of HANDLERS) {
  test(`accept("./leaf.mjs", ${handler}): ${sees ? "a namespace for each set of names" : "no namespace is made"}`, async (t) => {
    const program = await started(t, `import.meta.hot.accept("./leaf.mjs", ${handler});`);
    const before = await program.facades();
    for (let save = 1; save <= 6; save++) await program.save({ "leaf.mjs": leaf(save) });
    assert.equal(await program.ask("shown()"), "6");
    assert.equal((await program.facades()) - before, sees ? 6 : 0);
  });
}

test("what a handler was given goes on showing the names it has", async (t) => {
  const program = await started(
    t,
    `globalThis.seen = []; import.meta.hot.accept("./leaf.mjs", (leaf) => void seen.push(leaf));`,
  );
  for (let save = 1; save <= 4; save++) await program.save({ "leaf.mjs": leaf(save) });
  const shown =
    "JSON.stringify(seen.map((it) => Object.entries(it).map(([name, value]) => [name, value?.call?.() ?? value ?? null])))";
  const namesOf = (/** @type {number} */ n, /** @type {number} */ newest) => [
    [`name${n}`, n === newest ? n : null],
    [`of${n}`, n === newest ? newest : null],
    ["version", newest],
  ];
  const expected = (/** @type {number} */ newest, /** @type {number[]} */ all) =>
    JSON.stringify(all.map((n) => namesOf(n, newest)));
  assert.equal(await program.ask(shown), expected(4, [1, 2, 3, 4]));
  // The names are again what they were: it is that namespace again.
  await program.save({ "leaf.mjs": `${leaf(2)} // again` });
  assert.equal(await program.ask(shown), expected(2, [1, 2, 3, 4, 2]));
  assert.equal(await program.ask("seen[1] === seen[4]"), "true");
});

for (const barrel of [
  `module.exports = require("./d.cjs");`,
  `module.exports = { ...require("./d.cjs") };`,
]) {
  test(`CommonJS that passes on what another exports has its new names: ${barrel}`, async (t) => {
    const program = await start(t, {
      "root.mjs": `import { a } from "./barrel.cjs"; export const v = [a];`,
      "barrel.cjs": barrel,
      "d.cjs": "exports.a = 1;",
    });
    await program.shows("[1]");
    await program.save({ "d.cjs": "exports.a = 1; exports.b = 2;" });
    await program.save({
      "root.mjs": `import * as all from "./barrel.cjs"; import { b } from "./barrel.cjs"; export const v = [all.a, b];`,
    });
    await program.shows("[1,2]");
    const later = `import { c } from "./barrel.cjs"; export const v = [c];`;
    const result = await program.save({ "root.mjs": later });
    assert.equal(result.type, "linkError");
    program.write("d.cjs", "exports.c = 3;");
    await program.shows("[3]");
  });
}

test("what was given before a module left goes on showing the names it has, when that is back", async (t) => {
  const using = (/** @type {number} */ n) =>
    `import * as leaf from "./leaf.mjs"; (globalThis.seen ??= []).push(leaf); export const v = ${n};`;
  const program = await start(t, { "root.mjs": using(0), "leaf.mjs": leaf(0) });
  const shows = (/** @type {number} */ n) => program.shows(String(n));
  await shows(0);
  await program.save({ "leaf.mjs": leaf(1) });
  await program.ask("isTold()");
  const shown =
    "JSON.stringify(seen.map((it) => [it.version, it.name0 ?? null, it.name1 ?? null, it.of0?.() ?? null]))";
  assert.equal(await program.ask(shown), "[[1,null,null,null],[1,null,1,null]]");
  let turn = 1;
  /** @param {number} n */
  const leaveAndComeBackAs = async (n) => {
    await program.save({ "root.mjs": `export const v = ${++turn};` });
    await shows(turn);
    program.write("leaf.mjs", leaf(n));
    await program.save({ "root.mjs": using(++turn) });
    await shows(turn);
  };
  await leaveAndComeBackAs(2);
  assert.equal(await program.ask(shown), "[[2,null,null,null],[2,null,null,null],[2,null,null,null]]");
  // The names are again what they were at first: it is that namespace again.
  await leaveAndComeBackAs(0);
  assert.equal(await program.ask("seen[0] === seen[3]"), "true");
  assert.equal(await program.ask(shown), "[[0,0,null,0],[0,null,null,null],[0,null,null,null],[0,0,null,0]]");
});
