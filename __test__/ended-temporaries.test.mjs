// What sync.addTemporaryListener and its like have begun in a module that sync.* does not evaluate anew ends with its version all the
// same: with the one that a boundary's next import() replaces, and with one that nothing imports any more.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";
import { hotProgram } from "./support/hot-program.mjs";

const sync = `import Heatsync from "hot-hook"; export const sync = new Heatsync();`;
const get = `await (await import("./app.js", { with: { hot: "true" } })).heard()`;
const app = `export { heard } from "./below.js";`;
/** @param {number} v */
const below = (v) => `
  import { sync } from "./sync.js";
  sync.addTemporaryListener(process, "own:event", (heard) => heard.push("listener ${v}"));
  const timer = sync.addTemporaryInterval(() => {}, 1e6);
  globalThis.timers = [...(globalThis.timers ?? []), timer];
  export const heard = async () => {
    await new Promise(setImmediate);
    const heard = [];
    process.emit("own:event", heard);
    return [...heard, globalThis.timers.filter((it) => it.hasRef() && !it._destroyed).length].join();
  };`;

for (const [how, nodeArguments] of /** @type {[string, string[] | undefined][]} */ ([
  ["register", undefined],
  ["hot.init", []],
])) {
  test(`below a boundary (${how})`, async (t) => {
    const init = nodeArguments ? "await hot.init(import.meta.url);" : "";
    const files = { "main.js": main(`import "./sync.js";`, get, init), "sync.js": sync, "app.js": app };
    const it = new BoundaryProgram(t, { files: { ...files, "below.js": below(1) }, nodeArguments });
    await it.ready();
    assert.equal(await it.ask(), "got listener 1,1");
    for (const v of [2, 3]) {
      await it.save({ "below.js": below(v) });
      assert.equal(await it.ask(), `got listener ${v},1`);
    }
  });
}

test("in a module that is pruned", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `
      import "./app.mjs";
      import.meta.hot.accept("./app.mjs");`,
    "sync.mjs": `import Heatsync from "heatsync-rs"; export const sync = new Heatsync();`,
    "app.mjs": `import "./sync.mjs"; import "./below.mjs"; globalThis.v = 1;`,
    "below.mjs": `
      import { sync } from "./sync.mjs";
      sync.addTemporaryListener(process, "own:event", () => {});`,
  });
  await it.shows("1", `process.listenerCount("own:event")`);
  it.self.write("app.mjs", `import "./sync.mjs"; globalThis.v = 2;`);
  await it.shows("2", "v");
  await it.shows("0", `process.listenerCount("own:event")`);
});
