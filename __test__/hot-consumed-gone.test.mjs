// What sync.* holds is deleted, and evaluated all the same, because of what it imports, which somebody else accepts: what was
// evaluated is it, though its file is gone. Once that is back as it was, nothing would be evaluated any more.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const lib = (/** @type {number} */ n) => `export const v = ${n};`;

for (const [how, code] of [
  ["sync.import", `const held = await sync.import("./held.mjs");`],
  ["sync.require", `const held = sync.require("./held.mjs");`],
]) {
  test(`what ${how} holds is deleted, and what it imports is saved: it shows what was evaluated`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": `import Heatsync from "heatsync-rs";
        const sync = new Heatsync();
        sync.events.on("error", (error) => say("sync hears", error.message));
        ${code}
        globalThis.seen = () => held.seen();`,
      "held.mjs": `import { v } from "./lib.mjs"; import { w } from "./mid.mjs"; export const seen = () => [v, w()].join();`,
      "mid.mjs": `import { v } from "./lib.mjs"; import.meta.hot.accept(); export const w = () => v;`,
      "lib.mjs": lib(1),
    });
    assert.equal(await it.ask("seen()"), "1,1");
    it.self.delete("held.mjs");
    const { type, evaluated } = await it.save({ "lib.mjs": lib(2) });
    assert.deepEqual([type, evaluated.toSorted()], ["accepted", ["held.mjs", "lib.mjs", "mid.mjs"]]);
    await it.shows("2,2", "seen()");
    assert.deepEqual(it.said(), []);
  });
}

test("what is deleted sync.* goes on without, and who accepts it does not: what is saved then comes to both", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `import Heatsync from "heatsync-rs";
      import * as accepted from "./accepted.mjs";
      import.meta.hot.accept("./accepted.mjs");
      const sync = new Heatsync();
      const required = sync.require("./required.cjs"), imported = await sync.import("./imported.mjs");
      globalThis.seen = () => [accepted.v, required.v, imported.v].join();`,
    "accepted.mjs": `import { v as of } from "./mid.cjs"; export const v = of;`,
    "required.cjs": `exports.v = require("./mid.cjs").v;`,
    "imported.mjs": `import { v as of } from "./lib.cjs"; export const v = of;`,
    "mid.cjs": `exports.v = require("./lib.cjs").v;`,
    "lib.cjs": `try { exports.v = require("./data.json"); } catch { exports.v = "none"; }`,
    "data.json": "1",
  });
  assert.equal(await it.ask("seen()"), "1,1,1");
  it.self.delete("data.json");
  await it.shows("1,none,none", "seen()");
  it.self.write("lib.cjs", "exports.v = 2;");
  await it.shows("2,2,2", "seen()");
});

test("JSON is deleted and comes back, while other JSON is gone still: who imports it has it, as who requires it does", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `import Heatsync from "heatsync-rs";
      import required from "./required.cjs";
      import.meta.hot.accept("./required.cjs");
      const sync = new Heatsync();
      sync.events.on("error", () => { globalThis.failed = true; });
      const imported = await sync.import("./imported.mjs"), other = sync.require("./other.cjs");
      required.b(), other.both();
      globalThis.seen = () => [required.b(), imported.v].join();`,
    "required.cjs": `exports.b = () => require("./b.json");`,
    "other.cjs": `exports.both = () => [require("./a.json"), require("./b.json")];`,
    "imported.mjs": `import v from "./b.json" with { type: "json" }; export { v };`,
    "a.json": "1",
    "b.json": "1",
  });
  assert.equal(await it.ask("seen()"), "1,1");
  it.self.delete("a.json");
  it.self.delete("b.json");
  await it.shows("true", "Boolean(globalThis.failed)");
  it.self.write("b.json", "2");
  await it.shows("2,2", "seen()");
});
