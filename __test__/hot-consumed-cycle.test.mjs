// A cycle that is evaluated together, or not: that depends on what imports it, and so on whether what sync.* holds is read in that update.

import assert from "node:assert/strict";
import { test } from "node:test";
import { saveAtOnce } from "./support/hot-graph.mjs";
import { hotProgram } from "./support/hot-program.mjs";

test("a member that accepts itself, saved as what sync.* holds leaves the cycle, is bound to what is evaluated", async (t) => {
  const inCycle = (/** @type {number} */ n) =>
    `import { v as next } from "./next.mjs"; export const v = () => "member ${n}, " + next(); import.meta.hot.accept();`;
  const it = await hotProgram(t, {
    "main.mjs": `import fs from "node:fs";
      import Heatsync from "heatsync-rs";
      globalThis.fs = fs;
      const sync = new Heatsync();
      sync.events.on("error", (error) => say("sync hears", error.message));
      const held = await sync.import("./held.mjs");
      globalThis.seen = () => held.seen();`,
    "held.mjs": `import "./next.mjs"; import { v } from "./beside.mjs"; export const seen = () => "held 1, " + v();`,
    "beside.mjs": `import { v } from "./member.mjs"; export { v }; import.meta.hot.accept();`,
    "member.mjs": inCycle(1),
    "next.mjs": `import * as member from "./member.mjs"; export const v = () => "next " + typeof member.v;`,
  });
  assert.equal(await it.ask("seen()"), "held 1, member 1, next function");
  await saveAtOnce(/** @type {any} */ ({ ...it, write: it.self.write.bind(it.self) }), {
    "held.mjs": `import { v } from "./beside.mjs"; export const seen = () => "held 2, " + v();`,
    "member.mjs": inCycle(2),
  });
  await it.shows("held 2, member 2, next function", "seen()");
});
