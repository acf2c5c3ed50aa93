// Values of `hot.keep` of versions that threw, in programs of real files.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

test("what destroys a value of hot.keep is not of a version that threw where an importer, or who requires it, evaluates it", async (t) => {
  const x = (/** @type {number} */ n, then = "") =>
    `module.hot.keep("a", () => say("create"), () => say("destroy in ${n}")); ${then}`;
  for (const [name, files] of [
    ["x.cjs", {}],
    ["y.cjs", { "y.cjs": `require("./x.cjs");` }],
  ]) {
    const { save, said } = await hotProgram(t, {
      ...{ "main.mjs": `import "./top.mjs";`, "x.cjs": x(1) },
      ...{ "top.mjs": `import.meta.hot.accept(); import "./${name}";`, ...files },
    });
    assert.deepEqual(said(), ["create"]);
    const threw = await save({ "x.cjs": x(2, `throw new Error("on purpose");`) });
    assert.equal(threw.type, "evaluationError", name);
    assert.equal((await save({ "top.mjs": "import.meta.hot.accept();" })).type, "accepted", name);
    assert.deepEqual(said(), ["destroy in 1"], name);
  }
});
