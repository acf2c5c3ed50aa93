// The runner: what is typed, or piped, reaches a program, and the one that is started after it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runnerProject } from "./support/runner.mjs";

const READS = `process.stdin.on("data", (text) => console.log("got", String(text).trim()));
  process.stdin.on("end", () => console.log("input has ended"));`;

test("what comes while no program runs is for the next one", async (t) => {
  const { project, start } = runnerProject(t, { "app.js": "nope();" });
  const runner = start(["app.js"]);
  await runner.errorOutput("waiting for a change");
  runner.child.stdin?.write("early\n");
  project.write("app.js", READS);
  await runner.line("got early");
  runner.child.stdin?.write("late\n");
  await runner.line("got late");
});

test("input that has ended has ended for the next program, too, which would else wait for it for ever", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log(1); ${READS} setInterval(() => {}, 1000);`,
  });
  const runner = start(["app.js"]);
  await runner.line("1");
  runner.child.stdin?.end("all\n");
  await runner.line("got all");
  await runner.line("input has ended");
  project.write("app.js", `console.log(2); ${READS}`);
  await runner.line("2");
  await runner.line("input has ended");
  assert.deepEqual(await runner.exit, { code: 0, signal: null });
});
