// A version that is given up has required ES modules, which nobody else has: who requires one of them next is to have it as it is then.

import { test } from "node:test";
import { project } from "./support/project.mjs";
import { HOT } from "./support/seen.mjs";

test("what a version that threw had required is evaluated anew for the next one", async (t) => {
  const self = project(t, {
    "main.mjs": HOT,
    "root.mjs": `import "./m.mjs"; import { v } from "./between.mjs"; if (v === 1) throw new Error("no"); export const value = () => v;`,
    "between.mjs": `import user from "./user.cjs"; export const v = user.v;`,
    "user.cjs": `exports.v = "old";`,
    "es.mjs": `import { v } from "./m.mjs"; export const seen = v;`,
    "m.mjs": `export const v = 1;`,
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("value old");
  const user = `exports.v = require("./es.mjs").seen;`;
  self.write("user.cjs", user);
  await program.errorOutput(/user\.cjs: not updated, it threw/);
  self.write("m.mjs", `export const v = 2;`);
  await program.errorOutput(/m\.mjs: .* evaluated/);
  self.write("user.cjs", `${user} //`);
  await program.line("value 2");
});
