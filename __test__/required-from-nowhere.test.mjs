// What CommonJS of the project requires that is in no module cache: a `createRequire()` of a folder, or of a file that nobody loads (the
// package `config` makes one), a module that the program has taken out of `require.cache` (proxyquire, rewire), and that one itself.

import assert from "node:assert/strict";
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

/** Who has `./own.cjs`, which is in no cache. @type {Record<string, string>} */
const OUTSIDE = {
  "taken out of the cache, as proxyquire does": `require("./own.cjs"); delete require.cache[require.resolve("./own.cjs")];`,
  "never in it, as rewire does": `const own = new Module(require.resolve("./own.cjs"), module); own.load(own.id);`,
};

for (const [way, how] of Object.entries(OUTSIDE)) {
  const own = {
    ...files(how),
    "own.cjs": `require("./config/default.cjs");`,
  };

  test(`a save of it is told of, once: ${way}`, async (t) => {
    const self = project(t, own);
    const app = self.run("main.cjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await app.line("value 1");
    const said = "own.cjs: the program has it outside of require.cache";
    self.write("own.cjs", "// 2");
    await app.errorOutput(said);
    self.write("own.cjs", "// 3");
    self.write("config/base.cjs", "exports.value = 2;");
    await app.errorOutput("config/base.cjs: nobody accepts it");
    assert.equal(app.stderr.split(said).length, 2, app.stderr);
  });

  test(`a save of it restarts: ${way}`, async (t) => {
    const { project, start } = runnerProject(t, own);
    const program = start(["main.cjs"]);
    await program.line("value 1");
    project.write("own.cjs", "global.value = 2;");
    await program.line("value 2");
  });
}
