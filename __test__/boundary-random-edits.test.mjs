// Random edits below boundaries: what import() gives after each equals what it gives in a fresh process. The long form is
// `benches/boundary-faults.mjs`; a seed that fails there comes in here.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ACCEPTED, boundaryEdits, EDITS } from "./support/boundary-edits.mjs";

const REGISTER = ["--import", "heatsync-rs/register"];
const CASES = [
  // What CommonJS requires while others above it can't be loaded; what is imported while an update waits for its turn.
  { seed: 109, steps: 8, nodeArguments: [] },
  { seed: 111, steps: 8, nodeArguments: [] },
  // What left the graph and came back.
  { seed: 10, steps: 30, nodeArguments: REGISTER },
  // Some of them accept what they import, or themselves.
  { seed: 1, steps: 15, nodeArguments: [], accepts: true },
];

for (const { seed, steps, nodeArguments, accepts = false } of CASES) {
  test(`${steps} random edits below boundaries, seed ${seed}, ${nodeArguments.length > 0 ? "under register" : "by hot.init"}${accepts ? ", with handlers" : ""}`, async (t) => {
    const failure = await boundaryEdits(t, {
      ...{ seed, steps, nodeArguments },
      edits: accepts ? ACCEPTED : EDITS,
    });
    assert.equal(failure, undefined);
  });
}
