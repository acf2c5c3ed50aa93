// A module that comes with an update of sync.*, is saved again just after that has read it, and required then: that gives what was read, and
// what it holds is news.

import { test } from "node:test";
import { project } from "./support/project.mjs";
import { synced } from "./support/seen.mjs";
import { PRELUDE } from "./support/undone.mjs";

const fresh = (/** @type {string} */ text) => `export const fresh = ${JSON.stringify(text)};`;

const BEFORE = `${PRELUDE}
  const file = require("node:path").join(import.meta.dirname, "fresh.mjs");
  const { renew } = Graph.prototype;
  Graph.prototype.renew = function (...given) {
    const isNew = !given[2].fresh.has(file);
    const module = Reflect.apply(renew, this, given);
    if (isNew && given[2].fresh.has(file)) {
      fs.writeFileSync(file, ${JSON.stringify(fresh("saved again"))});
      console.log("saved");
    }
    return module;
  };`;

for (const how of /** @type {const} */ (["import", "require"])) {
  for (const nodeArguments of [["--import", "heatsync-rs/register"], []]) {
    test(`sync.${how}${nodeArguments.length > 0 ? ", registered" : ""}: what comes with an update, and is saved before it is required, is live`, async (t) => {
      const self = project(t, {
        "package.json": { type: "module" },
        "main.mjs": synced(how, BEFORE),
        "root.mjs": `export const value = () => "nothing";`,
        "fresh.mjs": fresh("as it was"),
        "user.cjs": `exports.fresh = require("./fresh.mjs").fresh;`,
      });
      const program = self.run("main.mjs", { nodeArguments });
      await program.line("value nothing");
      self.write(
        "root.mjs",
        `import { fresh } from "./fresh.mjs"; import user from "./user.cjs"; export const value = () => fresh + ", " + user.fresh;`,
      );
      await program.line("saved");
      await program.line("value saved again, saved again");
    });
  }
}
