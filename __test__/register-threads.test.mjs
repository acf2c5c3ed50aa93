// Register in worker threads and child processes: each has hooks, a session and updates of its own.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { project } from "./support/project.mjs";
import { same } from "./support/same.mjs";

const x = (/** @type {number} */ n) => `import.meta.hot?.accept(); export const value = ${n};`;
const poll = (/** @type {string} */ name) =>
  `import { value } from "./x.mjs"; let last; setInterval(() => { if (value !== last) console.log(${name}, last = value); }, 2);`;
const registered = ["--no-warnings", "--import", "heatsync-rs/register"];

describe("like plain Node", { concurrency: 2 }, () => {
  const worker = `import { parentPort, workerData, isMainThread } from "node:worker_threads"; import { value } from "./x.mjs";
    console.log(isMainThread, import.meta.main, import.meta.url, process.argv.slice(1), workerData, value);
    parentPort.postMessage((await import("./x.mjs")).value);`;
  const files = {
    "x.mjs": x(1),
    "worker.mjs": worker,
    "worker.cjs": `const { parentPort, workerData } = require("worker_threads"); console.log(require.main === module, __filename, workerData); parentPort.postMessage(require("./x.mjs").value);`,
    "throws.mjs": `import "./x.mjs"; throw new RangeError("in a worker");`,
    "main.mjs": `import { Worker } from "node:worker_threads"; import { once } from "node:events"; import { value } from "./x.mjs";
      const ends = (worker) => Promise.all([once(worker, "message"), once(worker, "exit")]);
      for (const [name, options] of [["worker.mjs", { argv: ["a"], workerData: 5 }], ["worker.cjs", { workerData: 6 }], ["worker.mjs", { execArgv: [], env: { A: "1" } }]]) {
        const worker = new Worker(new URL(name, import.meta.url), options);
        console.log(value, ...(await ends(worker)));
      }
      const evaluated = new Worker("import('./x.mjs').then(({ value }) => require('worker_threads').parentPort.postMessage(value))", { eval: true });
      console.log(...(await ends(evaluated)));
      const throwing = new Worker(new URL("throws.mjs", import.meta.url));
      const [error] = await once(throwing, "error"); console.log(error.name, error.message);
      const ended = new Worker("setInterval(() => {}, 1000); import('./x.mjs')", { eval: true });
      await once(ended, "online"); console.log(await ended.terminate());`,
  };
  test("worker threads", (t) => same(t, { run: ["main.mjs"], files }));
  test("child processes", (t) =>
    same(t, {
      run: ["parent.mjs"],
      files: {
        "x.mjs": x(1),
        "child.mjs": `import { value } from "./x.mjs"; process.send({ value, argv: process.argv.slice(1) }); process.disconnect();`,
        "parent.mjs": `import { fork, spawnSync } from "node:child_process"; import { once } from "node:events";
          const child = fork(new URL("child.mjs", import.meta.url), ["a"]); console.log(...(await Promise.all([once(child, "message"), once(child, "exit")])));
          const { status, stdout } = spawnSync(process.execPath, ["-p", "5"]); console.log(status, String(stdout));`,
      },
    }));
  test("a cluster", (t) =>
    same(t, {
      run: ["main.mjs"],
      files: {
        "x.mjs": x(1),
        "main.mjs": `import cluster from "node:cluster"; import { value } from "./x.mjs";
          if (cluster.isPrimary) cluster.fork().on("message", (message) => console.log(message)).on("exit", (code) => console.log("exit", code));
          else process.send({ value, id: cluster.worker.id }, () => process.exit(3));`,
      },
    }));
});

test("each thread is reloaded", async (t) => {
  const self = project(t, {
    "x.mjs": x(1),
    "worker.mjs": poll(`"worker"`),
    "main.mjs": `import { Worker } from "node:worker_threads"; new Worker(new URL("worker.mjs", import.meta.url)); ${poll(`"main"`)}`,
  });
  const program = self.run("main.mjs", { nodeArguments: registered });
  const both = async (/** @type {number} */ n) => {
    await program.waitFor(() => program.lines.includes(`main ${n}`), `main ${n}`);
    await program.waitFor(() => program.lines.includes(`worker ${n}`), `worker ${n}`);
  };
  await both(1);
  self.write("x.mjs", x(2));
  await both(2);
  self.write("x.mjs", x(3));
  await both(3);
});

test("a forked child is reloaded, and NODE_OPTIONS reach a spawned one", async (t) => {
  const self = project(t, {
    "x.mjs": x(1),
    // By what is reloaded: on Windows no process hears a signal of another one.
    "child.mjs": `${poll("process.argv[2]")} setInterval(() => { if (value === 3) process.exit(); }, 2);`,
    "main.mjs": `import { fork, spawn } from "node:child_process"; import { fileURLToPath } from "node:url";
      const file = fileURLToPath(new URL("child.mjs", import.meta.url));
      fork(file, ["fork"]); spawn(process.execPath, [file, "spawn"], { stdio: ["ignore", "inherit", "inherit"] });`,
  });
  const env = { NODE_OPTIONS: "--no-warnings --import heatsync-rs/register" };
  const program = self.run("main.mjs", { env });
  const both = async (/** @type {number} */ n) => {
    for (const name of ["fork", "spawn"]) {
      await program.waitFor(() => program.lines.includes(`${name} ${n}`), `${name} ${n}`);
    }
  };
  await both(1);
  self.write("x.mjs", x(2));
  await both(2);
  self.write("x.mjs", x(3));
  assert.deepEqual(await program.exit, { code: 0, signal: null });
});

test("the process exits when the program's work is done, watched files or not", async (t) => {
  const self = project(t, {
    "x.mjs": x(1),
    "main.mjs": `import { value } from "./x.mjs"; setTimeout(() => console.log(value, "end"), 20);`,
    "worker.mjs": `import "./x.mjs";`,
    "workers.mjs": `import { Worker } from "node:worker_threads"; import "./x.mjs"; new Worker(new URL("worker.mjs", import.meta.url)).on("exit", (code) => console.log("worker", code));`,
  });
  for (const [entry, output] of [
    ["main.mjs", "1 end\n"],
    ["workers.mjs", "worker 0\n"],
  ]) {
    const program = self.run(entry, { nodeArguments: registered });
    assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
    assert.equal(program.stdout, output);
  }
});
