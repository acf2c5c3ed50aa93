// A restart uses a process that has booted ahead of it. The program must not be able to tell.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { test } from "node:test";
import { until } from "./support/project.mjs";
import { isRunning, runnerProject } from "./support/runner.mjs";

/** Everything a program sees of the way it was started. */
const LOOK = `
const fs = require("fs");
const { PID, PWD, ...env } = process.env;
const looks = {
  argv: process.argv, argv0: process.argv0, execArgv: process.execArgv, execPath: process.execPath, env, cwd: process.cwd(),
  title: process.title, isMain: require.main === module, mainName: require.main.filename,
  cached: Object.keys(require.cache).filter((file) => file.startsWith(process.cwd())),
  paths: module.paths, parent: module.parent, loaded: module.loaded,
  listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]).sort(),
  connected: process.connected, hasSend: typeof process.send, umask: process.umask(),
  stdin: [fs.fstatSync(0).isFIFO(), fs.fstatSync(0).isSocket(), process.stdin.constructor.name, process.stdin.isTTY],
  stdout: [fs.fstatSync(1).isFIFO(), fs.fstatSync(1).isSocket(), process.stdout.isTTY, process.stdout.fd],
  stderr: process.stderr.fd, exitCode: process.exitCode, handlers: process._getActiveHandles().length, requests: process._getActiveRequests().length,
  globals: Object.getOwnPropertyNames(globalThis).length, preloaded: process._preload_modules,
  priority: require("os").getPriority(), group: process.platform === "linux" && fs.readFileSync("/proc/self/stat", "utf8").split(" ")[4] === String(process.pid),
  signals: process.platform === "linux" && fs.readFileSync("/proc/self/status", "utf8").match(/Sig(Blk|Ign|Cgt).*/g),
};
`;

test("a program started by the spare sees what one started afresh sees", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `${LOOK}
      console.log("looks", JSON.stringify(looks));
      console.log("pid", process.pid, require("./value"));
      setInterval(() => {}, 1000);`,
    "value.js": "module.exports = 1;",
    "vars.env": "FROM_FILE=yes",
    "preload.js": "globalThis.preloaded = process.pid;",
  });
  const words = [
    "--env-file=vars.env",
    "-r",
    "./preload.js",
    "--stack-trace-limit=20",
    "app.js",
    "one",
    "--two",
    "",
  ];
  const runner = start(words, { env: { NODE_OPTIONS: "--no-deprecation", OWN: "1" } });
  const fresh = JSON.parse((await runner.line(/^looks /)).slice(6));
  await runner.line(/^pid \d+ 1$/);
  const spare = await spareOf(runner);
  project.write("value.js", "module.exports = 2;");
  const looks = JSON.parse((await runner.line(/^looks /)).slice(6));
  const [, pid] = (await runner.line(/^pid \d+ 2$/)).split(" ");
  assert.equal(Number(pid), spare);
  assert.deepEqual(looks, fresh);
  assert.deepEqual(fresh.argv.slice(1), [project.path("app.js"), "one", "--two", ""]);
  assert.deepEqual(fresh.execArgv, ["--env-file=vars.env", "-r", "./preload.js", "--stack-trace-limit=20"]);
  assert.equal(fresh.env.FROM_FILE, "yes");
  assert.deepEqual(
    Object.keys(fresh.env).filter((name) => /HEATSYNC/.test(name) && !(name in process.env)),
    [],
  );
});

test("what the user preloads runs when the program starts, not before", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `console.log("text", globalThis.text, require("./value")); setInterval(() => {}, 1000);`,
    "preload.js": `globalThis.text = require("fs").readFileSync("text.txt", "utf8");`,
    "value.js": "module.exports = 1;",
    "text.txt": "a",
  });
  const runner = start(["--require=./preload.js", "app.js"]);
  await runner.line("text a 1");
  await spareOf(runner);
  project.write("text.txt", "b");
  project.write("value.js", "module.exports = 2;");
  await runner.line("text b 2");
});

