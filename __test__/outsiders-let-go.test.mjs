// What sync.* has reloaded may import no more what it did, and that goes on with what it had: nobody has it, and nothing is said of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const passing = (/** @type {string} */ from) =>
  `import { v as own } from "./${from}.mjs"; export const v = own;`;
const valued = (/** @type {number} */ v) => `export const v = ${v};`;

for (const flags of [[], ["--import", "heatsync-rs/register"]]) {
  for (const via of ["require", "import"]) {
    test(`sync.${via} ${flags.join(" ")}`, async (t) => {
      const self = project(t, {
        "main.mjs": `import Heatsync from "heatsync-rs"; const sync = new Heatsync();
          const a = await sync.${via}("./a.mjs"), c = await sync.${via}("./c.mjs");
          let last;
          setInterval(() => { const now = [a.v, c.v].join(); if (now !== last) console.log("live " + JSON.stringify(last = now)); }, 1);`,
        "a.mjs": passing("b"),
        "b.mjs": passing("c"),
        "c.mjs": valued(1),
      });
      const program = self.run("main.mjs", { nodeArguments: flags });
      const live = async (/** @type {string} */ wanted) => {
        while ((await program.value("live")) !== wanted);
      };
      await live("1,1");
      self.write("c.mjs", valued(2));
      await live("2,2");
      self.write("a.mjs", valued(5));
      await live("5,2");
      self.write("c.mjs", valued(3));
      await live("5,3");
      // What was to be said of that has been said before this is live.
      self.write("c.mjs", valued(4));
      await live("5,4");
      assert.doesNotMatch(program.stderr, /keeps the old instance/);
    });
  }
}
