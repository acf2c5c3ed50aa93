// Whom a written binding is pushed to, by calls as a body of ours makes them (src/transform/preamble.rs), against the obvious.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Cell } from "../runtime/esm/graph/cell.cjs";
import { randomOf } from "./support/random-edits.mjs";

/** A body with one written binding. */
function body() {
  const cell = new Cell();
  let value = 0;
  const told = new (class {
    /** @param {number} value */
    f(value) {
      cell.push(value);
    }
  })();
  let times = 0;
  cell.connect(
    () => value,
    (sink) => {
      told.f = sink;
      times++;
    },
    false,
  );
  cell.initialize(value);
  const write = (/** @type {number} */ next) => {
    value = next;
    told.f(value);
  };
  return { cell, write, times: () => times };
}

test("each importer there is has each value, whenever it has come and others have gone", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomOf(seed);
    const next = (/** @type {number} */ limit) => Math.floor(random() * limit);
    const { cell, write } = body();
    /** @type {{ seen: number[], wanted: number[], leave: () => void }[]} */
    const importers = [];
    const all = [];
    for (let step = 0; step < 60; step++) {
      const what = next(4);
      if (what === 0 && importers.length < 5) {
        /** @type {number[]} */
        const seen = [];
        const importer = { seen, wanted: [], leave: cell.subscribe((value) => void seen.push(value)) };
        importers.push(importer);
        all.push(importer);
      } else if (what === 1 && importers.length > 0) {
        importers.splice(next(importers.length), 1)[0].leave();
      } else {
        for (let times = [1, 2, 5, 300][next(4)]; times > 0; times--) {
          const value = next(1_000_000);
          for (const { wanted } of importers) wanted.push(value);
          write(value);
          assert.equal(cell.get(), value);
        }
      }
    }
    for (const { seen, wanted } of all) assert.deepEqual(seen, wanted, `seed ${seed}`);
  }
});

// What V8 takes for a constant is written once.
for (const [importers, pushes] of [
  [1, 1],
  [2, 4],
  [8, 4],
]) {
  test(`of ${importers} importers that were there before the first write the body is told once`, () => {
    const { cell, write, times } = body();
    const seen = Array.from({ length: importers }, () => 0);
    for (let index = 0; index < importers; index++) {
      cell.subscribe((value) => {
        seen[index] = value;
      });
    }
    assert.equal(times(), 0);
    for (let value = 1; value <= 20; value++) {
      write(value);
      assert.equal(times(), value < pushes ? 0 : 1);
      assert.deepEqual(new Set(seen), new Set([value]));
    }
  });
}
