// A file that an update was planned with is gone when it is required, and back as it was saved, before anybody has looked: that the update was
// without it, its error says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

for (const [how, specifier] of [
  ["by its name", "./c.cjs"],
  ["without its extension", "./c"],
]) {
  test(`what is gone while it is required is evaluated when it is back: ${how}`, async (t) => {
    const c = specifier === "./c" ? "c.js" : "c.cjs";
    const { ask, program, save, self } = await hotProgram(t, {
      "main.cjs": `let b = require("./b.cjs"); module.hot.accept("./b.cjs", (it) => { b = it; });
        globalThis.seen = () => b.v;
        const fs = require("node:fs"), file = require.resolve("${specifier}");
        globalThis.away = () => fs.renameSync(file, file + ".away");`,
      "b.cjs": `if (globalThis.goes) away(); const c = require("${specifier}"); exports.v = "b " + c.v;`,
      [c]: "exports.v = 1;",
    });
    await ask("globalThis.goes = true");
    assert.equal((await save({ [c]: "exports.v = 2;" })).type, "evaluationError");
    await ask("globalThis.goes = false");
    self.rename(`${c}.away`, c);
    assert.equal((await program.value("result")).type, "accepted");
    assert.equal(await ask("seen()"), "b 2");
  });
}
