// CommonJS that requires what changed is linked by the names that its file has, and evaluated from what that holds then, which may be a save
// that nobody has been told of yet: with other names.

import { test } from "node:test";
import { project } from "./support/project.mjs";
import { waysOfOneInstance } from "./support/seen.mjs";

for (const [how, entry, isRegistered] of waysOfOneInstance()) {
  test(`names saved while an update evaluates them are those of the namespace: ${how}`, async (t) => {
    const user = (/** @type {string} */ name) => `require("./m.mjs"); exports.${name} = 1;`;
    const self = project(t, {
      "main.mjs": entry,
      "root.mjs": `import "./m.mjs"; import * as user from "./user.cjs";
        export const value = () => Object.keys(user).filter((name) => /^(old|new)$/.test(name)).join();`,
      "user.cjs": user("old"),
      "m.mjs": `export const v = 1;`,
    });
    const program = self.run("main.mjs", {
      nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
    });
    await program.line("value old");
    self.write(
      "m.mjs",
      `import fs from "node:fs"; fs.writeFileSync(${JSON.stringify(self.path("user.cjs"))}, ${JSON.stringify(user("new"))});`,
    );
    await program.line("value new");
  });
}
