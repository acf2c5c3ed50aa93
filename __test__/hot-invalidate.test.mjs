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

// As in Vite, where the importers are asked, too. What a module says of itself before an update is why there is one.
for (const [when, how] of [
  ["as it is disposed", (/** @type {string} */ hot) => `${hot}.dispose(() => ${hot}.invalidate("no"));`],
  [
    "as the update begins",
    (/** @type {string} */ hot) => `${hot}.on("beforeUpdate", () => ${hot}.invalidate("no"));`,
  ],
]) {
  for (const [kind, hot, load, file] of [
    ["an ES module", "import.meta.hot", `import "./x.mjs";`, "x.mjs"],
    ["an ES module that imports", "import.meta.hot", `import "./x.mjs";`, "x.mjs"],
    ["CommonJS", "module.hot", `require("./x.cjs");`, "x.cjs"],
  ]) {
    test(`${kind} that accepts itself, and invalidates itself ${when}, is its importer's`, async (t) => {
      const more = kind.endsWith("imports") ? `import "node:fs"; import "./y.mjs";` : "";
      const main = load.startsWith("import") ? "main.mjs" : "main.cjs";
      const accepting = `${load} ${hot}.accept("./${file}", () => { globalThis.told = (globalThis.told ?? 0) + 1; });`;
      const x = (/** @type {number} */ n, says = "") =>
        `${more} globalThis.v = ${n}; ${hot}.accept(); ${says}`;
      const { ask, program, save } = await hotProgram(t, {
        ...{ [main]: accepting, [file]: x(1, how(hot)), "y.mjs": "" },
      });
      const taken = await save({ [file]: x(2) });
      assert.deepEqual([taken.type, taken.acceptedBy], ["accepted", [main]]);
      assert.equal(await ask("[v, told]"), "2,1");
      // That was the version before.
      const after = await save({ [file]: x(3, `globalThis.invalidate = () => ${hot}.invalidate();`) });
      assert.deepEqual([after.acceptedBy, await ask("[v, told]")], [[file], "3,1"]);
      await ask("invalidate()");
      assert.deepEqual((await program.value("result")).acceptedBy, [file]);
    });
  }
}
