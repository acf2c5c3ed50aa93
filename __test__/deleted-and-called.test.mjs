// A file that only functions of a synced CommonJS module require is deleted: who requires it is evaluated anew without it, and goes on with what was
// loaded, as in plain Node, until it is saved itself, or the file is back.

import { test } from "node:test";
import { project } from "./support/project.mjs";

const dep = (/** @type {number} */ n) => `exports.n = ${n};`;
const ASKS = `exports.ask = () => require("./dep.js").n;`;

for (const how of /** @type {const} */ (["require", "import"])) {
  for (const root of ["user.js", "root.mjs"]) {
    for (const nodeArguments of [[], ["--import", "heatsync-rs/register"]]) {
      const way = `sync.${how} of ${root}${nodeArguments.length > 0 ? ", registered" : ""}`;

      /** @param {import("node:test").TestContext} t @param {string} user */
      const started = async (t, user) => {
        const self = project(t, {
          "main.mjs": `import Heatsync from "heatsync-rs";
            import { createRequire } from "node:module";
            const { cache } = createRequire(import.meta.url);
            const sync = new Heatsync();
            sync.events.on("error", ({ code }) => console.log("told", code));
            const root = await sync.${how}("./${root}");
            let last;
            setInterval(() => {
              const it = root.user();
              const isCached = Object.keys(cache).some((file) => file.endsWith("dep.js"));
              let seen = it.which + ", " + (isCached ? "cached: " : "not cached: ");
              try {
                seen += it.ask();
              } catch ({ code }) {
                seen += code;
              }
              if (seen !== last) console.log((last = seen));
            }, 5);`,
          "user.js": user,
          "root.mjs": `import it from "./user.js"; export const user = () => it;`,
          "dep.js": dep(1),
        });
        const program = self.run("main.mjs", { nodeArguments });
        return { self, program };
      };
      const user = (/** @type {string} */ text) =>
        `globalThis.times = (globalThis.times ?? 0) + 1; exports.which = "user " + globalThis.times; exports.user = () => exports; ${text}`;

      test(`what is deleted goes on for functions, until it is back: ${way}`, async (t) => {
        const { program, self } = await started(t, user(ASKS));
        await program.line("user 1, cached: 1");
        self.delete("dep.js");
        await program.line("user 2, cached: 1");
        self.write("dep.js", dep(2));
        await program.line("user 3, cached: 2");
        self.write("dep.js", dep(3));
        await program.line("user 4, cached: 3");
      });

      test(`what is deleted goes on for functions, until who asks is saved: ${way}`, async (t) => {
        const { program, self } = await started(t, user(ASKS));
        await program.line("user 1, cached: 1");
        self.delete("dep.js");
        await program.line("user 2, cached: 1");
        self.write("user.js", user(`${ASKS} // saved`));
        await program.line("user 3, not cached: MODULE_NOT_FOUND");
        self.write("dep.js", dep(2));
        await program.line(/^user [34], cached: 2$/);
      });

      test(`who has asked while it was evaluated, and gone on without, does not have it: ${way}`, async (t) => {
        const { program, self } = await started(t, user(`try { require("./dep.js"); } catch {} ${ASKS}`));
        await program.line("user 1, cached: 1");
        self.delete("dep.js");
        await program.line("user 2, not cached: MODULE_NOT_FOUND");
        self.write("dep.js", dep(2));
        await program.line(/^user [34], cached: 2$/);
      });
    }
  }
}
