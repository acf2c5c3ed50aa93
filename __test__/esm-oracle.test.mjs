// ECMA-262 16.2 with plain Node as the oracle. Each program is a few small files in
// esm-programs/*.txt, run both ways.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { materialize, ours, plainly, programs } from "./support/oracle.mjs";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "esm-programs");

for (const file of fs.readdirSync(folder).sort()) {
  describe(file, { concurrency: 2 }, () => {
    for (const { name, files } of programs(fs.readFileSync(path.join(folder, file), "utf8"))) {
      test(name, async () => {
        const { directory, remove } = materialize(files);
        try {
          const expected = await plainly(directory);
          const actual = await ours(directory);
          assert.equal(actual.stdout, expected.stdout, actual.stderr);
          assert.equal(actual.code, expected.code, actual.stderr);
        } finally {
          remove();
        }
      });
    }
  });
}
