// Worker threads, each with an instance of its own, in one process with one watcher.

import assert from "node:assert/strict";
import { test } from "node:test";
import { IMPORT, REQUIRE, SYNC } from "./support/observed.mjs";
import { project } from "./support/project.mjs";

/** @typedef {import("./support/observed.mjs").Kind} Kind */

const WORKER = {
  [REQUIRE.name]: `
    const { parentPort, workerData } = require("node:worker_threads");
    const Heatsync = require("heatsync-rs");
    const sync = new Heatsync();
    const mod = sync.require("./mod.cjs");
    const say = (name, value) => parentPort.postMessage(name + " " + workerData + " " + JSON.stringify(value));
    sync.events.on("reload", () => say("live", mod.value));
    sync.events.on("error", (error) => say("error", error.name));
    parentPort.on("message", () => {});
    say("live", mod.value);`,
  [IMPORT.name]: `
    import { parentPort, workerData } from "node:worker_threads";
    import Heatsync from "heatsync-rs";
    const sync = new Heatsync();
    const mod = await sync.import("./mod.mjs");
    const say = (name, value) => parentPort.postMessage(name + " " + workerData + " " + JSON.stringify(value));
    sync.events.on("reload", () => say("live", mod.value));
    sync.events.on("error", (error) => say("error", error.name));
    parentPort.on("message", () => {});
    say("live", mod.value);`,
};

/**
 * A program with `count` workers, which it ends on demand, and an instance of its own.
 * @param {import("node:test").TestContext} t @param {Kind} kind @param {number} count
 */
async function threads(t, kind, count) {
  const own = project(t, {
    [`worker.${kind.extension}`]: WORKER[kind.name],
    [`mod.${kind.extension}`]: kind.exports(1),
    "main.mjs": `
      import { Worker } from "node:worker_threads";
      import Heatsync from "heatsync-rs";
      const sync = new Heatsync();
      const mod = await sync.import("./mod.${kind.extension}");
      const value = () => mod.value;
      sync.events.on("reload", () => console.log("live main " + JSON.stringify(value())));
      sync.events.on("error", (error) => console.log("error main " + JSON.stringify(error.name)));
      const workers = [];
      const start = (name) => {
        const worker = workers[name] = new Worker("./worker.${kind.extension}", { workerData: name });
        worker.on("message", (text) => console.log(text));
        worker.on("exit", (code) => console.log("exit " + name + " " + code));
        worker.on("error", (error) => console.log("failed " + name + " " + error.stack));
      };
      for (let name = 0; name < ${count}; name++) start(name);
      process.on("message", async ({ stop, begin }) => {
        if (stop !== undefined) await workers[stop].terminate();
        if (begin !== undefined) start(begin);
        console.log("done");
      });
      console.log("live main 1");`,
  });
  const program = own.run("main.mjs");
  /** @param {number} value @param {(number | "main")[]} names */
  const everyone = async (value, names) => {
    const wanted = names.map((name) => `live ${name} ${value}`);
    await program.waitFor(() => wanted.every((line) => program.lines.includes(line)), wanted.join(", "));
  };
  await everyone(1, ["main", ...Array(count).keys()]);
  return { own, program, everyone, file: `mod.${kind.extension}` };
}

for (const kind of SYNC) {
  test(`${kind.name}: three workers and the main thread reload; one is terminated, the rest goes on`, async (t) => {
    const { own, program, everyone, file } = await threads(t, kind, 3);
    own.write(file, kind.exports(2));
    await everyone(2, ["main", 0, 1, 2]);
    program.child.send({ stop: 1 });
    await program.line("done");
    own.writeAtomically(file, kind.exports(3));
    await everyone(3, ["main", 0, 2]);
    assert.ok(!program.lines.includes("live 1 3"));
    program.child.send({ begin: 7 });
    await everyone(3, [7]);
    own.write(file, kind.exports(4));
    await everyone(4, ["main", 0, 2, 7]);
    assert.ok(!program.stdout.includes("failed"), program.stdout);
  });

  test(`${kind.name}: an error in a file of all threads is told in each, once`, async (t) => {
    const { own, program, everyone, file } = await threads(t, kind, 2);
    own.write(file, "let a = ;");
    await program.waitFor(
      () => program.lines.filter((line) => line.startsWith("error ")).length >= 3,
      "three errors",
    );
    own.write(file, kind.exports(2));
    await everyone(2, ["main", 0, 1]);
    const told = program.lines.filter((line) => line.startsWith("error ")).sort();
    assert.deepEqual(told, ['error 0 "SyntaxError"', 'error 1 "SyntaxError"', 'error main "SyntaxError"']);
  });

  test(`${kind.name}: a worker terminated in the middle of a reload, again and again`, async (t) => {
    const { own, program, everyone, file } = await threads(t, kind, 2);
    // The worker never comes out of evaluating this; the main thread does not go in.
    const stuck = (/** @type {number} */ value) => {
      const threads =
        kind === REQUIRE
          ? 'const threads = require("node:worker_threads");'
          : 'import * as threads from "node:worker_threads";';
      return `${threads}\nif (threads.workerData === 0) { threads.parentPort.postMessage("stuck ${value}"); for (;;); }\n${kind.exports(value)}`;
    };
    for (let value = 2; value < 6; value++) {
      own.write(file, stuck(value));
      await program.line(`stuck ${value}`);
      await everyone(value, ["main", 1]);
      program.child.send({ stop: 0 });
      await program.line("done");
      own.write(file, kind.exports(value * 10));
      await everyone(value * 10, ["main", 1]);
      program.child.send({ begin: 0 });
      await everyone(value * 10, [0]);
    }
    assert.ok(!program.stdout.includes("failed"), program.stdout);
  });

  test(`${kind.name}: workers that come and go while files change`, async (t) => {
    const { own, program, everyone, file } = await threads(t, kind, 1);
    for (let value = 2; value < 14; value++) {
      program.child.send({ begin: value });
      own.writeAtomically(file, kind.exports(value));
      await program.waitFor(
        () => program.lines.some((line) => line.startsWith(`live ${value} `)),
        `worker ${value}`,
      );
      program.child.send({ stop: value });
    }
    await everyone(13, ["main", 0]);
    await program.waitFor(
      () => program.lines.filter((line) => line.startsWith("exit ")).length === 12,
      "ended workers",
    );
    assert.ok(!program.stdout.includes("failed"), program.stdout);
  });

  test(`${kind.name}: a worker ends by itself when its work is done`, async (t) => {
    const extension = kind.extension;
    const own = project(t, {
      [`worker.${extension}`]: WORKER[kind.name].replace(/parentPort\.on\("message".*/, ""),
      [`mod.${extension}`]: kind.exports(1),
      "main.mjs": `
        import { Worker } from "node:worker_threads";
        for (const name of [0, 1]) new Worker("./worker.${extension}", { workerData: name }).on("message", console.log).on("exit", (code) => console.log("exit " + code));`,
    });
    const program = own.run("main.mjs");
    assert.deepEqual(await program.exit, { code: 0, signal: null });
    assert.deepEqual(program.lines.toSorted(), ["exit 0", "exit 0", "live 0 1", "live 1 1"], program.stderr);
  });
}
