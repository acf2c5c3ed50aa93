// ES modules with an export of the name `module.exports`, which is all that require() gives of them (Node 23, and later versions of 20 and 22):
// they are followed as others are, and a new version gives the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project, until } from "./support/project.mjs";
import { TELL } from "./support/seen.mjs";

const SYNC = `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", (error) => console.error(error));`;
/** By a name, and by `export *`, which brings it along from CommonJS where Node does. @type {Record<string, string>} */
const WAYS = {
  name: `import leaf from "./leaf.cjs"; const it = { v: "m" + leaf.v }; export { it as "module.exports" }; export const v = it.v;`,
  star: `import leaf from "./leaf.cjs"; export * from "./leaf.cjs"; export const u = leaf.v;`,
};
const REGISTER = ["--import", "heatsync-rs/register"];

for (const [way, text] of Object.entries(WAYS)) {
  for (const type of ["module", undefined]) {
    for (const nodeArguments of [[], REGISTER]) {
      test(`CommonJS requires it, by ${way}, type ${type}, ${nodeArguments.length ? "registered" : "alone"}: each edit below is live`, async (t) => {
        const own = project(t, {
          "package.json": { ...(type && { type }) },
          "leaf.cjs": "exports.v = 1;",
          "module.js": text,
          "requires.cjs": `const { v } = require("./module.js"); exports.v = "r" + v;`,
          "root.mjs": `import * as it from "./module.js"; import { v } from "./requires.cjs"; export const seen = () => it.v + " " + v;`,
          "main.mjs": `${SYNC} const root = await sync.import("./root.mjs"); const seen = () => root.seen(); ${TELL}`,
        });
        const program = own.run("main.mjs", { nodeArguments });
        const say = (/** @type {number} */ n) => `value ${way === "name" ? `m${n} rm${n}` : `${n} r${n}`}\n`;
        for (let n = 1; n < 5; n++) {
          if (n > 1) own.write("leaf.cjs", `exports.v = ${n};`);
          await until(() => program.stdout.endsWith(say(n)), `edit ${n}`);
        }
        assert.doesNotMatch(program.stderr, /Error/);
      });
    }
  }
}

for (const nodeArguments of [[], REGISTER]) {
  test(`sync.require gives it in each version, ${nodeArguments.length ? "registered" : "alone"}`, async (t) => {
    const text = (/** @type {number} */ n) =>
      `const it = { v: ${n} }; export { it as "module.exports" }; export const other = ${n};`;
    const own = project(t, {
      "package.json": { type: "module" },
      "module.js": text(1),
      "main.mjs": `${SYNC} const it = sync.require("./module.js"); const seen = () => JSON.stringify(it); ${TELL}`,
    });
    const program = own.run("main.mjs", { nodeArguments });
    for (let n = 1; n < 4; n++) {
      if (n > 1) own.write("module.js", text(n));
      await until(() => program.stdout.endsWith(`value {"v":${n}}\n`), `edit ${n}`);
    }
    assert.deepEqual(
      program.stdout.trim().split("\n"),
      [1, 2, 3].map((n) => `value {"v":${n}}`),
    );
  });
}

test("sync.require gives it after an update of import.meta.hot, and to an instance that asks then", async (t) => {
  const text = (/** @type {number} */ n) =>
    `const it = { v: ${n} }; export { it as "module.exports" }; export const other = ${n};`;
  const it = await hotProgram(t, {
    "main.mjs": `import Heatsync from "heatsync-rs"; import { createRequire } from "node:module"; import "./module.mjs";
      const held = new Heatsync().require("./module.mjs");
      globalThis.seen = () =>
        JSON.stringify([held, createRequire(import.meta.url)("./module.mjs"), new Heatsync().require("./module.mjs")]);
      import.meta.hot.accept("./module.mjs", () => {});`,
    "module.mjs": text(1),
  });
  const shown = (/** @type {number} */ n) => JSON.stringify([{ v: n }, { v: n }, { v: n }]);
  assert.equal(await it.ask("seen()"), shown(1));
  for (const n of [2, 3]) {
    assert.equal((await it.save({ "module.mjs": text(n) })).type, "accepted");
    await it.shows(shown(n), "seen()");
  }
});

test("a second instance is given it once sync.require has been given a new version", async (t) => {
  const text = (/** @type {number} */ n) =>
    `const it = { v: ${n} }; export { it as "module.exports" }; export const other = ${n};`;
  const own = project(t, {
    "module.mjs": text(1),
    "main.mjs": `${SYNC} const it = sync.require("./module.mjs"); let second = false;
      const seen = () => JSON.stringify([it, it.v > 1 && (second ||= new Heatsync().require("./module.mjs"))]); ${TELL}`,
  });
  const program = own.run("main.mjs");
  await until(() => program.stdout.endsWith(`value [{"v":1},false]\n`), "the first version");
  own.write("module.mjs", text(2));
  await until(() => program.stdout.endsWith(`value [{"v":2},{"v":2}]\n`), "the second version");
});
