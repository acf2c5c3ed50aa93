// JSON is two modules of one file: one that is imported, and one that is required. Where the first is accepted, what requires the second, and
// is held by sync.* or hmr() alone, is evaluated with it: of the file it counted as live.

import { test } from "node:test";
import { project } from "./support/project.mjs";

for (const [name, held] of Object.entries({
  "sync.import()": `const held = await sync.import("./held.cjs");`,
  "sync.require()": `const held = sync.require("./held.cjs");`,
  "hmr()": `let held; await hmr("./held.cjs", [], (it) => { held = it; }).ready;`,
})) {
  test(`JSON that what is accepted imports, and CommonJS of ${name} requires`, async (t) => {
    const own = project(t, {
      "data.json": "1",
      "accepted.mjs": `export { default as value } from "./data.json" with { type: "json" };`,
      "held.cjs": `exports.value = require("./data.json");`,
      "main.mjs": `
        import Heatsync, { hmr } from "heatsync-rs";
        import * as accepted from "./accepted.mjs";
        import.meta.hot.accept("./accepted.mjs");
        const sync = new Heatsync();
        ${held}
        process.on("message", () => console.log("values " + [accepted.value, (held.default ?? held).value]));
        console.log("up");`,
    });
    const running = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await running.line("up");
    for (const n of [2, 3]) {
      own.write("data.json", `${n}`);
      await running.answers(`values ${n},${n}`);
    }
  });
}
