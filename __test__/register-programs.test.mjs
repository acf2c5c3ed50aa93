// Register changes nothing of what a program sees: command lines with plain Node as the oracle.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { commonjs } from "./support/programs/commonjs.mjs";
import { ends } from "./support/programs/ends.mjs";
import { imports } from "./support/programs/imports.mjs";
import { starts } from "./support/programs/starts.mjs";
import { warnings } from "./support/programs/warnings.mjs";
import { same } from "./support/same.mjs";
import { elsewhere } from "./support/shares.mjs";

const groups = { ...starts, ...imports, ...commonjs, ...ends, ...warnings };

for (const [group, cases] of Object.entries(groups)) {
  describe(group, { concurrency: 2 }, () => {
    for (const [name, case_] of Object.entries(cases))
      test(name, { skip: elsewhere(name) }, async (t) => void (await same(t, case_)));
  });
}

test("the oracle itself tells programs apart", async (t) => {
  const files = { "main.mjs": "console.log(typeof import.meta.hot)" };
  await assert.rejects(same(t, { run: ["main.mjs"], files }), /undefined/);
});
