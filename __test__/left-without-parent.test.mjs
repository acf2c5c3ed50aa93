// CommonJS that an update brings, which is imported there and required before, has no parent, as in Node. It is nobody's if that update throws.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";
import { HOT } from "./support/seen.mjs";

const ROOT = `import { dep } from "./dep.mjs"; export const value = () => dep;`;

test("CommonJS that has come with an update that threw is no root", async (t) => {
  const self = project(t, {
    "main.mjs": HOT,
    "root.mjs": ROOT,
    "user.cjs": `require("./fresh.cjs"); throw new Error("in vain");`,
    "dep.mjs": "export const dep = 1;",
    "fresh.cjs": `exports.dep = require("./dep.mjs").dep;`,
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("value 1");
  self.write("root.mjs", `import "./user.cjs"; import "./fresh.cjs"; ${ROOT}`);
  await program.errorOutput(/in vain/);
  self.write("root.mjs", ROOT);
  await program.errorOutput(/root\.mjs: back to the version that runs/);
  self.write("dep.mjs", "export const dep = 2;");
  await program.line("value 2");
  assert.ok(!program.stderr.includes("nobody accepts it"), program.stderr);
});
