// CommonJS that Node has linked for a package which did not link after all: Node keeps the text that the file had then, and whoever
// requires or imports the file later is to have the one that it has by then.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { waysOfOneInstance } from "./support/seen.mjs";

/** What the root is once the package is not asked for any more. */
const USES = {
  "an ES module imports it": `import c from "./c.cjs"; export const value = () => c.it;`,
  "a function requires it": `import late from "./late.cjs"; export const value = () => late();`,
};

for (const [how, entry, isRegistered] of waysOfOneInstance(
  `sync.events.on("error", (error) => console.error(error.message));`,
)) {
  for (const [name, root] of Object.entries(USES)) {
    test(`${how}: ${name}, and it was saved since`, async (t) => {
      const self = project(t, {
        "package.json": { type: "module" },
        "node_modules/pkg/package.json": { type: "module", exports: "./index.mjs" },
        "node_modules/pkg/index.mjs": `export { default } from "../../c.cjs"; export { lacks } from "../../b.mjs";`,
        "main.mjs": entry,
        "root.mjs": `export const value = () => "nothing";`,
        "c.cjs": `exports.it = "old";`,
        "late.cjs": `module.exports = () => require("./c.cjs").it;`,
        "b.mjs": `export const has = 1;`,
      });
      const program = self.run("main.mjs", {
        nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
      });
      await program.line("value nothing");
      self.write("root.mjs", `import c from "pkg"; export const value = () => "of the package " + c.it;`);
      await program.errorOutput(/lacks/);
      self.write("c.cjs", `exports.it = "new";`);
      self.write("root.mjs", root);
      assert.equal(await program.line(/^value/), "value new");
    });
  }
}
