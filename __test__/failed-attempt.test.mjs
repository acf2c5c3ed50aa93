// What CommonJS requires for the first time in an update of sync.* that fails is nobody's afterwards: the next update has it evaluated
// anew, for who requires it and for who imports it, once.

import { test } from "node:test";
import { project } from "./support/project.mjs";

for (const how of ["require", "import"]) {
  for (const isRegistered of [true, false]) {
    test(`what a failed update has required is evaluated once by the next: sync.${how}${isRegistered ? ", registered" : ""}`, async (t) => {
      const self = project(t, {
        "main.mjs": `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", () => console.log("failed"));
          const root = await sync.${how}("./root.mjs"); let last;
          setInterval(() => { const value = root.value(); if (value !== last) console.log("value", (last = value)); }, 5);`,
        "root.mjs": `import "./user.cjs"; import { v } from "./m.cjs"; export const value = () => v;`,
        "user.cjs": `require("./m.cjs");`,
        "m.cjs": `exports.v = 1;`,
      });
      const program = self.run("main.mjs", {
        nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
      });
      await program.line("value 1");
      self.write("new.cjs", `exports.of = require("./m.cjs");`);
      self.write("by.mjs", `import fresh from "./new.cjs"; export { fresh };`);
      self.write(
        "user.cjs",
        `exports.m = require("./m.cjs"); exports.fresh = require("./new.cjs"); exports.by = require("./by.mjs");
         if (exports.m.v === 2) throw new Error("no");`,
      );
      self.write("m.cjs", `exports.v = 2;`);
      await program.line("failed");
      self.write(
        "root.mjs",
        `import user from "./user.cjs"; import m from "./m.cjs"; import fresh from "./new.cjs"; import { fresh as other } from "./by.mjs";
         export const value = () => [m.v, fresh.of.v, user.fresh === fresh, other === fresh, user.by.fresh === fresh, fresh.of === m].join();`,
      );
      self.write("m.cjs", `exports.v = 3;`);
      await program.line("value 3,3,true,true,true,true");
    });
  }
}
