// ES modules with an export of the name `module.exports`, which is all that require() gives of them (Node 23, and later versions of 20 and 22):
// they are followed as others are, and a new version gives the same.

import assert from "node:assert/strict";
import { test } from "node:test";
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
