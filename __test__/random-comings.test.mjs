// Deletions, renames and failing edits of a chain of files, and of a random graph of six, milliseconds apart: once all is well, that is what
// the program sees. The long form is `node benches/comings.mjs`; what it found, each by itself: hot-refused.test.mjs,
// hot-graphs-beside.test.mjs, hot-commonjs-failures.test.mjs, read-in-between.test.mjs, src/engine/session/tests/failed_load.rs and
// waiting.rs, src/engine/prepare_tests.rs, src/engine/session/watching.rs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { comings, WAYS } from "./support/comings.mjs";

for (const way of Object.keys(WAYS)) {
  test(`10 rounds of files that come and go, ${way}`, async (t) => {
    assert.equal(await comings(t, way, { seed: 11, rounds: 10 }), undefined);
  });

  test(`8 rounds of six files that come and go, ${way}`, async (t) => {
    assert.equal(await comings(t, way, { seed: 21, rounds: 8, modules: 6 }), undefined);
  });
}
