// ECMA-262 16.2 with plain Node as the oracle. Each program is a few small files in
// esm-programs/*.txt, run both ways.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { materialize, ours, plainly, programs, registered } from "./support/oracle.mjs";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "esm-programs");
const ways = [ours, registered];

for (const file of fs.readdirSync(folder).sort()) {
  describe(file, { concurrency: 2 }, () => {
    for (const { name, files } of programs(fs.readFileSync(path.join(folder, file), "utf8"))) {
      test(name, async () => {
        const { directory, remove } = materialize(files);
        try {
          const expected = [await plainly(directory)];
          for (const run of ways) {
            const actual = await run(directory);
            // Two import()s at once: whose file is read first decides, in plain Node too.
            while (!expected.some((it) => isSame(it, actual)) && expected.length < 4) {
              expected.push(await plainly(directory));
            }
            if (expected.some((it) => isSame(it, actual))) continue;
            assert.equal(actual.stdout, expected[0].stdout, `${run.name}: ${actual.stderr}`);
            assert.equal(actual.code, expected[0].code, `${run.name}: ${actual.stderr}`);
          }
        } finally {
          remove();
        }
      });
    }
  });
}

/**
 * @param {{ stdout: string, code: unknown }} a
 * @param {{ stdout: string, code: unknown }} b
 */
function isSame(a, b) {
  return a.stdout === b.stdout && a.code === b.code;
}
