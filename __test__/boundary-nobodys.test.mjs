// What is imported by import() below boundaries in versions that were exchanged, or that nothing imports any more, and whose functions
// somebody has kept.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";

const GET = `(await import("./b.mjs", { with: { hot: "true" } })).v`;
/** A cycle, of which one is to go. */
const BELOW = { "x.mjs": `import "./y.mjs";`, "y.mjs": `import "./x.mjs"; export const y = 1;` };

for (const [way, nodeArguments] of Object.entries({
  "under register": ["--import", "hot-hook/register"],
  "by hot.init": [],
})) {
  /** @param {import("node:test").TestContext} t @param {Record<string, string>} files */
  const start = async (t, files) => {
    const before = `setInterval(() => {}, 1000); await hot.init(import.meta.url);
      process.on("message", (it) => { if (it === "load") globalThis.load().then(() => console.log("got loaded")); });`;
    const it = new BoundaryProgram(t, {
      files: { ...files, "main.js": main("", GET, before) },
      nodeArguments,
    });
    await it.ready();
    return it;
  };

  test(`what has left the graph does not hold what it imports (${way})`, async (t) => {
    const it = await start(t, {
      "b.mjs": `import { y } from "./y.mjs"; globalThis.load = (await import("./left.mjs")).load; export const v = y;`,
      "left.mjs": `export const load = () => import("./x.mjs");`,
      ...BELOW,
    });
    assert.equal(await it.ask(), "got 1");
    it.self.delete("left.mjs");
    it.self.write("b.mjs", `import { y } from "./y.mjs"; export const v = y + 1;`);
    await it.program.errorOutput(/left\.mjs: loaded anew/);
    await it.answers(/^got 2$/);
    await it.ask("load");
    it.self.delete("x.mjs");
    it.self.write("y.mjs", "export const y = 3;");
    await it.answers(/^got 4$/);
  });

  test(`what only the version before imports is not taken for its successor's (${way})`, async (t) => {
    const it = await start(t, {
      "b.mjs": `import { y } from "./y.mjs"; globalThis.load = () => import("./x.mjs"); export const v = y;`,
      ...BELOW,
    });
    assert.equal(await it.ask(), "got 1");
    await it.save({ "b.mjs": `import { y } from "./y.mjs"; export const v = y + 1;` });
    assert.equal(await it.ask(), "got 2");
    await it.ask("load");
    it.self.delete("x.mjs");
    it.self.write("y.mjs", "export const y = 3;");
    await it.answers(/^got 4$/);
  });
}
