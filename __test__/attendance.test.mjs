// Under Linux a program's event loop reads file events itself: when it does, when it leaves them to the thread, and that nobody
// else notices. What libuv waits for is in Node's diagnostic report.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { project } from "./support/project.mjs";

// A rehearsal has the loop wait, too, as does an update.
process.env.HEATSYNC_REHEARSE = "0";

const skip = process.platform !== "linux" && "the events of other systems are their own threads'";

/** Says what is live, and, asked, how the loop waits for events: `null`, or is it active, and does it keep the program? */
const program = (/** @type {string} */ prelude) => `
${prelude}
process.report.excludeNetwork = true;
process.on("message", () => {
  const poll = process.report.getReport().libuv.filter(({ type }) => type === "poll");
  console.log("waits " + JSON.stringify(poll.map(({ is_active, is_referenced }) => [is_active, is_referenced])));
});
process.channel.unref();`;

const SYNC = program(`
const Heatsync = require("heatsync-rs");
const sync = new Heatsync();
const own = sync.require("./own.cjs");
sync.events.on("error", (error) => console.log("error " + JSON.stringify(String(error))));
let last = own.value;
console.log("live " + last);
const look = setInterval(() => {
  if (own.value !== last) console.log("live " + (last = own.value));
}, 1);
process.once("SIGUSR2", () => clearInterval(look));`);

/** @param {import("node:test").TestContext} t @param {string} [first] what the program does before all else @param {string[]} [nodeArguments] */
async function started(t, first = "", nodeArguments = []) {
  const own = project(t, { "main.cjs": first + SYNC, "own.cjs": "exports.value = 1;" });
  const running = own.run("main.cjs", { nodeArguments });
  assert.equal(await running.value("live"), 1);
  const waits = async () => {
    running.child.send("ask");
    return running.value("waits");
  };
  /** Saves until it is live: what was saved before anything is watched is found otherwise. @param {number} value */
  const save = async (value) => {
    own.writeAtomically("own.cjs", `exports.value = ${value};`);
    assert.equal(await running.value("live"), value);
  };
  return { own, running, save, waits };
}

test("a loop that has had an update waits for the next one itself, and keeps no program", {
  skip,
}, async (t) => {
  const { running, save, waits } = await started(t);
  await save(2);
  assert.deepEqual(await waits(), [[true, false]]);
  for (const value of [3, 4, 5]) await save(value);
  assert.deepEqual(await waits(), [[true, false]], "once");
  running.child.kill("SIGUSR2");
  assert.deepEqual(await running.exit, { code: 0, signal: null });
  assert.equal(running.stderr, "");
});

/** By thread, the oldest first: `SCHED_OTHER` is 0, `SCHED_BATCH` 3. See proc_pid_stat(5). @param {number} pid */
const policies = (pid) =>
  readdirSync(`/proc/${pid}/task`)
    .map(Number)
    .sort((a, b) => a - b)
    .map((id) => readFileSync(`/proc/${pid}/task/${id}/stat`, "utf8"))
    .map((stat) => Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[38]));

test("V8's workers interrupt nobody once a loop waits; every other thread is as it was", {
  skip,
}, async (t) => {
  const { running, save } = await started(t);
  const before = policies(running.child.pid);
  assert.deepEqual(new Set(before), new Set([0]));
  await save(2);
  // The program's own thread, the one for delayed tasks, four workers, and whoever has come since.
  const after = policies(running.child.pid);
  assert.deepEqual(after.slice(0, 6), [0, 0, 3, 3, 3, 3]);
  assert.deepEqual(new Set(after.slice(6)), new Set([0]));
});

for (const size of [2, 6]) {
  test(`… all ${size} that --v8-pool-size asks for, and none of those that do the program's work`, {
    skip,
  }, async (t) => {
    const first = `
      require("node:fs").stat(__filename, () => {});
      new (require("node:worker_threads").Worker)("setInterval(() => {}, 1e6);", { eval: true }).unref();`;
    const { running, save } = await started(t, first, [`--v8-pool-size=${size}`]);
    await save(2);
    const after = policies(running.child.pid);
    assert.deepEqual(after.slice(0, 2 + size), [0, 0, ...Array(size).fill(3)]);
    assert.deepEqual(new Set(after.slice(2 + size)), new Set([0]));
  });
}