for (const words of [["--env-file=vars.env"], ["--env-file", "vars.env"]]) {
  test(`a spare that booted with old variables is not used: ${words.join(" ")}`, async (t) => {
    const { project, start } = runnerProject(t, {
      "app.js": `console.log("variable", process.env.FROM_FILE, process.pid); setInterval(() => {}, 1000);`,
      "vars.env": "FROM_FILE=1",
    });
    const runner = start([...words, "app.js"]);
    await runner.line(/^variable 1 /);
    const spare = await spareOf(runner);
    project.write("vars.env", "FROM_FILE=2");
    const [, , pid] = (await runner.line(/^variable 2 /)).split(" ");
    // On a busy machine it boots so late that it has the new ones.
    if (Number(pid) !== spare) await until(() => !isRunning(spare), "the end of the old spare");
    assert.doesNotMatch(runner.stdout, /^variable 1 [\s\S]*^variable 1 /m);
  });
}

for (const [script, link, first, second] of [
  ["app.js", "app.js", "1/app.js", "2/app.js"],
  ["current/app.js", "current", "1", "2"],
  ["current", "current", "1", "2"],
]) {
  test(`a spare that has found another file than where the link leads now is not used: ${script}`, async (t) => {
    const { project, start } = runnerProject(t, {
      "1/package.json": { main: "app.js" },
      "2/package.json": { main: "app.js" },
      "1/app.js": `console.log("first"); setInterval(() => {}, 1000);`,
      "2/app.js": `console.log("second"); setInterval(() => {}, 1000);`,
    });
    project.link(first, link);
    const runner = start([script]);
    await runner.line("first");
    await booted(await spareOf(runner));
    project.link(second, "new");
    project.rename("new", link);
    await runner.line("second");
    assert.deepEqual(runner.lines, ["first", "second"]);
  });
}

// Once the project's CI: a spare that had read the old ones while the runner was still on its way to read them.
test("a spare that has booted before its variables are changed, and before its runner goes on", async (t) => {
  const { start } = runnerProject(t, {
    "app.js": `console.log("variable", process.env.FROM_FILE); setInterval(() => {}, 1000);`,
    "vars.env": "FROM_FILE=1",
    "booted.cjs": `require("node:fs").writeFileSync("booted", "");`,
    "late.cjs": `
      const childProcess = require("node:child_process");
      const fs = require("node:fs");
      const { spawn } = childProcess;
      childProcess.spawn = (file, words, options) => {
        if (!options.env.HEATSYNC_RUNNER_HOLD || fs.existsSync("booted")) return spawn(file, words, options);
        const NODE_OPTIONS = "--require=./booted.cjs " + options.env.NODE_OPTIONS;
        const child = spawn(file, words, { ...options, env: { ...options.env, NODE_OPTIONS } });
        while (!fs.existsSync("booted"));
        fs.writeFileSync("vars.env", "FROM_FILE=2");
        return child;
      };`,
  });
  const runner = start(["--env-file=vars.env", "app.js"], { env: { NODE_OPTIONS: "--require=./late.cjs" } });
  // On a busy machine the first program is stopped before it says anything.
  await runner.line("variable 2");
  assert.doesNotMatch(runner.stdout, /^variable 1$[\s\S]*^variable 1$/m);
});

test("--no-spare, and --inspect, which only one process can have", async (t) => {
  const { start } = runnerProject(t, {
    "app.js": `console.log("started", process.pid); setInterval(() => {}, 1000);`,
  });
  for (const words of [["--no-spare"], ["--inspect=0"]]) {
    const runner = start([...words, "app.js"]);
    await runner.line(/^started /);
    runner.child.stdin?.write("rs\n");
    const [, pid] = (await runner.line(/^started /)).split(" ");
    assert.deepEqual(childrenOf(runner), [Number(pid)]);
  }
});

/** @param {import("./support/project.mjs").Program} runner */
function childrenOf(runner) {
  return processes()
    .filter((it) => it.parent === runner.child.pid)
    .map((it) => it.pid);
}

/** The process that stands by, once it is there. @param {import("./support/project.mjs").Program} runner */
async function spareOf(runner) {
  const [running] = childrenOf(runner);
  await until(() => childrenOf(runner).length === 2, "a spare");
  return /** @type {number} */ (childrenOf(runner).find((pid) => pid !== running));
}

/** It waits for its word: reads from the channel. @param {number} pid */
async function booted(pid) {
  if (process.platform !== "linux") return;
  await until(() => /^\d+ 0x4 /.test(fs.readFileSync(`/proc/${pid}/syscall`, "utf8")), "the spare to wait");
}

function processes() {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      return { pid, parent };
    });
}
