// A module below a boundary that an update reads again, as it is saved and undone, while a part of that update can't be linked: several
// attempts are made then, and what runs is what the last one that succeeded has read.

import { test } from "node:test";
import { project } from "./support/project.mjs";
import { belowBoundary, PRELUDE } from "./support/undone.mjs";

const member = (/** @type {string} */ text, /** @type {string} */ more) =>
  `import { c } from "./c.mjs"; import { q } from "./q.mjs"; ${more} export const p = () => "${text}";`;

/** Each attempt reads p.mjs as it was saved just then, until one succeeds. @param {string} more */
const between = (more) => `${PRELUDE}
  const [c, p] = ["c.mjs", "p.mjs"].map((name) => require("node:path").join(import.meta.dirname, name));
  const { prepare } = Graph.prototype;
  let isLinked = false;
  Graph.prototype.prepare = function (...given) {
    if (isLinked || this.superseding === null || !fs.readFileSync(c, "utf8").includes("new")) return Reflect.apply(prepare, this, given);
    fs.writeFileSync(p, ${JSON.stringify(member("between", more))});
    try {
      const result = Reflect.apply(prepare, this, given);
      isLinked = true;
      return result;
    } finally {
      fs.writeFileSync(p, ${JSON.stringify(member("as it was", more))});
    }
  };`;

for (const nodeArguments of [["--import", "heatsync-rs/register"], []]) {
  const how = nodeArguments.length > 0 ? "under register" : "by hot.init";
  for (const [what, more] of [
    ["what is put back by the end of an update that fails in part", ""],
    ["what an attempt that fails has read after one that did not", `import "./broken.mjs";`],
  ]) {
    test(`${what} is live (${how})`, async (t) => {
      const self = project(t, {
        "package.json": { type: "module" },
        "main.mjs": belowBoundary(between(more)),
        "all.mjs": `import { c } from "./c.mjs"; import { p } from "./p.mjs"; import { broken } from "./broken.mjs";
          export const all = [c, p(), broken].join();`,
        // In a cycle, so that it is read again though it was not saved.
        "p.mjs": member("as it was", more),
        "q.mjs": `import { p } from "./p.mjs"; export const q = () => p;`,
        "c.mjs": `export const c = "old";`,
        "broken.mjs": `export const broken = "sound";`,
      });
      const program = self.run("main.mjs", { nodeArguments });
      await program.line("sees old,as it was,sound");
      // What does not parse is held back for a moment: both are one update.
      self.write("broken.mjs", "export const broken = ;");
      self.write("c.mjs", `export const c = "new";`);
      await program.line("sees new,as it was,sound");
    });
  }
}
