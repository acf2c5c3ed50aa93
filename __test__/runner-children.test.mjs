// Processes and threads that the program of the runner starts itself: they reload as it does, and end with it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./support/project.mjs";
import { gone, runnerProject } from "./support/runner.mjs";

const STAY = "setInterval(() => {}, 1000);";
/** Says what it has, and takes new versions. @param {string} who an expression */
const takes = (who) => `
  import { value } from "./value.mjs";
  const say = () => console.log(${who}, value, process.pid);
  import.meta.hot.accept("./value.mjs", say);
  say(); ${STAY}`;
const value = (/** @type {number} */ it) => `export const value = ${it};`;

/**
 * A line of any of several processes, whose order is nobody's.
 * @param {import("./support/project.mjs").Program} runner
 * @param {RegExp} wanted
 * @returns {Promise<string>}
 */
const printed = (runner, wanted) =>
  until(() => runner.lines.find((line) => wanted.test(line)), String(wanted)).catch((error) => {
    throw new Error(`${error.message}\n${runner.stdout}\n${runner.stderr}`);
  });

test("forked, spawned and cluster's processes reload by themselves", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.mjs": `
      import { fork, spawn } from "node:child_process";
      import cluster from "node:cluster";
      const file = import.meta.dirname + "/child.mjs";
      fork(file, ["forked"]);
      spawn(process.execPath, [file, "spawned"], { stdio: "inherit" });
      cluster.setupPrimary({ exec: file, args: ["of cluster"] });
      cluster.fork();
      console.log("app", process.pid); ${STAY}`,
    "child.mjs": takes("process.argv[2]"),
    "value.mjs": value(1),
  });
  const runner = start(["app.mjs"]);
  const kinds = ["forked", "spawned", "of cluster"];
  const pids = await Promise.all(
    kinds.map(async (kind) => Number((await printed(runner, new RegExp(`^${kind} 1 `))).split(" ").at(-1))),
  );
  project.write("value.mjs", value(2));
  await Promise.all(kinds.map((kind, place) => printed(runner, new RegExp(`^${kind} 2 ${pids[place]}$`))));
  assert.doesNotMatch(runner.stderr, /restarting/);
  // They end with the program.
  project.write("app.mjs", `console.log("another app"); ${STAY}`);
  await runner.line("another app");
  for (const pid of pids) await gone(pid);
});

test("a worker thread: what it accepts is reloaded in place, anything else restarts the program", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.mjs": `
      import { Worker } from "node:worker_threads";
      new Worker(new URL("./worker.mjs", import.meta.url)); ${STAY}`,
    "worker.mjs": `import { fixed } from "./fixed.mjs"; ${takes(`"worker " + fixed`)}`,
    "value.mjs": value(1),
    "fixed.mjs": "export const fixed = 1;",
  });
  const runner = start(["app.mjs"]);
  const pid = (await runner.line(/^worker 1 1 /)).split(" ")[3];
  project.write("value.mjs", value(2));
  await runner.line(`worker 1 2 ${pid}`);
  assert.doesNotMatch(runner.stderr, /restarting/);
  project.write("fixed.mjs", "export const fixed = 2;");
  assert.notEqual((await runner.line(/^worker 2 2 /)).split(" ")[3], pid);
  assert.match(runner.stderr, /restarting: .*fixed\.mjs/);
});

test("what a forked process can't reload restarts the program, also by way of another one", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.mjs": `
      import cluster from "node:cluster";
      cluster.setupPrimary({ exec: import.meta.dirname + "/primary.cjs" });
      cluster.fork();
      process.on("message", () => console.log("a message"));
      console.log("app", process.pid); ${STAY}`,
    "primary.cjs": `
      const child = require("node:child_process").fork(__dirname + "/child.mjs");
      child.on("message", (message) => console.log("heard", message)); ${STAY}`,
    "child.mjs": `import { fixed } from "./fixed.mjs"; import low from "./low.cjs";
      process.send("from child"); console.log("child", fixed, low); ${STAY}`,
    "fixed.mjs": "export const fixed = 1;",
    "low.cjs": "module.exports = 1;",
  });
  const runner = start(["app.mjs"]);
  await printed(runner, /^child 1 1$/);
  await printed(runner, /^heard from child$/);
  project.write("fixed.mjs", "export const fixed = 2;");
  await printed(runner, /^child 2 1$/);
  project.write("low.cjs", "module.exports = 2;");
  await printed(runner, /^child 2 2$/);
  assert.match(runner.stderr, /restarting: .*fixed\.mjs/);
  assert.match(runner.stderr, /restarting: .*low\.cjs/);
  assert.deepEqual(
    new Set(runner.lines.filter((line) => /heard|message/.test(line))),
    new Set(["heard from child"]),
  );
});
