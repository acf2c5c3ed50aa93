// Random edits of a random graph under register: what is seen after each equals what a fresh process of plain Node sees. The long
// form is `node benches/hot-edits.mjs`; what it found, each as small as it gets: hot-graphs.test.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotEdits } from "./support/hot-edits.mjs";

test("12 of several files at once, where imports may be in vain, and are accepted", async (t) => {
  const options = { seed: 560230, steps: 12, isInVain: true, most: 5, oftenAtOnce: 1 };
  assert.equal(await hotEdits(t, options), undefined);
});

for (const seed of [4, 5, 18]) {
  test(`25 random edits of ES modules, CommonJS and JSON, seed ${seed}`, async (t) => {
    assert.equal(await hotEdits(t, { seed, steps: 25 }), undefined);
  });
}
