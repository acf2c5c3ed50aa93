// Symbolic links that are led elsewhere and back among edits of what they lead to: each is live. The long form is `node benches/links.mjs`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { links, WAYS } from "./support/links.mjs";

for (const way of WAYS) {
  test(`${way}: links led elsewhere and back`, { skip: process.platform === "win32" }, async (t) => {
    assert.equal(await links(t, way, { seed: 650000, steps: 50 }), undefined);
  });
}
