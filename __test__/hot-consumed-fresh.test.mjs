// What an update of sync.* and hmr() under register loads for the first time, and gives up since something throws: what that has opened
// by its `import.meta.hot`, or `module.hot`, is ended. The next attempt evaluates it anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const holders = `
import Heatsync from "heatsync-rs";
const sync = new Heatsync();
sync.events.on("error", (error) => say("sync hears", error.message));
globalThis.held = {};
`;

/** @param {"import.meta.hot" | "module.hot"} hot */
const fresh = (hot) => `
  ${hot}.own({ close() { say("fresh closed"); } });
  ${hot}.dispose(() => say("fresh disposed"));
  ${hot}.keep("pool", () => { say("pool opened"); return {}; }, () => say("pool closed"));
  say("fresh runs");`;

for (const [held, load] of /** @type {const} */ ([
  ["held.cjs", `held = sync.require("./held.cjs");`],
  ["held.mjs", `held = await sync.import("./held.mjs");`],
])) {
  for (const [name, hot] of /** @type {const} */ ([
    ["fresh.cjs", "module.hot"],
    ["fresh.mjs", "import.meta.hot"],
  ])) {
    test(`${held}, whose version that throws is the first to have ${name}`, async (t) => {
      const isModule = held.endsWith(".mjs");
      const has = isModule ? `import "./${name}";` : `require("./${name}");`;
      const exported = (/** @type {number} */ v) =>
        isModule ? `export const v = ${v};` : `exports.v = ${v};`;
      const it = await hotProgram(t, {
        "main.mjs": `${holders} ${load}`,
        [held]: exported(1),
        [name]: fresh(hot),
      });
      it.self.write(held, `${has} throw new Error("body");`);
      await it.program.waitFor(() => /sync hears body/.test(it.program.stdout), "sync hears body");
      await it.ask("isTold()");
      // An ES module that CommonJS has required goes on, and is what is required next.
      const goesOn = !isModule && name === "fresh.mjs";
      const closed = goesOn ? [] : ["fresh closed", "fresh disposed", "pool closed"];
      const opened = ["fresh runs", "pool opened"];
      assert.deepEqual(it.said().sort(), [...closed, ...opened, "sync hears body"].sort());
      it.self.write(held, `${has} ${exported(2)}`);
      await it.shows("2", "held.v");
      assert.deepEqual(it.said().sort(), goesOn ? [] : opened);
    });
  }
}
