// A random graph that one program uses by import.meta.hot, `module.hot`, sync.import, sync.require and hmr() at once, edited at random:
// what is seen by each way equals what a fresh process of plain Node sees. The long form is `node benches/together.mjs`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { together } from "./support/together.mjs";

for (const seed of [301, 304]) {
  test(`15 steps of up to three edits, seed ${seed}`, async (t) => {
    assert.equal(await together(t, { seed, steps: 15 }), undefined);
  });
}
