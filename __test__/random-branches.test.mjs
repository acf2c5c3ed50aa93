// Versions of a tree written over one another at once: what is seen then is what a fresh process sees. The long form is
// `node benches/branches.mjs`; of these seeds most have failed once: docs/random-edits.md has what held them back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { branches, possibleIn } from "./support/branches.mjs";
import { planOf } from "./support/tree-versions.mjs";

/** @type {[way: string, seed: number, modules: number, isWide?: boolean][]} */
const TRIALS = [
  ["accept", 9, 40],
  ["accept", 1005, 40],
  ["init", 2016, 20],
  ["initreg", 2016, 20],
  ["import", 2010, 20],
  ["importreg", 2022, 20],
  ["require", 2010, 20],
  ["requirereg", 2033, 20],
  // With what stands for an ES module in require.cache, and was asked for what it exports, by us, which ended the program.
  ["requirereg", 5101, 24, true],
  ["importreg", 5202, 30, true],
  ["import", 5006, 16, true],
];

for (const [way, seed, modules, isWide] of TRIALS) {
  const tree = isWide ? "wide tree" : "tree";
  test(`${way}: three versions of a ${tree} of ${modules} modules, seed ${seed}`, async (t) => {
    const plan = planOf({ seed, modules, isWide, ...possibleIn(way) });
    assert.equal(await branches(t, way, plan), undefined);
  });
}
