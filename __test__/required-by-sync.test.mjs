// An ES module that CommonJS requires in an update of sync.*, and that is evaluated anew by one of import.meta.hot then.

import { test } from "node:test";
import { project } from "./support/project.mjs";

test("what sync.* has required is what an update of import.meta.hot evaluates anew", async (t) => {
  const dep = (/** @type {string} */ text) => `export const dep = "${text}";`;
  const self = project(t, {
    "package.json": { type: "module" },
    "main.mjs": `import Heatsync from "heatsync-rs";
      import { all } from "./all.mjs";
      import.meta.hot.accept("./all.mjs");
      const root = await new Heatsync().import("./root.mjs");
      setInterval(() => console.log("sees", all, root.value), 10);`,
    "all.mjs": "export const all = 'nothing';",
    "root.mjs": `import { mid } from "./mid.cjs"; export const value = mid;`,
    "mid.cjs": `exports.mid = "mid" + require("./dep.mjs").dep;`,
    "dep.mjs": dep("1"),
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("sees nothing mid1");
  self.write("dep.mjs", dep("2"));
  await program.line("sees nothing mid2");
  self.write("all.mjs", `import { dep } from "./dep.mjs"; export const all = dep;`);
  await program.line("sees 2 mid2");
  self.write("dep.mjs", dep("3"));
  await program.line("sees 3 mid3");
  self.write("mid.cjs", `exports.mid = "MID" + require("./dep.mjs").dep;`);
  await program.line("sees 3 MID3");
  self.write("dep.mjs", dep("4"));
  await program.line("sees 4 MID4");
});
