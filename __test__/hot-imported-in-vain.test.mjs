// What a version that throws has imported by import(), under register: it is closed with that version, and a change of it is another try.

import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./support/hot-graph.mjs";

const ROOT = `import "./f.mjs"; export const v = 2;`;
const F = `const { x } = await import("./x.mjs"); if (x !== 2) throw new Error("not yet");`;
const X = (/** @type {number} */ x) => `
  export const x = ${x};
  say("x opens");
  import.meta.hot.dispose(() => say("x closes"));`;

for (const [whose, files, name, texts] of /** @type {const} */ ([
  ["a version", { "x.mjs": X(1) }, "x.mjs", [`${F} export const v = 2;`, X(2)]],
  ["a module that is new", { "f.mjs": F, "x.mjs": X(1) }, "x.mjs", [ROOT, X(2)]],
  [
    "a module that is new, and what that imports,",
    {
      "f.mjs": F,
      "x.mjs": X(1).replace("= 1", "= y").concat(`import { y } from "./y.mjs";`),
      "y.mjs": "export const y = 1;",
    },
    "y.mjs",
    [ROOT, "export const y = 2;"],
  ],
  [
    "a module that is new, and throws, too,",
    { "f.mjs": F, "x.mjs": `${X(1)} throw new Error("x");` },
    "x.mjs",
    [ROOT, X(2)],
  ],
])) {
  test(`what ${whose} had imported by import() is closed when it throws, and mends it when it is saved`, async (t) => {
    const { program, said, save, shows, write } = await start(t, {
      "root.mjs": "export const v = 1;",
      ...files,
    });
    await shows("1");
    assert.equal((await save({ "root.mjs": texts[0] })).type, "evaluationError");
    const first = said();
    assert.deepEqual(first.slice(0, 2), ["x opens", "x closes"]);
    await shows("1");
    write(name, texts[1]);
    await shows("2");
    // On a busy machine the first save may be seen twice, and tried twice.
    const all = [...first, ...said()];
    assert.deepEqual(
      all,
      all.map((_, index) => (index % 2 === 0 ? "x opens" : "x closes")),
    );
    assert.equal(all.at(-1), "x opens", program.stderr);
  });
}

test("what a version that throws had imported by import() stays if somebody else has it", async (t) => {
  const { said, save, shows } = await start(t, {
    "root.mjs": "export const v = 1;",
    "x.mjs": X(1),
    "main.mjs": `import "./x.mjs"; import * as root from "./root.mjs"; import.meta.hot.accept("./root.mjs"); globalThis.shown = () => root.v;`,
  });
  await shows("1");
  assert.deepEqual(said(), ["x opens"]);
  assert.equal((await save({ "root.mjs": F })).type, "evaluationError");
  await save({ "root.mjs": "export const v = 3;" });
  await shows("3");
  assert.deepEqual(said(), []);
});
