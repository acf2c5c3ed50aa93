// The runner: of what is deleted, and was loaded since it stood in a folder, no error and no text names it in the next start. When it
// is back, the program is started anew.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { until } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

const COMMONJS = `
  const names = require("node:fs").readdirSync(__dirname + "/services").sort();
  const all = names.map((name) => require("./services/" + name).word);`;
const ES_MODULE = `
  import { readdirSync } from "node:fs";
  const names = readdirSync(new URL("services", import.meta.url)).sort();
  const all = [];
  for (const name of names) all.push((await import("./services/" + name)).word);`;
// Late: by then the runner watches what this start has loaded, and nothing of the one before.
const show = (/** @type {string} */ then) =>
  `setTimeout(() => { console.log("has", all.join()); ${then} }, 400); setInterval(() => {}, 1000);`;
const SHOW = show("");
const CRASH = show(`if (all.length < 2) throw new Error("too few");`);

for (const [how, then] of [
  ["runs on", SHOW],
  ["crashes", CRASH],
]) {
  test(`a CommonJS program that ${how} without it`, async (t) => {
    const one = `exports.word = "one";`;
    const { project, start } = runnerProject(t, {
      "app.js": `${COMMONJS} ${then}`,
      "services/one.js": one,
      "services/two.js": `exports.word = "two";`,
    });
    const runner = start(["app.js"]);
    assert.equal(await runner.line(/^has/), "has one,two");
    const waits = () => runner.stderr.split("waiting for a change").length - 1;
    for (let round = 1; round <= 3; round++) {
      project.delete("services/one.js");
      assert.equal(await runner.line(/^has/), "has two", runner.stderr);
      if (then === CRASH) await until(() => waits() === round, "the program has ended");
      // The program is started within the tick of the file system's clock, which is the same: by its time the file may be younger than that.
      project.write("one.js", one);
      const later = Date.now() / 1000 + 60;
      fs.utimesSync(project.path("one.js"), later, later);
      project.rename("one.js", "services/one.js");
      assert.equal(await runner.line(/^has/), "has one,two", runner.stderr);
    }
  });
}

test("an ES module that went on in its old version until something else was saved", async (t) => {
  const one = `export const word = "one";`;
  const { project, start } = runnerProject(t, {
    "app.mjs": `${ES_MODULE} ${SHOW}`,
    "services/one.mjs": one,
    "services/two.mjs": `export const word = "two";`,
  });
  const runner = start(["app.mjs"]);
  assert.equal(await runner.line(/^has/), "has one,two");
  project.delete("services/one.mjs");
  await runner.errorOutput(/the old version goes on/);
  project.write("services/two.mjs", `export const word = "three";`);
  assert.equal(await runner.line(/^has/), "has three", runner.stderr);
  project.write("services/one.mjs", one);
  assert.equal(await runner.line(/^has/), "has one,three", runner.stderr);
});
