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

const ASK = `setInterval(async () => {
  const said = await import("./mid.cjs").then(({ v }) => \`got \${v}\`, ({ message }) => message);
  if (said !== globalThis.said) console.log((globalThis.said = said));
}, 5);`;

for (const [saved, text, end] of [
  ["leaf.cjs", "exports.v = 2;", "got 2"],
  ["second.cjs", "exports.v = 3;", "got 3"],
  ["mid.cjs", `exports.v = [4, require("./leaf.cjs").v];`, "got 4,1"],
]) {
  test(`CommonJS that an import() has required before it threw stays, until ${saved} is saved`, async (t) => {
    const self = project(t, {
      "main.mjs": ASK,
      "mid.cjs": `const { v } = require("./leaf.cjs"); if (v === 1) throw new Error("no"); exports.v = v;`,
      "leaf.cjs": `exports.v = require("./second.cjs").v; module.hot.dispose(() => console.log("leaf ends"));`,
      "second.cjs": "exports.v = 1;",
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("no");
    self.write(saved, text);
    await program.line("leaf ends");
    await program.line(end);
  });
}
