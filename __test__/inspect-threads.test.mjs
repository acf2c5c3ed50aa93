// The page shows the modules of worker threads, each with its own, beside those of the main thread.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Events, pageUrl } from "./support/page.mjs";
import { project, until } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

const files = {
  "package.json": { type: "module", heatsync: { inspect: true } },
  "main.js": `
    import { once } from "node:events";
    import { Worker } from "node:worker_threads";
    import "./own.js";
    const workers = [];
    for (const _ of [1, 2]) {
      workers.push(new Worker(new URL("./worker.js", import.meta.url)));
      await once(workers.at(-1), "message");
    }
    console.log("ready", workers.map((it) => it.threadId).join());
    const held = setInterval(() => {}, 1000);
    process.on("message", (message) => {
      if (message === "terminate") workers[0].terminate();
      if (message === "end") {
        workers[1].postMessage("end");
        clearInterval(held);
        process.disconnect();
      }
    });`,
  "own.js": "export {};",
  "worker.js": `
    import { parentPort } from "node:worker_threads";
    import "./cycle.js";
    import "./view.js";
    import.meta.hot.accept("./view.js");
    parentPort.on("message", () => parentPort.close());
    parentPort.postMessage("ready");`,
  "cycle.js": `import "./back.js";`,
  "back.js": `import "./cycle.js";`,
  "view.js": "export const v = 1;",
};

/** @param {Events} events @param {string} thread */
const modulesIn = (events, thread) =>
  [...events.modules.keys()].filter((name) => name.startsWith(`[worker ${thread}]/`)).sort();

/** @param {import("./support/project.mjs").Program} program @param {Events} events */
async function threadsOf(program, events) {
  const ids = (await program.line(/^ready /)).slice(6).split(",");
  for (const id of ids) await events.module(`[worker ${id}]/view.js`);
  await events.module("own.js");
  return ids;
}

const own = ["back.js", "cycle.js", "view.js", "worker.js"];

test("a program that serves its page itself: threads, their updates, their ends", async (t) => {
  const self = project(t, files);
  const program = self.run("main.js", { nodeArguments: ["--import", "heatsync-rs/register"] });
  const events = new Events(t, await pageUrl(program));
  const [one, two] = await threadsOf(program, events);
  const inThread = (/** @type {string} */ thread) => own.map((name) => `[worker ${thread}]/${name}`);
  assert.deepEqual(modulesIn(events, one), inThread(one));
  const module = events.modules.get(`[worker ${two}]/worker.js`);
  assert.equal(module.thread, Number(two));
  assert.deepEqual(module.imports, [`[worker ${two}]/cycle.js`, `[worker ${two}]/view.js`]);
  assert.deepEqual(module.accepts, [`[worker ${two}]/view.js`]);
  assert.equal(events.modules.get("main.js").thread, undefined);
  // A cycle in one thread is none with that of another.
  const cycles = [one, two].map((it) => events.modules.get(`[worker ${it}]/cycle.js`).cycle);
  assert.notEqual(cycles[0], undefined);
  assert.notEqual(cycles[0], cycles[1]);

  self.write("view.js", "export const v = 2;");
  for (const thread of [one, two]) {
    const name = `[worker ${thread}]/view.js`;
    const entry = await events.entry(({ files: [file], type }) => type === "accepted" && file === name);
    assert.deepEqual(entry.acceptedBy, [`[worker ${thread}]/worker.js`]);
    await events.module(name, ({ version }) => version === 1);
  }
  program.child.send("terminate");
  await until(() => modulesIn(events, one).length === 0, "the end of a worker");
  assert.deepEqual(modulesIn(events, two), inThread(two));
  assert.ok(events.modules.has("main.js"));
  // Nobody is held by what they tell.
  program.child.send("end");
  assert.deepEqual(await program.exit, { code: 0, signal: null }, program.stderr);
});

test("under the runner: a restart ends what the threads had", async (t) => {
  const { project: self, start } = runnerProject(t, files);
  const program = start(["inspect", "main.js"]);
  const events = new Events(t, await pageUrl(program));
  const [one, two] = await threadsOf(program, events);
  self.write("own.js", "export const changed = 1;");
  self.write("main.js", files["main.js"].replace("[1, 2]", "[1]").replace(`import "./own.js";`, ""));
  await until(() => modulesIn(events, two).length === 0, "the end of the second worker");
  await until(() => !events.modules.has("own.js"), "the end of own.js");
  assert.ok(events.modules.has("main.js"));
  await events.module(`[worker ${one}]/worker.js`);
});
