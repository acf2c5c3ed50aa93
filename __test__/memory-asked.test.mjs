// What a program asks for again and again while nothing is saved, as for each request: who asks for what is looked at when something is, and
// what is kept until then is not to grow with each time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const TIMES = 5000;
/** What is gone through from time to time is a thousand by then, and what has come since. */
const MOST = 2500;

/** What a program does each time. @type {Record<string, { each: string, files: Record<string, string> }>} */
const WAYS = {
  "import() in CommonJS": {
    each: `await require("./lazy.cjs").load();`,
    files: { "lazy.cjs": `exports.load = () => import("./x.mjs");`, "x.mjs": "export const x = 1;" },
  },
  "import() in a package": {
    each: `await require("lazy").load(${"`${__dirname}/x.cjs`"});`,
    files: {
      "node_modules/lazy/index.js": "exports.load = (file) => import(file);",
      "x.cjs": "exports.x = 1;",
    },
  },
  "createRequire()": {
    each: `require("node:module").createRequire(__filename)("./x.cjs");`,
    files: { "x.cjs": "exports.x = 1;" },
  },
  "an instance of Heatsync that is disposed": {
    each: `const sync = new (require("heatsync-rs"))(); sync.require("./x.cjs"); await sync.dispose();`,
    files: { "x.cjs": "exports.x = 1;" },
  },
  "a package that loads a file anew": {
    each: `require("fresh").load(${"`${__dirname}/x.cjs`"});`,
    files: {
      "node_modules/fresh/index.js": `exports.load = (file) => {
        delete require.cache[file];
        module.children.length = 0;
        require(file);
      };`,
      "x.cjs": "exports.x = 1;",
    },
  },
};

for (const [way, { each, files }] of Object.entries(WAYS)) {
  test(`${way}: what is noted does not grow with each time`, async (t) => {
    const self = project(t, {
      "main.cjs": `
        const v8 = require("node:v8");
        const count = () => v8.queryObjects(WeakRef, { format: "count" });
        const turn = () => new Promise((resolve) => setImmediate(resolve));
        (async () => {
          const repeat = async (times) => {
            for (let time = 0; time < times; time++) {
              ${each}
              if (time % 20 === 0) await turn();
              // V8 lets go of what references alone lead to when it collects all.
              if (time % 500 === 0) gc();
            }
          };
          await repeat(10);
          const before = count();
          await repeat(${TIMES});
          console.log("more", count() - before);
          process.exit();
        })();`,
      ...files,
    });
    const program = self.run("main.cjs", {
      nodeArguments: ["--expose-gc", "--import", "heatsync-rs/register"],
    });
    const [, more] = (await program.line(/^more /)).split(" ").map(Number);
    assert.ok(more < MOST, `${more} references`);
  });
}

// Newer ones ask in the program's thread.
const isElsewhere = !("registerHooks" in process.getBuiltinModule("node:module"));

test("a thread of hooks tells once of what is imported again and again, and once more when that was looked at", {
  skip: !isElsewhere,
}, async (t) => {
  const self = project(t, {
    "count.cjs": `
      const threads = require("node:worker_threads");
      const { receiveMessageOnPort } = threads;
      globalThis.told = 0;
      threads.receiveMessageOnPort = (port) => {
        const it = receiveMessageOnPort(port);
        if (it?.message?.url?.endsWith("/x.mjs")) globalThis.told++;
        return it;
      };`,
    "main.cjs": `
      const { load } = require("./lazy.cjs");
      require("./y.cjs");
      setInterval(() => {}, 1000);
      globalThis.update = async (version) => {
        console.log("told", version, globalThis.told);
        globalThis.told = 0;
        for (let time = 0; time < 500; time++) await load();
        console.log("ready", version);
      };
      globalThis.update(1);`,
    "lazy.cjs": `exports.load = () => import("./x.mjs");`,
    "x.mjs": "export const x = 1;",
    "y.cjs": "module.hot.accept();",
  });
  const program = self.run("main.cjs", {
    nodeArguments: ["--require", "./count.cjs", "--import", "heatsync-rs/register"],
  });
  await program.line("ready 1");
  for (const version of [2, 3]) {
    self.write("y.cjs", `module.hot.accept(); setTimeout(update, 50, ${version});`);
    const [, , told] = (await program.line(/^told /)).split(" ").map(Number);
    if (version > 2) assert.ok(told === 1 || told === 2, `told ${told} times`);
    await program.line(`ready ${version}`);
  }
});
