// Modules whose texts were changed at random parse and link as in plain Node, or are refused in the same words. The long form is
// `node benches/mutations.mjs`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { linkedBothWays, mutants } from "./support/mutated.mjs";

const COUNT = 1000;

// Of the first one a module was told by what it could not import, of the second one by what it could not link, and not by what V8 refused.
for (const seed of [3, 8]) {
  test(`${COUNT} modules, seed ${seed}`, async () => {
    const { differing, linked, refused } = await linkedBothWays(mutants({ seed, count: COUNT }));
    assert.equal(differing.join("\n"), "");
    assert.equal(linked + refused, COUNT);
    // Else nothing was asked.
    assert.ok(linked > COUNT / 20 && refused > COUNT / 4, `${linked} link, ${refused} do not`);
  });
}
