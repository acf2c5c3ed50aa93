// A save costs what it changes, and what leads to that, however large the program is around it: what sync.require, sync.import and hmr()
// have reloaded, too. Counted is how often what of the runtime runs (support/looks.cjs), as in boundary-scale.test.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { countedSaves, FEW, grown, MANY, TELLS_LIVE } from "./support/counted-saves.mjs";
import { project } from "./support/project.mjs";

/** So many saves are not compared. */
const FIRST = 4;

/** Modules of which each leads to ten others. @param {string} name @param {number} size */
function tree(name, size) {
  /** @type {Record<string, string>} */
  const files = {};
  for (let n = 0; n < size; n++) {
    const children = Array.from({ length: 10 }, (_, i) => n * 10 + i + 1).filter((m) => m < size);
    files[`${name}/c${n}.cjs`] =
      `${children.map((m) => `require("./c${m}.cjs");`).join("")}\nexports.n = ${n};`;
    files[`${name}/e${n}.mjs`] =
      `${children.map((m) => `import "./e${m}.mjs";`).join("")}\nexport const n = ${n};`;
  }
  return files;
}

const commonJs = (/** @type {number | string} */ value) =>
  `require("./below/c0.cjs"); exports.leaf = require("./leaf.cjs"); exports.own = ${value};`;
const esModule = (/** @type {number | string} */ value) =>
  `import "./below/e0.mjs"; export { leaf } from "./leaf.mjs"; export const own = ${value};`;
const watched = (/** @type {number | string} */ value) =>
  `import "./watched/e0.mjs"; export { leaf } from "./hmr-leaf.mjs"; export const own = ${value};`;
const leafCjs = (/** @type {number | string} */ value) => `module.exports = ${value};`;
const leafMjs = (/** @type {number | string} */ value) => `export const leaf = ${value};`;

/** What is saved, one after the other, and what becomes of it. @type {import("./support/counted-saves.mjs").Save[]} */
const SAVES = [
  ["the first of CommonJS", { "required.cjs": commonJs(1) }, "reload", "1 0 0 0 0 0"],
  ["the first below", { "leaf.mjs": leafMjs(1) }, "reload", "1 0 0 1 0 0"],
  ["the first of ES modules", { "imported.mjs": esModule(1) }, "reload", "1 0 1 1 0 0"],
  ["the first of hmr()", { "hmr-leaf.mjs": leafMjs(1) }, "hmr", "1 0 1 1 0 1"],
  ["sync.require", { "required.cjs": commonJs(2) }, "reload", "2 0 1 1 0 1"],
  ["below sync.require", { "leaf.cjs": leafCjs(1) }, "reload", "2 1 1 1 0 1"],
  ["sync.require of what does not parse", { "required.cjs": "(" }, "error", "2 1 1 1 0 1"],
  ["sync.require of what is mended", { "required.cjs": commonJs(3) }, "reload", "3 1 1 1 0 1"],
  ["sync.import", { "imported.mjs": esModule(2) }, "reload", "3 1 2 1 0 1"],
  ["below sync.import", { "leaf.mjs": leafMjs(2) }, "reload", "3 1 2 2 0 1"],
  ["sync.import of what throws", { "imported.mjs": esModule("nowhere") }, "error", "3 1 2 2 0 1"],
  ["sync.import of what is mended", { "imported.mjs": esModule(3) }, "reload", "3 1 3 2 0 1"],
  ["hmr()", { "hmr.mjs": watched(1) }, "hmr", "3 1 3 2 1 1"],
  ["below hmr()", { "hmr-leaf.mjs": leafMjs(2) }, "hmr", "3 1 3 2 1 2"],
];

/** How many `children` there are is the one thing that is asked of all that was required: a few times a save. @param {string} told */
function isLook(told) {
  const times = Number(/^childrenOf of commonjs\/edges\.cjs.*, then (\d+)$/.exec(told)?.[1]) / (2 * MANY);
  return times < 3.5;
}

/** @param {import("node:test").TestContext} t @param {number} size @returns {Promise<Record<string, number>[]>} what each save took */
async function saved(t, size) {
  const own = project(t, {
    "package.json": { type: "module" },
    ...tree("below", size),
    ...tree("beside", size),
    ...tree("watched", size),
    "leaf.cjs": leafCjs(0),
    "required.cjs": commonJs(0),
    "leaf.mjs": leafMjs(0),
    "imported.mjs": esModule(0),
    "hmr-leaf.mjs": leafMjs(0),
    "hmr.mjs": watched(0),
    "main.mjs": `
      import { createRequire } from "node:module";
      import Heatsync, { hmr } from "heatsync-rs";
      import "./beside/c0.cjs";
      import "./beside/e0.mjs";
      const sync = new Heatsync();
      const required = sync.require("./required.cjs");
      const imported = await sync.import("./imported.mjs");
      let mod;
      let isDue = false;
      // Each file that was evaluated is told of.
      const has = (type) => {
        if (!isDue) setImmediate(() => { isDue = false; live({ type }); });
        isDue = true;
      };
      const handle = hmr("./hmr.mjs", "hmr.mjs", (it) => {
        if (mod) has("hmr");
        mod = it;
      });
      await handle.ready;
      sync.events.on("reload", () => has("reload"));
      sync.events.on("error", () => has("error"));
      const values = () => [required.own, required.leaf, imported.own, imported.leaf, mod.own, mod.leaf].join(" ");
      ${TELLS_LIVE}`,
  });
  return countedSaves(own, "0 0 0 0 0 0", SAVES, []);
}

test("a save walks through as many modules of 2,500 as of 250: sync.require, sync.import, hmr()", async (t) => {
  const few = await saved(t, FEW);
  const many = await saved(t, MANY);
  for (const [index, [what]] of SAVES.entries()) {
    const told = grown(what, few[index], many[index]);
    if (index < FIRST) continue;
    assert.deepEqual(
      told.filter((it) => !isLook(it)),
      [],
      what,
    );
  }
});
