// CommonJS that somebody goes on with is not ended with what is given up beside it, though nothing in the graph shows who has it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

/** @param {string} name */
const opens = (name) => `say("${name}"); module.hot.own(() => say("end ${name}"));`;

test("what is loaded, and taken out of the cache and of its requirer's children, is not ended once an import() finds what throws", async (t) => {
  const { ask, said } = await hotProgram(t, {
    "main.cjs": `
      const file = require.resolve("./lazy.cjs");
      require("./through.cjs");
      for (const at of [file, require.resolve("./through.cjs")]) delete require.cache[at];
      module.children.length = 0;
      globalThis.rejected = import("./bad.mjs").catch(() => {});`,
    "through.cjs": `require("./lazy.cjs"); module.children.length = 0; ${opens("through")}`,
    "lazy.cjs": opens("lazy"),
    "bad.mjs": `import "./bad.cjs";`,
    "bad.cjs": `throw new Error("on purpose");`,
  });
  await ask("rejected.then(() => isTold())");
  assert.deepEqual(said(), ["lazy", "through"]);
});
