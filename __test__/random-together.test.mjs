// A random graph that one program uses by import.meta.hot, `module.hot`, sync.import, sync.require and hmr() at once, edited at random:
// what is seen by each way equals what a fresh process of plain Node sees. The long form is `node benches/together.mjs`.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { follow, together } from "./support/together.mjs";

for (const seed of [301, 304]) {
  test(`15 steps of up to three edits, seed ${seed}`, async (t) => {
    assert.equal(await together(t, { seed, steps: 15 }), undefined);
  });
}

// What failed once, with as few edits as it failed with: 710057 and 720028 nearly always, the others every second time.
for (const seed of [710024, 710056, 710057, 720028]) {
  test(`the edits of seed ${seed} that are left of it`, async (t) => {
    const plan = JSON.parse(fs.readFileSync(new URL(`support/plans/${seed}.json`, import.meta.url), "utf8"));
    assert.equal(await follow(t, plan), undefined);
  });
}
