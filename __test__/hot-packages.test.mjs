// A package that imports a file of the project: it has the module that the project has, and sees its new versions.
import nodeModule from "node:module";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const REGISTER = ["--import", "heatsync-rs/register"];
const PACKAGE = {
  "node_modules/pkg/package.json": '{ "name": "pkg", "type": "module", "exports": "./index.js" }',
  "node_modules/pkg/index.js": `import { n } from "../../shared.mjs"; export const look = () => n;`,
};
const MAIN = `import { look } from "pkg"; import { n } from "./shared.mjs"; import.meta.hot.accept("./shared.mjs");
  process.on("message", () => console.log("value", n, look())); console.log("ready");`;

test("a package sees new versions of what it imports of the project", async (t) => {
  const self = project(t, {
    ...PACKAGE,
    "main.mjs": MAIN,
    "shared.mjs": "import.meta.hot.accept(); export const n = 1;",
  });
  const program = self.run("main.mjs", { nodeArguments: REGISTER });
  await program.line("ready");
  await program.answers("value 1 1");
  for (const n of [2, 3]) {
    self.write("shared.mjs", `import.meta.hot.accept(); export const n = ${n};`);
    await program.answers(`value ${n} ${n}`);
  }
});

test("what a package imports, and does not accept, takes a restart, and it is said who imports it", async (t) => {
  const self = project(t, { ...PACKAGE, "main.mjs": MAIN, "shared.mjs": "export const n = 1;" });
  const program = self.run("main.mjs", { nodeArguments: REGISTER });
  await program.line("ready");
  self.write("shared.mjs", "export const n = 2;");
  // On Node 20 nobody is told who imports what statically below a bridge of ours.
  const way = "registerHooks" in nodeModule ? "node_modules/pkg/index.js → shared.mjs" : "shared.mjs";
  await program.errorOutput(`shared.mjs: nobody accepts it: ${way}, in `);
  await program.answers("value 1 1");
});

test("what a package requires of a folder takes a restart, and it is said who requires it", async (t) => {
  const self = project(t, {
    "node_modules/load-all/index.js": `const fs = require("fs"), path = require("path");
      module.exports = (folder) => fs.readdirSync(folder).map((name) => require(path.join(folder, name)));`,
    "main.js": `const actions = require("load-all")(__dirname + "/actions"); module.hot.accept();
      process.on("message", () => console.log("value", actions[0]())); console.log("ready");`,
    "actions/list.js": `const n = require("../n.js"); module.exports = () => n;`,
    "n.js": "module.exports = 1;",
  });
  const program = self.run("main.js", { nodeArguments: REGISTER });
  await program.line("ready");
  self.write("n.js", "module.exports = 2;");
  const way = "node_modules/load-all/index.js → actions/list.js → n.js";
  await program.errorOutput(`n.js: nobody accepts it: ${way}, in `);
  await program.answers("value 1");
});
