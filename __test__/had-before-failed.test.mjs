// CommonJS that was loaded before an update that fails, and that only what is evaluated anew there brings into our graph, is not of that
// update: it stays in `require.cache`, and the next update has the same instance as those who go on with it.

import { test } from "node:test";
import { project } from "./support/project.mjs";
import { synced } from "./support/seen.mjs";

for (const how of /** @type {const} */ (["import", "require"])) {
  for (const isImported of [true, false]) {
    test(`what was loaded before is not loaded again after an update that failed (${isImported ? "" : "not "}imported before): sync.${how}`, async (t) => {
      const uses = `import { me } from "./shared.cjs";`;
      const self = project(t, {
        "main.mjs": synced(how, `sync.events.on("error", () => console.log("failed"));`),
        "root.mjs": `import { me } from "./keep.mjs"; import { mine, n } from "./edited.mjs";
          export const value = () => n + (mine && mine !== me ? " two" : " one");`,
        "keep.mjs": `export { me } from "./shared.cjs";`,
        "shared.cjs": `exports.me = {};`,
        "edited.mjs": isImported
          ? `${uses} export const mine = me; export const n = 1;`
          : `export const mine = null; export const n = 1;`,
      });
      const program = self.run("main.mjs");
      await program.line("value 1 one");
      for (const n of [2, 3]) {
        const edited = `${uses} export const mine = me; export const n = ${n};`;
        // What does not link evaluates nothing.
        self.write("edited.mjs", `${edited} throw new Error("no");`);
        await program.line("failed");
        self.write("edited.mjs", edited);
        await program.line(`value ${n} one`);
      }
    });
  }
}
