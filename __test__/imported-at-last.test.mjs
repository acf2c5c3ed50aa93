// CommonJS that only CommonJS has required so far, and that an ES module imports in the very update that evaluates it anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { atOnce } from "./support/observed.mjs";
import { project } from "./support/project.mjs";
import { waysOfOneInstance } from "./support/seen.mjs";

const it = (/** @type {number} */ n) => `exports.it = { n: ${n} };`;

for (const [how, entry, isRegistered] of waysOfOneInstance()) {
  // It counted as what the update had left behind: its namespace showed for good what it was then.
  test(`${how}: what imports it sees its next version through its namespace`, async (t) => {
    const self = project(t, {
      "package.json": { type: "module" },
      "main.mjs": entry,
      "root.mjs": `import user from "./user.cjs"; export const value = () => "required " + user.it.n;`,
      "user.cjs": `exports.it = require("./it.cjs").it;`,
      "it.cjs": it(0),
    });
    const program = self.run("main.mjs", {
      nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
    });
    await program.line("value required 0");
    const root = `import user from "./user.cjs"; import * as own from "./it.cjs";
      export const value = () => \`\${own.it.n} \${own.it === user.it ? "one" : "two"}\`;`;
    await atOnce(program, () => {
      self.write("it.cjs", it(1));
      self.write("root.mjs", root);
    });
    await program.line("value 1 one");
    for (const n of [2, 3]) {
      self.write("it.cjs", it(n));
      assert.equal(await program.line(/^value/), `value ${n} one`);
    }
  });
}
