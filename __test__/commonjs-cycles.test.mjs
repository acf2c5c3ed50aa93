// Cycles through CommonJS, ES modules and import(): what requires a member that has not had its turn gets the version that is made right now.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project, until } from "./support/project.mjs";

const REGISTER = ["--import", "heatsync-rs/register"];

test("an ES module that CommonJS requires, in a cycle by import(), is evaluated when it is required, once", async (t) => {
  // lazy -import()-> sum -> peer <-> requires -> lazy
  const sum = (/** @type {number} */ n) =>
    `import * as peer from "./peer.cjs"; export const sum = ${n} + peer.one; console.log("run sum");`;
  const requires = (/** @type {number} */ n) =>
    `const { me } = require("./lazy.mjs"); const peer = require("./peer.cjs");
    exports.value = ${n}; exports.it = me; exports.late = () => peer.one; console.log("run requires");`;
  const own = project(t, {
    "package.json": { type: "module" },
    "lazy.mjs": `export const me = {}; export const late = () => import("./sum.mjs"); console.log("run lazy");`,
    "sum.mjs": sum(1),
    "peer.cjs": `const requires = require("./requires.cjs"); exports.one = 1; exports.late = () => requires.value;`,
    "requires.cjs": requires(1),
    "root.mjs": `import * as lazy from "./lazy.mjs"; import { sum } from "./sum.mjs"; import * as requires from "./requires.cjs";
      export const seen = async () => [sum, (await lazy.late()).sum, requires.value, requires.it === lazy.me].join();`,
    "main.mjs": `import { seen } from "./root.mjs"; import.meta.hot.accept("./root.mjs", tell);
      async function tell() { console.log("seen", await seen()); }
      await tell(); setInterval(() => {}, 1000);`,
  });
  const program = own.run("main.mjs", { nodeArguments: REGISTER });
  await until(() => program.stdout.endsWith("seen 2,2,1,true\n"), "the start");
  const first = program.stdout;
  own.write("sum.mjs", sum(2));
  await until(() => program.stdout.endsWith("seen 3,3,1,true\n"), "the ES module above the cycle");
  own.write("requires.cjs", requires(2));
  await until(() => program.stdout.endsWith("seen 3,3,2,true\n"), "CommonJS in it");
  const runs = program.stdout
    .slice(first.length)
    .split("\n")
    .filter((line) => line.startsWith("run"));
  assert.deepEqual(
    runs.filter((line) => line === "run lazy"),
    ["run lazy", "run lazy"],
  );
});
