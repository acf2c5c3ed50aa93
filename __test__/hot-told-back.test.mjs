// A handler has taken a new version, and something else that imports it throws then: it is told of the one that goes on. Else what it had
// made of the new one would stay, beside bindings that are the old ones again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const throwing = `if (globalThis.v === 2) throw new Error("not 2");`;
const accepting = `{ say("told", x.v); globalThis.made = x.v; }`;

/** @type {[string, Record<string, string>, (n: number) => Record<string, string>][]} */
const programs = [
  [
    "an importer",
    {
      "main.mjs": `import "./a.mjs"; import "./y.mjs"; import.meta.hot.accept("./y.mjs");`,
      "a.mjs": `import "./x.mjs"; import.meta.hot.accept("./x.mjs", (x) => ${accepting});`,
      "y.mjs": `import "./x.mjs"; ${throwing}`,
    },
    (n) => ({ "x.mjs": `export const v = globalThis.v = ${n};` }),
  ],
  [
    "a module that accepts itself",
    {
      "main.mjs": `import "./a.mjs"; import "./y.mjs"; import.meta.hot.accept("./y.mjs");`,
      "a.mjs": `import { v as it } from "./x.mjs"; export const v = it; import.meta.hot.accept((x) => ${accepting});`,
      "y.mjs": `import "./x.mjs"; ${throwing}`,
    },
    (n) => ({ "x.mjs": `export const v = globalThis.v = ${n};` }),
  ],
  [
    "CommonJS",
    {
      "main.cjs": `require("./a.cjs"); require("./y.cjs"); module.hot.accept("./y.cjs");`,
      "a.cjs": `require("./x.cjs"); module.hot.accept("./x.cjs", (x) => ${accepting});`,
      "y.cjs": `require("./x.cjs"); ${throwing}`,
    },
    (n) => ({ "x.cjs": `exports.v = globalThis.v = ${n};` }),
  ],
];

for (const [what, files, x] of programs) {
  test(what, async (t) => {
    const { ask, said, save } = await hotProgram(t, { ...files, ...x(1) });
    assert.equal((await save(x(2))).type, "evaluationError");
    assert.deepEqual(said(), ["told 2", "told 1"]);
    assert.equal(await ask("made"), "1");
    assert.equal((await save(x(3))).type, "accepted");
    assert.deepEqual(said(), ["told 3"]);
  });
}

test("a handler that throws as it is told of that: nobody is asked, and the next save is told to it as ever", async (t) => {
  const [, files, x] = programs[0];
  const throws = `(x) => { say("told", x.v); if (x.v === 1) throw new Error("no way back"); }`;
  const { program, said, save } = await hotProgram(t, {
    ...{ ...files, ...x(1) },
    "a.mjs": `import "./x.mjs"; import.meta.hot.accept("./x.mjs", ${throws});`,
  });
  assert.equal((await save(x(2))).type, "evaluationError");
  assert.deepEqual(said(), ["told 2", "told 1"]);
  await program.errorOutput(
    "a.mjs: an accept handler threw as it was told of the version that goes on: Error: no way back",
  );
  assert.doesNotMatch(program.stderr, /importers are asked/);
  assert.equal((await save(x(3))).type, "accepted");
  assert.deepEqual(said(), ["told 3"]);
});
