// `invalidate()` that nobody can follow, since no importer accepts the module: it is told of, and the next save is asked of the same
// handlers anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const importer = (/** @type {string} */ hot) => `
  ${hot}.accept("./a", () => { if (globalThis.v === 1) ${hot}.invalidate(); });
  globalThis.invalidate = () => ${hot}.invalidate();`;
const ofModule = `import "./a.mjs"; ${importer("import.meta.hot").replace("./a", "./a.mjs")}`;
const ofCommonJs = `require("./a.cjs"); ${importer("module.hot").replace("./a", "./a.cjs")}`;

/** @type {[string, string, Record<string, string>, string[]][]} */
const programs = [
  ["the entry point", "a.mjs", { "main.mjs": ofModule }, ["main.mjs"]],
  [
    "a module that the entry point imports",
    "a.mjs",
    { "main.mjs": `import "./x.mjs";`, "x.mjs": ofModule },
    ["main.mjs", "x.mjs"],
  ],
  ["CommonJS", "a.cjs", { "main.cjs": ofCommonJs }, ["main.cjs"]],
];

for (const [what, file, files, way] of programs) {
  test(`${what} invalidates itself, and takes the next save`, async (t) => {
    const { ask, program, save } = await hotProgram(t, { ...files, [file]: "globalThis.v = 0;" });
    const refused = await save({ [file]: "globalThis.v = 1;" });
    assert.deepEqual([refused.type, refused.path, refused.files], ["unaccepted", way, [file]]);
    const taken = await save({ [file]: "globalThis.v = 2;" });
    assert.deepEqual([taken.type, taken.acceptedBy], ["accepted", way.slice(-1)]);
    assert.equal(await ask("v"), "2");
    // One that was asked for in between has an update of its own.
    await ask("invalidate()");
    const asked = await program.value("result");
    assert.deepEqual([asked.type, asked.path], ["unaccepted", way]);
    assert.equal((await save({ [file]: "globalThis.v = 3;" })).type, "accepted");
    assert.equal(await ask("v"), "3");
  });
}

test("a new version that invalidates itself while it is evaluated takes what it imports once its importer has taken it", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "main.mjs": `import "./x.mjs"; import.meta.hot.accept("./x.mjs");`,
    "x.mjs": `import "./a.mjs"; import.meta.hot.accept(); import.meta.hot.accept("./a.mjs");`,
    "a.mjs": "globalThis.v = 0;",
  });
  const invalid = `import "./a.mjs"; import.meta.hot.accept(); import.meta.hot.accept("./a.mjs"); import.meta.hot.invalidate();`;
  assert.deepEqual((await save({ "x.mjs": invalid })).acceptedBy, ["main.mjs"]);
  assert.deepEqual((await save({ "a.mjs": "globalThis.v = 1;" })).acceptedBy, ["x.mjs"]);
  assert.equal(await ask("v"), "1");
});
