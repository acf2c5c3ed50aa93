// What leaves the graph, and what stays, as somebody imports it while that is told of.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

test("what a listener of beforePrune imports stays", async (t) => {
  const { ask, program, said, save, shows } = await hotProgram(t, {
    "main.mjs": `import * as root from "./root.mjs"; import.meta.hot.accept("./root.mjs");
      import { hot } from "heatsync-rs";
      hot.on("beforePrune", async () => { globalThis.a = await import("./a.mjs"); });
      import.meta.hot.accept("./a.mjs");
      globalThis.shown = () => [root.v, globalThis.a?.v].join();
      globalThis.isSame = async () => (await import("./a.mjs")) === globalThis.a;`,
    "root.mjs": `import "./a.mjs"; import "./b.mjs"; export const v = 1;`,
    "a.mjs": `export const v = 1; import.meta.hot.dispose(() => say("a closes"));`,
    "b.mjs": `import.meta.hot.prune(() => say("b goes"));`,
  });
  assert.deepEqual((await save({ "root.mjs": "export const v = 2;" })).pruned, ["b.mjs"]);
  await shows("2,1", "shown()");
  assert.deepEqual(said(), ["b goes"]);
  assert.deepEqual((await save({ "a.mjs": "export const v = 2;" })).type, "accepted", program.stderr);
  await shows("2,2", "shown()");
  assert.equal(await ask("isSame()"), "true");
});

/** Who imports y natively, past the graph. @type {Record<string, { main: string, files?: Record<string, string>, without?: string }>} */
const natively = {
  "code of eval": { main: `await (0, eval)("import('" + import.meta.resolve("./y.cjs") + "')");` },
  "a package": {
    main: `import "has";`,
    files: {
      "node_modules/has/package.json": `{ "exports": "./index.mjs" }`,
      "node_modules/has/index.mjs": `import "../../y.cjs";`,
    },
    // What packages import is loaded past all hooks there (docs/hot-notes.md, 46).
    without: "v20.",
  },
};

for (const [who, { main, files = {}, without }] of Object.entries(natively)) {
  const skip = without !== undefined && process.version.startsWith(without);
  test(`CommonJS that ${who} imports stays when nothing hot does any more`, { skip }, async (t) => {
    const { program, said, save } = await hotProgram(t, {
      "main.mjs": `${main} import * as x from "./x.mjs"; import.meta.hot.accept("./x.mjs");`,
      "x.mjs": `import "./y.cjs"; import "./z.cjs";`,
      "y.cjs": `module.hot.prune(() => say("y goes"));`,
      "z.cjs": `module.hot.prune(() => say("z goes"));`,
      ...files,
    });
    assert.deepEqual((await save({ "x.mjs": "" })).pruned, ["z.cjs"], program.stderr);
    assert.deepEqual(said(), ["z goes"]);
    const { type } = await save({ "y.cjs": "exports.v = 2;" });
    assert.deepEqual([type, said()], ["unaccepted", []]);
  });
}
