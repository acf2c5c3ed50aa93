// The runner: CommonJS that accepts only a moment after it was evaluated, as NestJS's documentation has it (`await app.listen()`, then
// `module.hot.accept()`), is not started anew for the very save that it has just accepted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runnerProject } from "./support/runner.mjs";

const value = (/** @type {number} */ value) => `exports.value = ${value};`;

test("accepted when it is there", async (t) => {
  // Later versions take longer than the runner does to hear of a save and to ask whose it is.
  const { project, start } = runnerProject(t, {
    "main.cjs": `const { value } = require("./dep.cjs");
      console.log("has", value, process.pid);
      setTimeout(() => {
        module.hot.accept();
        console.log("accepts", value, process.pid);
      }, value === 1 ? 0 : 400);
      setInterval(() => {}, 1000);`,
    "dep.cjs": value(1),
  });
  const runner = start(["main.cjs"]);
  const [, , pid] = (await runner.line(/^accepts 1 /)).split(" ");
  for (let saved = 2; saved < 5; saved++) {
    project.write("dep.cjs", value(saved));
    assert.equal(
      await runner.line(new RegExp(`^accepts ${saved} `)),
      `accepts ${saved} ${pid}`,
      runner.stderr,
    );
  }
  assert.doesNotMatch(runner.stderr, /restarting/);
});

test("accepted once, and no more", async (t) => {
  const { project, start } = runnerProject(t, {
    "main.cjs": `const { value } = require("./dep.cjs");
      if (value === 1) module.hot.accept();
      console.log("has", value, process.pid);
      setInterval(() => {}, 1000);`,
    "dep.cjs": value(1),
  });
  const runner = start(["main.cjs"]);
  const [, , pid] = (await runner.line(/^has 1 /)).split(" ");
  project.write("dep.cjs", value(2));
  assert.equal(await runner.line(/^has 2 /), `has 2 ${pid}`);
  project.write("dep.cjs", value(3));
  assert.notEqual(await runner.line(/^has 3 /), `has 3 ${pid}`);
  assert.match(runner.stderr, /restarting: dep\.cjs is accepted by nobody/);
});
