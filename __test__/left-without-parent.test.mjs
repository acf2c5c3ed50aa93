// CommonJS that comes with an update which throws is nobody's, though no module of the graph is its parent: it has none, as in Node, if it is
// imported there and required before; or its parent is what has thrown, whose file may be gone by then.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { HOT } from "./support/seen.mjs";

const ROOT = `import { dep } from "./dep.mjs"; export const value = () => dep;`;

/** @type {Record<string, Record<string, string>>} */
const WAYS = {
  "is imported there": { "user.cjs": `require("./fresh.cjs"); throw new Error("in vain");` },
  "is of what was gone as it threw": {
    "user.cjs": `require("./goes.cjs");`,
    "goes.cjs": `require("./fresh.cjs"); require("node:fs").rmSync(__filename); throw new Error("in vain");`,
  },
};

for (const [how, files] of Object.entries(WAYS)) {
  test(`CommonJS that has come with an update that threw is no root: what ${how}`, async (t) => {
    const self = project(t, {
      "main.mjs": HOT,
      "root.mjs": ROOT,
      "dep.mjs": "export const dep = 1;",
      "fresh.cjs": `exports.dep = require("./dep.mjs").dep;`,
      ...files,
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("value 1");
    const others = how === "is imported there" ? `import "./fresh.cjs";` : "";
    self.write("root.mjs", `import "./user.cjs"; ${others} ${ROOT}`);
    await program.errorOutput(/in vain/);
    self.write("root.mjs", ROOT);
    // Saved while it is tried once more without what is gone, it is evaluated.
    await program.errorOutput(/root\.mjs: (back to the version that runs|1 evaluated)/);
    self.write("dep.mjs", "export const dep = 2;");
    await program.line("value 2");
    assert.ok(!program.stderr.includes("nobody accepts it"), program.stderr);
  });
}