test("a save wakes no other thread while a loop waits for it", { skip }, async (t) => {
  const { running, save } = await started(t);
  await save(2);
  const folder = `/proc/${running.child.pid}/task`;
  const thread = readdirSync(folder).find(
    (id) => readFileSync(`${folder}/${id}/comm`, "utf8") === "heatsync events\n",
  );
  const waits = () => {
    const [, count] =
      readFileSync(`${folder}/${thread}/status`, "utf8").match(/^voluntary_ctxt_switches:\s*(\d+)/m) ?? [];
    return Number(count);
  };
  // The first of them may find it waiting still.
  await save(3);
  const [before, begun] = [waits(), performance.now()];
  for (let value = 4; value < 64; value++) await save(value);
  // It makes a round each second.
  const rounds = Math.ceil((performance.now() - begun) / 1000) + 1;
  const woken = waits() - before;
  assert.ok(woken <= 2 * rounds, `${woken} times, in ${rounds} rounds`);
});

test("what is written in vain again and again is left to the thread until there is an update", {
  skip,
}, async (t) => {
  const { own, save, waits } = await started(t);
  await save(2);
  assert.deepEqual(await waits(), [[true, false]]);
  const isActive = async () => JSON.stringify(await waits()) !== "[[false,false]]";
  let line = 0;
  for (; await isActive(); own.write("app.log", `${++line}`)) assert.ok(line < 1000, "waits for ever");
  assert.ok(line > 20, `${line}`); // one or two events a time
  await save(3);
  assert.deepEqual(await waits(), [[true, false]]);
});

test("very many events at once are left to the thread", { skip }, async (t) => {
  const { own, save, waits } = await started(t);
  await save(2);
  assert.deepEqual(await waits(), [[true, false]]);
  /** Within one turn of its loop. */
  const many = () => {
    for (let count = 0; count < 300; count++) own.write(`noise-${count % 7}`, "1");
  };
  const isActive = async () => JSON.stringify(await waits()) !== "[[false,false]]";
  for (let times = 0; await isActive(); times++, many()) assert.ok(times < 100, "waits for ever");
  await save(3);
  assert.deepEqual(await waits(), [[true, false]]);
});

const WORKER = `
const { parentPort, workerData } = require("node:worker_threads");
const Heatsync = require("heatsync-rs");
const own = new Heatsync().require("./own.cjs");
let last = own.value;
parentPort.postMessage("live " + workerData + " " + last);
setInterval(() => {
  if (own.value !== last) parentPort.postMessage("live " + workerData + " " + (last = own.value));
}, 1);`;

test("workers come and go: each that waits for events ends as others do, and the next one waits", {
  skip,
}, async (t) => {
  const own = project(t, {
    "main.cjs": `
const { Worker } = require("node:worker_threads");
process.on("message", async (name) => {
  const worker = new Worker("./worker.cjs", { workerData: name });
  worker.on("message", (text) => console.log(text));
  process.once("message", async () => console.log("ended " + (await worker.terminate())));
});`,
    "worker.cjs": WORKER,
    "own.cjs": "exports.value = 1;",
  });
  const running = own.run("main.cjs");
  let value = 1;
  for (const name of ["a", "b", "c"]) {
    running.child.send(name);
    await running.line(`live ${name} ${value}`);
    for (let count = 0; count < 3; count++) {
      own.writeAtomically("own.cjs", `exports.value = ${++value};`);
      await running.line(`live ${name} ${value}`);
    }
    running.child.send("end");
    assert.equal(await running.value("ended"), 1);
  }
  assert.equal(running.stderr, "");
});

test("a worker's updates come while the loop that waits for events is busy", { skip }, async (t) => {
  const own = project(t, {
    "main.cjs": `
const { Worker } = require("node:worker_threads");
const Heatsync = require("heatsync-rs");
const own = new Heatsync().require("./main-own.cjs");
console.log("main " + own.value);
let last = own.value;
setInterval(() => {
  if (own.value !== last) console.log("main " + (last = own.value));
}, 1);
const seen = new Int32Array(new SharedArrayBuffer(4));
process.on("message", (value) => {
  console.log("busy");
  while (Atomics.load(seen, 0) !== value); // the worker has to be live first
  console.log("free");
});
new Worker("./worker.cjs", { workerData: seen });`,
    "main-own.cjs": "exports.value = 1;",
    "worker.cjs": `
const { workerData } = require("node:worker_threads");
const Heatsync = require("heatsync-rs");
const own = new Heatsync().require("./own.cjs");
const look = () => Atomics.store(workerData, 0, own.value);
setInterval(look, 1);`,
    "own.cjs": "exports.value = 1;",
  });
  const running = own.run("main.cjs");
  assert.equal(await running.value("main"), 1);
  own.writeAtomically("main-own.cjs", "exports.value = 2;");
  assert.equal(await running.value("main"), 2);
  for (const value of [3, 4]) {
    running.child.send(value);
    await running.line("busy");
    own.writeAtomically("own.cjs", `exports.value = ${value};`);
    await running.line("free");
  }
});
