// Random edits of a random graph: what is seen after each equals what a fresh process sees. The long
// form is `npm run faults`; a seed that fails there comes in here.

import assert from "node:assert/strict";
import { test } from "node:test";
import { randomEdits } from "./support/random-edits.mjs";

const CASES = [
  { seed: 1, steps: 20, modules: 12 },
  { seed: 2, steps: 20, modules: 12 },
  { seed: 3, steps: 20, modules: 12 },
  // A function that requires what is in the cache already; modules out of reach that hold old ones.
  { seed: 100, steps: 55, modules: 50 },
  // What require() alone had evaluated anew, imported by a module that came back.
  { seed: 101, steps: 22, modules: 50 },
];

for (const { seed, steps, modules } of CASES) {
  test(`${steps} random edits of a graph of ${modules} modules, seed ${seed}`, async (t) => {
    const failure = await randomEdits(t, { seed, steps, modules });
    assert.equal(failure, undefined);
  });
}
