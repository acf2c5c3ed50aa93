// A function requires an ES module that was imported before, for the first time, just when that is saved: it is given what there is,
// and the save is news still.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const MAIN = `
  import fs from "node:fs";
  import Heatsync from "heatsync-rs";
  const sync = new Heatsync();
  const root = await sync.import("./root.mjs");
  const leaf = new URL("./leaf.mjs", import.meta.url);
  let last;
  setInterval(() => { if (root.value() !== last) console.log("value", (last = root.value())); }, 5);
  process.on("message", (text) => {
    fs.writeFileSync(leaf, text);
    console.log("given", root.late());
  });`;

for (const [way, nodeArguments] of Object.entries({
  "sync.import": [],
  "sync.import, registered": ["--import", "heatsync-rs/register"],
})) {
  test(`an ES module: ${way}`, async (t) => {
    const self = project(t, {
      "main.mjs": MAIN,
      "root.mjs": `import { createRequire } from "node:module"; import { v } from "./leaf.mjs"; import { other } from "./other.mjs";
        const require = createRequire(import.meta.url);
        export const value = () => v + other; export const late = () => require("./leaf.mjs").v;`,
      "leaf.mjs": "export const v = 1;",
      "other.mjs": "export const other = 0;",
    });
    const program = self.run("main.mjs", { nodeArguments });
    await program.line("value 1");
    // An update comes first: what it takes is loaded then.
    self.write("other.mjs", "export const other = 10;");
    await program.line("value 11");
    program.child.send("export const v = 2;");
    assert.equal(await program.line(/^given/), "given 1");
    await program.line("value 12");
  });
}
