// What was loaded for an update that failed, is saved, required by a function, and undone, before anybody has told of that.
import { test } from "node:test";
import { project } from "./support/project.mjs";

test("what was loaded in vain, and is required as it was saved for a moment, is live as it is", async (t) => {
  const dep = (/** @type {string} */ text) => `export const dep = "${text}";`;
  const self = project(t, {
    "package.json": { type: "module" },
    "main.mjs": `
      import fs from "node:fs";
      import Heatsync from "heatsync-rs";
      import late from "./late.cjs";
      const sync = new Heatsync();
      sync.events.on("error", () => console.log("failed"));
      const root = await sync.import("./root.mjs");
      process.on("message", () => {
        fs.writeFileSync("dep.mjs", ${JSON.stringify(dep("between"))});
        console.log("requires", late.get());
        fs.writeFileSync("dep.mjs", ${JSON.stringify(dep("planned"))});
        setInterval(() => console.log("sees", late.get()), 10);
      });
      console.log("sees", root.root);`,
    "late.cjs": `module.hot.accept("./user.mjs"); exports.get = () => require("./user.mjs").user;`,
    "root.mjs": "export const root = 'before';",
    "user.mjs": `import { dep } from "./dep.mjs"; export const user = dep;`,
    "dep.mjs": dep("planned"),
    "y.mjs": "",
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("sees before");
  self.write(
    "root.mjs",
    `import { user } from "./user.mjs"; import { nope } from "./y.mjs"; export const root = user + nope;`,
  );
  await program.line("failed");
  program.child.send("go");
  await program.line("requires between");
  await program.line("sees planned");
});
