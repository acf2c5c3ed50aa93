// What CommonJS of the project requires that is in no module cache: a `createRequire()` of a folder, or of a file that nobody loads (the
// package `config` makes one), and a module that the program has taken out of `require.cache` (proxyquire, rewire).

import { test } from "node:test";
import { project } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

/** Who requires `./config/default.cjs`. @type {Record<string, string>} */
const WAYS = {
  "createRequire() of a folder": `Module.createRequire(__dirname + "/config")("./config/default.cjs")`,
  "createRequire() of a folder, with its separator": `Module.createRequire(__dirname + "/")("./config/default.cjs")`,
  "createRequire() of a file that is not there": `Module.createRequire(__dirname + "/noop.js")("./config/default.cjs")`,
  "createRequire() of package.json": `Module.createRequire(__dirname + "/package.json")("./config/default.cjs")`,
  "a module that was deleted from the cache": `require("./holder.cjs"); delete require.cache[require.resolve("./holder.cjs")]`,
};

/** @param {string} how */
const files = (how) => ({
  "package.json": {},
  "main.cjs": `const Module = require("node:module");
    ${how};
    console.log("value", global.value);
    setInterval(() => {}, 1000);`,
  "holder.cjs": `require("./config/default.cjs");`,
  "config/default.cjs": `global.value = require("./base.cjs").value;`,
  "config/base.cjs": "exports.value = 1;",
});

for (const [way, how] of Object.entries(WAYS)) {
  test(`a save is told to be accepted by nobody: ${way}`, async (t) => {
    const self = project(t, files(how));
    const app = self.run("main.cjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await app.line("value 1");
    self.write("config/base.cjs", "exports.value = 2;");
    await app.errorOutput("config/base.cjs: nobody accepts it: config/default.cjs → config/base.cjs");
  });

  test(`a save restarts: ${way}`, async (t) => {
    const { project, start } = runnerProject(t, files(how));
    const program = start(["main.cjs"]);
    await program.line("value 1");
    project.write("config/base.cjs", "exports.value = 2;");
    await program.line("value 2");
    project.write("config/default.cjs", `global.value = 10 * require("./base.cjs").value;`);
    await program.line("value 20");
  });
}
