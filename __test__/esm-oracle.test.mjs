// ECMA-262 16.2 with plain Node as the oracle. Each program is a few small files in
// esm-programs/*.txt, run both ways.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { materialize, ours, plainly, programs, registered } from "./support/oracle.mjs";
import { elsewhere } from "./support/shares.mjs";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "esm-programs");
const node = Number.parseInt(process.versions.node, 10);
// Without hooks next to nothing depends on the Node.js: one shows it.
const ways = node === 24 ? [ours, registered] : [registered];

for (const file of fs.readdirSync(folder).sort()) {
  describe(file, { concurrency: 2 }, () => {
    for (const program of programs(fs.readFileSync(path.join(folder, file), "utf8"))) {
      const { name, files, since, flags } = program;
      const skip = node < since ? `since Node ${since}` : flags.length === 0 && elsewhere(name);
      test(name, { skip }, async () => {
        const { directory, remove } = materialize(files);
        // Of two import()s at once, whose file is read first decides.
        const isSame = name.endsWith(" (in any order)") ? hasSameLines : isEqual;
        try {
          const expected = [await plainly(directory, flags)];
          // run.cjs has no hooks: what Node runs itself, what has phases for one, would be there twice.
          for (const run of flags.length > 0 ? [registered] : ways) {
            const actual = await run(directory, flags);
            // What plain Node does differently now and then may be what ours did.
            while (!expected.some((it) => isSame(it, actual)) && expected.length < 4) {
              expected.push(await plainly(directory, flags));
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

/** @typedef {{ stdout: string, code: unknown }} Ending */

/** @param {Ending} a @param {Ending} b */
function isEqual(a, b) {
  return a.stdout === b.stdout && a.code === b.code;
}

/** @param {Ending} a @param {Ending} b */
function hasSameLines(a, b) {
  const sorted = (/** @type {Ending} */ { stdout }) => stdout.split("\n").sort().join("\n");
  return sorted(a) === sorted(b) && a.code === b.code;
}
