// Who imports what sync.* and hmr() hold, and is not theirs, goes on with what it has: that is said once, where it can be known.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const holds = {
  "sync.import": `held = await sync.import("./x.mjs");`,
  hmr: `await hmr("./x.mjs", [], (module) => { held = module; });`,
};
const words = /x\.mjs was reloaded; a\.mjs imports it directly and keeps the old instance/g;

for (const [how, hold] of Object.entries(holds)) {
  const main = `import Heatsync, { hmr } from "heatsync-rs"; import "./a.mjs"; import "./b.mjs";
    const sync = new Heatsync(); let held; ${hold} globalThis.seen = () => [held.v, a()].join();`;

  test(`${how}: under register, of who imports it by a declaration`, async (t) => {
    const { ask, program, self, shows } = await hotProgram(t, {
      "main.mjs": main,
      "a.mjs": `import { v } from "./x.mjs"; globalThis.a = () => v;`,
      "b.mjs": "export {};",
      "x.mjs": "export const v = 1;",
    });
    self.write("x.mjs", "export const v = 2;");
    await shows("2,1", "seen()");
    await program.errorOutput(words);
    self.write("x.mjs", "export const v = 3;");
    await shows("3,1", "seen()");
    assert.equal(program.stderr.match(words)?.length, 1);
    assert.doesNotMatch(program.stderr, /b\.mjs/);
    assert.equal(await ask("seen()"), "3,1");
  });

  test(`${how}: nothing is said where that follows`, async (t) => {
    const { program, save, shows } = await hotProgram(t, {
      "main.mjs": main,
      "a.mjs": `import { v } from "./x.mjs"; globalThis.a = () => v; import.meta.hot.accept("./x.mjs");`,
      "b.mjs": "export {};",
      "x.mjs": "export const v = 1;",
    });
    await save({ "x.mjs": "export const v = 2;" });
    await shows("2,2", "seen()");
    assert.doesNotMatch(program.stderr, /keeps the old instance/);
  });
}

test("sync.import: nothing is said of what it evaluates with it", async (t) => {
  const { program, self, shows } = await hotProgram(t, {
    "main.mjs": `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); globalThis.held = await sync.import("./top.mjs");`,
    "top.mjs": `export { v } from "./mid.mjs";`,
    "mid.mjs": `import { v as x } from "./x.mjs"; export const v = x;`,
    "x.mjs": "export const v = 1;",
  });
  self.write("x.mjs", "export const v = 2;");
  await shows("2", "held.v");
  assert.doesNotMatch(program.stderr, /keeps the old instance/);
});
