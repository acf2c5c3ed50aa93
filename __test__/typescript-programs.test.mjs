// What TypeScript programs do, with tsc as the oracle. Each program is a few small files in
// typescript-programs/*.txt.

import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, test } from "node:test";
import { byTsc, byUs, folder, prepare, read } from "./support/tsc.mjs";

for (const name of fs.readdirSync(folder).sort()) {
  describe(name, { concurrency: 2 }, () => {
    for (const program of read(name)) {
      test(program.name, async () => {
        const { entry, source, output } = prepare(program.files);
        try {
          const [expected, actual] = await Promise.all([
            byTsc(output.directory, entry),
            byUs(source.directory, entry),
          ]);
          assert.equal(actual.stdout, expected.stdout, actual.stderr);
          assert.equal(actual.code, expected.code, actual.stderr);
          // What neither can run proves nothing.
          assert.equal(expected.code, 0, expected.stderr);
        } finally {
          source.remove();
          output.remove();
        }
      });
    }
  });
}
