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
