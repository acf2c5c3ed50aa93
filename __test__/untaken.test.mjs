// An update that a worker thread does not take, since it waits for something, is told of.
import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

/** @param {import("./support/project.mjs").Program} program @param {string} text */
const times = ({ stderr }, text) => stderr.split(text).length - 1;

const WAITING = {
  register: {
    flags: ["--import", "heatsync-rs/register"],
    worker: `import { x } from "./x.mjs"; import.meta.hot.accept("./x.mjs", ({ x }) => parentPort.postMessage("live " + x));`,
  },
  "sync.import": {
    flags: [],
    worker: `import { Heatsync } from "heatsync-rs"; const sync = new Heatsync(); const it = await sync.import("./x.mjs");
      sync.events.on("reload", () => parentPort.postMessage("live " + it.x));`,
  },
};

for (const [way, { flags, worker }] of Object.entries(WAITING)) {
  test(`an update that a worker thread does not take, ${way}`, async (t) => {
    const self = project(t, {
      "main.mjs": `import { Worker } from "node:worker_threads"; import { Heatsync } from "heatsync-rs";
        const it = await new Heatsync().import("./own.mjs");
        const cell = new Int32Array(new SharedArrayBuffer(4));
        const worker = new Worker("./worker.mjs", { workerData: cell });
        worker.on("message", (text) => console.log(text));
        process.on("message", () => { Atomics.store(cell, 0, 1); Atomics.notify(cell, 0); });`,
      "own.mjs": "export const own = 1;",
      "worker.mjs": `import { parentPort, workerData as cell } from "node:worker_threads"; ${worker}
        const wait = () => { parentPort.postMessage("waits"); Atomics.wait(cell, 0, 0); };
        parentPort.on("message", () => {});
        // Files are watched from the first turn of the event loop on.
        setImmediate(() => setImmediate(wait));`,
      "x.mjs": "export const x = 1;",
    });
    const program = self.run("main.mjs", { nodeArguments: flags });
    await program.line("waits");
    self.write("x.mjs", "export const x = 2;");
    await program.errorOutput("x.mjs: a worker thread has not taken its update for 5 s");
    program.child.send("go on");
    await program.line("live 2");
    assert.equal(times(program, "a worker thread"), 1, program.stderr);
  });
}

test("a program ends while a worker thread's update waits", async (t) => {
  const self = project(t, {
    "main.mjs": `import { Worker } from "node:worker_threads"; import { Heatsync } from "heatsync-rs";
      await new Heatsync().import("./x.mjs");
      const cell = new Int32Array(new SharedArrayBuffer(4));
      const worker = new Worker("./worker.mjs", { workerData: cell });
      worker.on("message", (text) => console.log(text)); worker.unref();
      process.once("message", () => process.disconnect());`,
    "worker.mjs": `import { parentPort, workerData as cell } from "node:worker_threads"; import { Heatsync } from "heatsync-rs";
      await new Heatsync().import("./x.mjs");
      setImmediate(() => setImmediate(() => { parentPort.postMessage("waits"); Atomics.wait(cell, 0, 0); }));`,
    "x.mjs": "export const x = 1;",
  });
  const program = self.run("main.mjs");
  await program.line("waits");
  self.write("x.mjs", "export const x = 2;");
  program.child.send("end");
  assert.deepEqual(await program.exit, { code: 0, signal: null });
  assert.equal(times(program, "a worker thread"), 0, program.stderr);
});
