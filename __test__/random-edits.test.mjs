// Random edits of a random graph: what is seen after each equals what a fresh process sees. The long
// form is `npm run faults`; a seed that fails there becomes a line of `SEEDS`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { randomEdits } from "./support/random-edits.mjs";

const SEEDS = [1, 2, 3];
const STEPS = 20;

for (const seed of SEEDS) {
  test(`${STEPS} random edits of a graph of 12 modules, seed ${seed}`, async (t) => {
    const failure = await randomEdits(t, { seed, steps: STEPS, modules: 12 });
    assert.equal(failure, undefined);
  });
}
