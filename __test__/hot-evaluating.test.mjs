// Saves of modules whose first evaluation has not ended: who waits for them goes on with the new version. Programs under
// register, files saved for real.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const accepting = "import.meta.hot.accept();";
const waiting = "await new Promise((go) => { globalThis.go = go; });";

test("import() of it", async (t) => {
  const { ask, program, save } = await hotProgram(t, {
    "main.mjs": `globalThis.load = () => { globalThis.loading = import("./x.mjs").then(({ x }) => x); };
      import.meta.hot.accept("./x.mjs");`,
    "x.mjs": `${waiting} export const x = 1;`,
  });
  await ask("load()");
  while ((await ask("typeof go")) !== "function");
  assert.equal((await save({ "x.mjs": "export const x = 2;" })).type, "accepted");
  assert.equal(await ask("loading"), "2");
  await ask("go()");
  assert.equal(await ask("load(), loading"), "2");
  assert.equal(program.hasEnded, false);
});

test("what imports it statically", async (t) => {
  const { ask, program, said, save } = await hotProgram(t, {
    "main.mjs": `globalThis.load = () => { import("./top.mjs"); };`,
    "top.mjs": `import { x } from "./x.mjs"; say("top " + x); ${accepting}`,
    "x.mjs": `${accepting} ${waiting} export const x = 1;`,
  });
  await ask("load()");
  while ((await ask("typeof go")) !== "function");
  assert.equal((await save({ "x.mjs": `export const x = 2; ${accepting}` })).type, "accepted");
  await ask("go()");
  assert.deepEqual(said(), ["top 2"]);
  await save({ "x.mjs": `export const x = 3; ${accepting}` });
  await save({ "top.mjs": `import { x } from "./x.mjs"; say("new top " + x); ${accepting}` });
  assert.deepEqual(said(), ["new top 3"]);
  assert.equal(program.hasEnded, false);
});

test("a new version that throws: the one that is being evaluated goes on, also when it has ended meanwhile", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "main.mjs": `globalThis.load = () => { globalThis.loading = import("./x.mjs").then(({ x }) => x); };`,
    "x.mjs": `${accepting} ${waiting} export const x = 1;`,
  });
  await ask("load()");
  while ((await ask("typeof go")) !== "function");
  const broken = `go(); await new Promise((go) => setTimeout(go, 20)); throw new Error("x 2");`;
  assert.equal((await save({ "x.mjs": broken })).type, "evaluationError");
  assert.equal(await ask("loading"), "1");
});

test("an entry point that accepts itself, in a cycle with what it imports", async (t) => {
  const main = (/** @type {number} */ own) => `import { below } from "./below.mjs"; export const own = ${own};
    globalThis.seen = () => own + "," + below(); import.meta.hot.accept(); globalThis.hasStarted = true;`;
  const below = (/** @type {string} */ name) =>
    `import { own } from "./main.mjs"; export const below = () => own + "${name}";`;
  const { ask, save } = await hotProgram(t, { "main.mjs": main(1), "below.mjs": below("b") });
  assert.equal(await ask("seen()"), "1,1b");
  for (const [file, text, seen] of [
    ["main.mjs", main(2), "2,2b"],
    ["below.mjs", below("c"), "2,2c"],
    ["main.mjs", main(3), "3,3c"],
  ]) {
    const result = await save({ [file]: text });
    assert.deepEqual([result.type, result.acceptedBy], ["accepted", ["main.mjs"]]);
    assert.equal(await ask("seen()"), seen);
  }
});

test("a store of AsyncLocalStorage that a version enters before an await: its importers, and who accepts it, run without it", async (t) => {
  const entering = (/** @type {number} */ version) =>
    `import { als } from "./als.mjs"; als.enterWith("x ${version}"); await 0; say("x " + als.getStore());`;
  const { said, save } = await hotProgram(t, {
    "main.mjs": `import { als } from "./als.mjs"; import "./between.mjs";
      import.meta.hot.accept("./between.mjs", () => say("handler " + als.getStore()));`,
    "between.mjs": `import { als } from "./als.mjs"; import "./x.mjs"; say("between " + als.getStore());`,
    "x.mjs": entering(1),
    "als.mjs": `import { AsyncLocalStorage } from "node:async_hooks"; export const als = new AsyncLocalStorage();`,
  });
  assert.deepEqual(said(), ["x x 1", "between undefined"]);
  assert.equal((await save({ "x.mjs": entering(2) })).type, "accepted");
  assert.deepEqual(said(), ["x x 2", "between undefined", "handler undefined"]);
});
