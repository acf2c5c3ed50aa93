// What an update of sync.* has left of its plan, once import.meta.hot has had its turn: who has still an old instance.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const { applyLeft } = createRequire(import.meta.url)("../runtime/session/left-of-plan.cjs");

/** @param {string} file @param {string[]} importers */
const group = (file, importers) => ({
  modules: [{ file, changed: true }],
  outside: importers.map((importer) => ({ importer, module: file })),
  boundaries: [],
});

/** @param {any[]} groups @param {Record<string, string>} outcomes by file */
function toldOf(groups, outcomes) {
  /** @type {unknown[]} */
  const told = [];
  const takenCareOf = {
    outcomeOf: (/** @type {string} */ file) => (file in outcomes ? outcomes[file] !== "failed" : null),
    isAccepted: (/** @type {string} */ file) => outcomes[file] === "accepted",
  };
  const own = {
    accepted: (/** @type {number} */ _id, /** @type {string[]} */ files) => void told.push(...files),
  };
  const apply = (/** @type {any} */ _own, /** @type {any} */ plan) => plan.groups.map(() => true);
  applyLeft(
    /** @type {any} */ ({ takenCareOf }),
    /** @type {any} */ (own),
    /** @type {any} */ ({ id: 1, groups }),
    apply,
  );
  return told;
}

test("who imports what was accepted has no old instance, unless he imports what others have to evaluate, or nobody accepts", () => {
  const accepted = group("a", ["both", "one"]);
  assert.deepEqual(toldOf([accepted], { a: "accepted" }), ["both", "one"]);
  assert.deepEqual(toldOf([accepted, group("b", ["both"])], { a: "accepted", b: "accepted" }), [
    "both",
    "one",
    "both",
  ]);
  for (const b of [undefined, "unaccepted", "failed"]) {
    const outcomes = { a: "accepted", ...(b && { b }) };
    assert.deepEqual(toldOf([accepted, group("b", ["both"])], outcomes), ["one"], b);
  }
  assert.deepEqual(toldOf([accepted], { a: "unaccepted" }), []);
});
