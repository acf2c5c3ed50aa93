// Packages that are installed while the program runs, file after file, as package managers do: what had no use of them has
// it once they are there, however Node remembers that they were not.

import assert from "node:assert/strict";
import { test } from "node:test";
import Heatsync from "../index.mjs";
import { project, until } from "./support/project.mjs";
import { started, ways } from "./support/ways.mjs";

/** @typedef {import("./support/project.mjs").Project} Project */

/** What leads to its file is in package.json alone. @param {"exports" | "main"} field */
const packageJson = (field) => ({ name: "late", version: "1.0.0", [field]: "./lib/in.js" });

/** What package managers write last. */
const markers = [
  "node_modules/.package-lock.json",
  "node_modules/.yarn-integrity",
  "node_modules/.modules.yaml",
];

/** @type {Record<string, (own: Project, field: "exports" | "main", text: string, settled: () => Promise<void>) => Promise<void>>} */
const orders = {
  "package.json last": async (own, field, text) => {
    own.write("node_modules/late/lib/in.js", text);
    own.write("node_modules/late/package.json", packageJson(field));
  },
  "package.json first, then another save": async (own, field, text, settled) => {
    own.write("node_modules/late/package.json", packageJson(field));
    await settled();
    own.write("node_modules/late/lib/in.js", text);
    own.write(markers[field === "main" ? 0 : 1], "{}");
  },
  "a half first": async (own, field, text, settled) => {
    own.write("node_modules/late/package.json", packageJson(field));
    own.write("node_modules/late/lib/in.js", `${text}; require("./part.js")`);
    await settled();
    own.write("node_modules/late/lib/part.js", "");
    own.write(markers[2], "");
  },
};

for (const [order, install] of Object.entries(orders)) {
  for (const field of /** @type {const} */ (["exports", "main"])) {
    for (const way of ways) {
      test(`${way}, "${field}", ${order}: required in vain`, async (t) => {
        const program = await started(t, way, {
          "c.cjs": `let v; try { v = require("late"); } catch (error) { v = error.code; } module.exports = v;`,
          "other.cjs": "module.exports = 0;",
        });
        await program.shows("MODULE_NOT_FOUND");
        await install(program, field, "module.exports = 1", () => saved(program, "root.mjs", ROOT));
        await program.shows(1);
      });
    }

    test(`sync.require, "${field}", ${order}: a first load that failed`, async (t) => {
      const own = project(t, { "a.js": "exports.v = require('late')", "b.js": "exports.v = 1" });
      const sync = new Heatsync();
      t.after(() => sync.dispose());
      const load = () => sync.require(own.path("a.js"));
      const b = sync.require(own.path("b.js"));
      assert.throws(load, { code: "MODULE_NOT_FOUND" });
      await install(own, field, "module.exports = 2", async () => {
        assert.throws(load);
        own.write("b.js", "exports.v = 2");
        await until(() => b.v === 2);
      });
      assert.equal(load().v, 2);
    });
  }
}

const ROOT = `import v from "./c.cjs"; export const shown = () => v;`;

/** Something else is live. @param {Awaited<ReturnType<typeof started>>} program @param {string} name @param {string} text */
async function saved(program, name, text) {
  program.write(name, text.replace("=> v;", `=> "seen";`));
  await program.shows("seen");
  program.write(name, text);
  await program.shows("MODULE_NOT_FOUND");
}
