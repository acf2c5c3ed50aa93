// CommonJS that requires what is evaluated anew is linked by the names that its file has just then. A save that nobody has been told of yet,
// and that is undone before the file is evaluated, is no news: what was linked is of a text that never ran.

import { test } from "node:test";
import { project } from "./support/project.mjs";

const user = (/** @type {string} */ name) => `require("./m.mjs"); exports.${name} = 1;`;

test("names saved as an update links them, and undone as it evaluates them, are none", async (t) => {
  const self = project(t, {
    "main.mjs": `
      import fs from "node:fs";
      import { hot } from "heatsync-rs";
      import { value } from "./root.mjs";
      import.meta.hot.accept("./root.mjs");
      const file = new URL("./user.cjs", import.meta.url);
      globalThis.save = (name) => fs.writeFileSync(file, ${JSON.stringify(user("NAME"))}.replace("NAME", name));
      const look = () => console.log("value", globalThis.evaluated, value());
      look();
      hot.on("update", look);
      process.on("message", () => {
        globalThis.save("between"); // before any event is read
        globalThis.invalidate();
      });`,
    "root.mjs": `import "./m.mjs"; import * as user from "./user.cjs";
      export const value = () => Object.keys(user).filter((name) => /^(old|between)$/.test(name)).join();`,
    "user.cjs": user("old"),
    "m.mjs": `
      globalThis.evaluated = (globalThis.evaluated ?? 0) + 1;
      if (globalThis.evaluated === 2) globalThis.save("old");
      globalThis.invalidate = () => import.meta.hot.invalidate();`,
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("value 1 old");
  program.child.send("save");
  await program.line("value 2 old");
});
