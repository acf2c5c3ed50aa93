// What is said when something comes that a module, which nobody accepts, went on without: it was not saved itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const words = (/** @type {string} */ what, /** @type {string} */ who) =>
  new RegExp(
    `^\\[heatsync\\] ${what}: loaded by the next import\\(\\) or require\\(\\); ${who} went on without it, and stays as it is: nobody accepts it: ${who}, in [\\d.]+ ms$`,
    "m",
  );

for (const [name, broken] of [
  ["does not parse", "export const v = ;"],
  ["misses an import", `import "./gone.mjs"; export const v = 0;`],
  ["throws", `export const v = 0; throw new Error("body");`],
]) {
  test(`an import() that was caught, of what ${name}, and is mended`, async (t) => {
    const { ask, program, save } = await hotProgram(t, {
      "main.mjs": `globalThis.seen = () => import("./m.mjs").then(({ v }) => v, () => "caught"); await seen();`,
      "m.mjs": broken,
    });
    assert.equal(await ask("seen()"), "caught");
    await save({ "m.mjs": "export const v = 1;" });
    await program.errorOutput(words("m\\.mjs", "main\\.mjs"));
    assert.equal(await ask("seen()"), "1");
    assert.doesNotMatch(program.stderr, /restart to see it/);
    // A save of who imports it is another matter.
    await save({ "main.mjs": "// edited" });
    await program.errorOutput(/main\.mjs: nobody accepts it: main\.mjs, in [\d.]+ ms; restart to see it/);
  });
}

test("a require() that was caught, of what is not there, and comes", async (t) => {
  const { ask, program, self } = await hotProgram(t, {
    "main.cjs": `globalThis.seen = () => { try { return require("./m").v; } catch { return "caught"; } }; seen();`,
  });
  self.write("m.js", "exports.v = 1;");
  await program.errorOutput(words("\\./m", "main\\.cjs"));
  assert.equal(await ask("seen()"), "1");
});
