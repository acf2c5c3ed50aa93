// CommonJS that requires what changed is evaluated with it from what its file holds, which may be a save that nobody has been told
// of yet. Where that update fails the old version goes on, and the save is to go live nevertheless.

import { test } from "node:test";
import { project } from "./support/project.mjs";
import { waysOfOneInstance } from "./support/seen.mjs";

for (const [how, entry, isRegistered] of waysOfOneInstance('sync.events.on("error", () => {});')) {
  test(`what was saved while an update that fails evaluates it goes live: ${how}`, async (t) => {
    const user = (/** @type {string} */ v) => `const m = require("./m.mjs"); exports.v = "${v} of " + m.v;`;
    const self = project(t, {
      "main.mjs": entry,
      "root.mjs": `import { v } from "./m.mjs"; import user from "./user.cjs";
        if (v === "bad") throw new Error("no"); export const value = () => user.v;`,
      "user.cjs": user("old"),
      "m.mjs": `export const v = "good";`,
    });
    const program = self.run("main.mjs", {
      nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
    });
    await program.line("value old of good");
    const save = `import fs from "node:fs"; fs.writeFileSync(${JSON.stringify(self.path("user.cjs"))}, ${JSON.stringify(user("new"))}); console.log("saved");`;
    self.write("m.mjs", `export const v = "bad"; ${save}`);
    await program.line("saved");
    self.write("m.mjs", `export const v = "good";`);
    await program.line("value new of good");
  });
}
