// The runner: of what is deleted, and was loaded since it stood in a folder, no error and no text names it in the next start. When it
// is back, the program is started anew.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { until } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

const { TakenAway } = createRequire(import.meta.url)("../runtime/runner/taken-away.cjs");

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

for (const [when, milliseconds] of /** @type {const} */ ([
  ["soon", 700],
  ["later than what it writes counts as of its start", 2200],
])) {
  test(`a program that takes away what it has loaded, and makes it anew, ${when}, in the start without it`, async (t) => {
    const program = `const fs = require("node:fs"); const made = __dirname + "/made.js"; console.log("started");
        if (fs.existsSync(made)) { require(made); setTimeout(fs.unlinkSync, 400, made); }
        else setTimeout(() => { fs.writeFileSync(made, "module.exports = 1;"); setTimeout(console.log, 600, "quiet"); }, ${milliseconds});
        setInterval(() => {}, 1000);`;
    const { project, start } = runnerProject(t, { "app.js": program, "made.js": "module.exports = 0;" });
    const runner = start(["app.js"]);
    // It may be somebody else who does: after ever longer pauses it is a reason.
    for (const seconds of [3, 6])
      await runner.errorOutput(
        new RegExp(`made\\.js goes each time .* once it has been there for ${seconds} s`),
      );
    const starts = () => runner.lines.filter((line) => line === "started").length;
    await until(() => runner.lines.at(-1) === "quiet", "the start without it");
    const before = starts();
    assert(before <= 10, runner.stderr);
    // Of a save it is started as ever, and of what goes then once more.
    project.write("app.js", `${program}//`);
    await until(() => starts() === before + 2, "two more starts");
    await until(() => runner.lines.at(-1) === "quiet", "it is made once more");
    await runner.errorOutput("once it has been there for 6 s");
  });
}

test("what somebody has taken away and put back in each of five starts is live, the last ones after a pause", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `${COMMONJS} ${SHOW}`,
    "services/one.js": `exports.word = "one";`,
    "services/two.js": `exports.word = "two";`,
  });
  const runner = start(["app.js"]);
  await runner.line("has one,two");
  for (let n = 1; n <= 5; n++) {
    project.delete("services/one.js");
    await runner.line("has two");
    project.write("services/one.js", `exports.word = "one${n}";`);
    await runner.line(`has one${n},two`);
  }
  const pauses = runner.stderr.match(/goes each time .* once it has been there for \d+ s/g) ?? [];
  assert(pauses.length <= 2, runner.stderr);
});

test("what goes and comes back is held back after three starts for that alone, not where the program went on without one", () => {
  const away = new TakenAway(() => {});
  const comesBack = () => {
    away.loaded("/a.js", true);
    away.note("/a.js", true);
    away.note("/a.js", false);
    return away.isHeldBack("/a.js");
  };
  away.begin(Date.now());
  for (let n = 0; n < 5; n++) assert(!comesBack());
  for (let n = 0; n < 3; n++) {
    assert(!comesBack());
    away.startsFor(["/a.js"]);
    away.begin(Date.now());
  }
  assert(comesBack());
  away.close();
});

test("names that never return are forgotten one after the other", () => {
  const away = new TakenAway(() => {});
  away.begin(Date.now());
  for (let n = 0; n < 1200; n++) {
    away.loaded(`/chunk-${n}.js`, true);
    away.note(`/chunk-${n}.js`, true);
  }
  const gone = [...away.gone];
  assert.deepEqual([gone.length, gone[0], gone.at(-1)], [1000, "/chunk-200.js", "/chunk-1199.js"]);
});

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
