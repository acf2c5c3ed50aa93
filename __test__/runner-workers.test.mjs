// The runner: what a worker thread reloads by itself is no reason to start the program anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runnerProject } from "./support/runner.mjs";

const esm = { "package.json": { type: "module" } };
const parent = (/** @type {string} */ file, count = 1) => `import { Worker } from "node:worker_threads";
  for (let i = 0; i < ${count}; i++) new Worker(new URL("./${file}", import.meta.url)); console.log("begun");`;

/** @type {Record<string, { worker: string, leaf: (value: number) => string, register: boolean[] }>} */
const KINDS = {
  "sync.import": {
    worker: `import Heatsync from "heatsync-rs"; const it = await new Heatsync().import("./m.js");
      let last; setInterval(() => { if (it.v !== last) console.log("value", (last = it.v)); }, 10);`,
    leaf: (value) => `export const v = ${value};`,
    register: [true, false],
  },
  "sync.require of CommonJS": {
    worker: `import Heatsync from "heatsync-rs"; const it = new Heatsync().require("./m.cjs");
      let last; setInterval(() => { if (it.v !== last) console.log("value", (last = it.v)); }, 10);`,
    leaf: (value) => `exports.v = ${value};`,
    register: [true, false],
  },
  hmr: {
    worker: `import { hmr } from "heatsync-rs"; hmr("./m.js", [], (m) => console.log("value", m.v), { clearEveryTime: false });`,
    leaf: (value) => `export const v = ${value};`,
    register: [true, false],
  },
  "import.meta.hot": {
    worker: `import { v } from "./m.js"; console.log("value", v); import.meta.hot.accept("./m.js", () => console.log("value", v));
      setInterval(() => {}, 1000);`,
    leaf: (value) => `export const v = ${value};`,
    register: [true],
  },
};

for (const [kind, { worker, leaf, register }] of Object.entries(KINDS)) {
  const file = worker.includes("m.cjs") ? "m.cjs" : "m.js";
  for (const isRegistered of register) {
    for (const count of [1, 4]) {
      test(`${kind} in ${count} worker(s)${isRegistered ? "" : ", --no-register"}`, async (t) => {
        const { project, start } = runnerProject(t, {
          ...esm,
          "app.js": parent("worker.js", count),
          "worker.js": worker,
          [file]: leaf(0),
        });
        const runner = start([...(isRegistered ? [] : ["--no-register"]), "app.js"]);
        for (let each = 0; each < count; each++) await runner.line("value 0");
        for (let value = 1; value < 5; value++) {
          project.write(file, leaf(value));
          for (let each = 0; each < count; each++) await runner.line(`value ${value}`);
        }
        assert.doesNotMatch(runner.stderr, /restarting/);
        assert.equal(runner.stdout.match(/^begun$/gm)?.length, 1);
        // What nobody reloads is another matter. (Of an ES module that nobody imports by a declaration Node 20 tells nobody.)
        if (!isRegistered && process.version.startsWith("v20.")) return;
        project.write("worker.js", worker.replaceAll(`"value"`, `"other"`));
        await runner.line("other 4");
        assert.match(runner.stderr, /restarting: worker\.js/);
      });
    }
  }
}

test("what the program itself has loaded, too, and does not reload", async (t) => {
  const { project, start } = runnerProject(t, {
    ...esm,
    "app.js": `import { v } from "./m.js"; console.log("program", v); ${parent("worker.js")}`,
    "worker.js": KINDS["sync.import"].worker,
    "m.js": KINDS["sync.import"].leaf(0),
  });
  const runner = start(["--no-register", "app.js"]);
  await runner.line("value 0");
  project.write("m.js", KINDS["sync.import"].leaf(1));
  await runner.line("program 1");
});
