// What CommonJS has by `hot.keep`, and sync.* evaluates anew, is there for its next version, though one in between threw, was caught, and was
// forgotten by Node.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const keeping = (/** @type {number} */ v) => `
  module.hot.keep("pool", () => { say("pool opened"); return {}; }, () => say("pool closed"));
  exports.v = ${v};`;

const FILES = {
  "main.mjs": `
import Heatsync from "heatsync-rs";
const sync = new Heatsync();
globalThis.held = sync.require("./held.cjs");`,
  "held.cjs": `try { exports.v = require("./pool.cjs").v; } catch (error) { exports.v = error.message; }`,
  "pool.cjs": keeping(1),
};

test("a version that threw, and was caught by who requires it, lies between", async (t) => {
  const it = await hotProgram(t, FILES);
  it.self.write("pool.cjs", `module.hot.accept(); throw new Error("no pool");`);
  await it.shows("no pool", "held.v");
  it.self.write("pool.cjs", keeping(3));
  await it.shows("3", "held.v");
  it.self.write("pool.cjs", keeping(4));
  await it.shows("4", "held.v");
  assert.deepEqual(it.said(), ["pool opened"]);
});

test("the version that threw ends what it has opened later than the next one has the value: that stays open", async (t) => {
  const it = await hotProgram(t, FILES);
  const slow = `
  module.hot.keep("pool", () => say("another"), () => say("closed by who threw"));
  module.hot.dispose(() => new Promise((resolve) => { globalThis.endThrown = resolve; }));
  throw new Error("no pool");`;
  it.self.write("pool.cjs", slow);
  await it.shows("no pool", "held.v");
  it.self.write("pool.cjs", keeping(3));
  await it.shows("3", "held.v");
  await it.ask("endThrown()");
  await it.ask("isTold()");
  it.self.write("pool.cjs", keeping(4));
  await it.shows("4", "held.v");
  assert.deepEqual(it.said(), ["pool opened"]);
});
