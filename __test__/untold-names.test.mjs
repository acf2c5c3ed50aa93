// CommonJS that requires what changed is linked by the names that its file has, and evaluated from what that holds then, which may be a save
// that nobody has been told of yet: with other names.

import { test } from "node:test";
import { project } from "./support/project.mjs";

const PRINT = `let last; setInterval(() => { const value = seen(); if (value !== last) console.log("names", (last = value)); }, 5);`;
const synced = (/** @type {string} */ how) =>
  `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); const root = await sync.${how}("./root.mjs"); const seen = () => root.names(); ${PRINT}`;

for (const [how, entry, isRegistered] of /** @type {const} */ ([
  [
    "import.meta.hot",
    `import { names } from "./root.mjs"; import.meta.hot.accept("./root.mjs"); const seen = () => names(); ${PRINT}`,
    true,
  ],
  ["sync.import", synced("import"), false],
  ["sync.import, registered", synced("import"), true],
  ["sync.require, registered", synced("require"), true],
])) {
  test(`names saved while an update evaluates them are those of the namespace: ${how}`, async (t) => {
    const user = (/** @type {string} */ name) => `require("./m.mjs"); exports.${name} = 1;`;
    const self = project(t, {
      "main.mjs": entry,
      "root.mjs": `import "./m.mjs"; import * as user from "./user.cjs";
        export const names = () => Object.keys(user).filter((name) => /^(old|new)$/.test(name)).join();`,
      "user.cjs": user("old"),
      "m.mjs": `export const v = 1;`,
    });
    const program = self.run("main.mjs", {
      nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
    });
    await program.line("names old");
    self.write(
      "m.mjs",
      `import fs from "node:fs"; fs.writeFileSync(${JSON.stringify(self.path("user.cjs"))}, ${JSON.stringify(user("new"))});`,
    );
    await program.line("names new");
  });
}
