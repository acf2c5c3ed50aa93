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

test("CommonJS that a package has imported, too, before it was evaluated for a version that was given up, is the package's", async (t) => {
  const accept = "import.meta.hot.accept();";
  const { ask, save, said } = await hotProgram(t, {
    "node_modules/of-package/package.json": { name: "of-package", main: "main.cjs" },
    "node_modules/of-package/main.cjs": "exports.bring = (url) => import(url);",
    "main.mjs": `import "./top.mjs";`,
    "top.mjs": accept,
    "throws.mjs": `
      import { bring } from "of-package";
      globalThis.imported = import("./late.cjs");
      queueMicrotask(() => { globalThis.brought = bring(import.meta.resolve("./late.cjs")); });
      throw new Error("on purpose");`,
    "late.cjs": `require("./below.cjs"); ${opens("late")}`,
    "below.cjs": opens("below"),
  });
  const both = await save({ "top.mjs": `${accept} import "./throws.mjs"; import "./late.cjs";` });
  assert.equal(both.type, "evaluationError");
  await ask("Promise.all([imported, brought]).then(() => isTold())");
  said();
  assert.equal((await save({ "top.mjs": `${accept} import "./late.cjs";` })).type, "accepted");
  assert.equal((await save({ "top.mjs": accept })).type, "accepted");
  assert.deepEqual(said(), []);
});
