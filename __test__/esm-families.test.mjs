// Whole families of sources, generated from tables, with plain Node as the oracle: one process runs all sources of a
// family both ways, each by import(), and says what came of it.

import assert from "node:assert/strict";
import fs from "node:fs";
import * as module from "node:module";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { materialize, ours, plainly, registered } from "./support/oracle.mjs";
import { elsewhereOfThree } from "./support/shares.mjs";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "esm-families");
// Node 20 has no hooks in the program's own thread. Without them next to nothing depends on the Node.js: one more shows it.
const isOneMore = process.versions.node.startsWith("24.");
const ways = isOneMore ? [ours, registered] : "registerHooks" in module ? [registered] : [ours];

/** Imports every case, one after the other, and prints its namespace or what it died of. */
const main = (/** @type {number} */ count) => `
  import util from 'node:util';
  const said = (e) => e instanceof Error ? e.name + ' ' + (e.code ?? '') + ': ' + e.message : util.inspect(e);
  process.on('unhandledRejection', () => {});
  for (let n = 0; n < ${count}; n++) {
    console.log('\\n§' + n);
    try { console.log(util.inspect(await import('./case' + n + '.mjs'), { depth: 1 })); }
    catch (e) { console.log(said(e)); }
  }`;

for (const file of fs.readdirSync(folder).sort()) {
  const { families, files } = await import(path.join(folder, file));
  describe(file, { concurrency: 2 }, () => {
    for (const [name, cases] of Object.entries(families)) {
      test(`${name}: ${cases.length}`, { skip: elsewhereOfThree(name) }, async () => {
        // Of two sources the second imports the first as `@`.
        const sources = cases.flatMap((/** @type {string | string[]} */ texts, /** @type {number} */ n) => {
          const [text, look] = [texts].flat();
          if (look === undefined) return [[`case${n}.mjs`, text]];
          return [
            [`it${n}.mjs`, text],
            [`case${n}.mjs`, look.replaceAll("@", `./it${n}.mjs`)],
          ];
        });
        const all = { ...files, ...Object.fromEntries(sources), "main.mjs": main(cases.length) };
        const { directory, remove } = materialize(all);
        try {
          const expected = await plainly(directory);
          for (const run of ways) {
            const actual = await run(directory);
            const lines = (/** @type {string} */ text) =>
              new Map(text.split("\n§").map((part) => [part.split("\n", 1)[0], part]));
            const [want, got] = [lines(expected.stdout), lines(actual.stdout)];
            const differing = [...want].filter(([n, text]) => got.get(n) !== text);
            const report = differing.map(
              ([n, text]) => `${cases[Number(n)]}\n  plain: ${text}  ${run.name}: ${got.get(n)}`,
            );
            assert.equal(report.join("\n"), "", actual.stderr);
            assert.equal(want.size, cases.length + 1);
            assert.equal(actual.code, expected.code);
          }
        } finally {
          remove();
        }
      });
    }
  });
}
