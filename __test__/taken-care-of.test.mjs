// What sync.* and hmr() have nothing left to do for, under register: what an update of import.meta.hot has evaluated.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const require = createRequire(import.meta.url);
const { TakenCareOf } = require("../runtime/esm/watch/taken-care-of.cjs");

/** @param {string} file */
const changed = (file) => ({ file, changed: true, importers: [] });

// benches/together.mjs, seed 710024: a program's function had required `new.cjs`, which was pruned, and it was saved together with the first
// module that imports it. sync.* evaluated it once more, and no later save reached that module.
test("what an update loads for the first time, and was saved with what it is about, is evaluated by it alone", (t) => {
  const own = project(t, { "new.cjs": "exports.value = 2;", "accept.mjs": "import './new.cjs';" });
  const [file, importer] = [own.path("new.cjs"), own.path("accept.mjs")];
  const takenCareOf = new TakenCareOf();
  takenCareOf.isAskedFromNowOn();
  const groups = [{ modules: [changed(file), changed(importer)] }];
  const outcome = { type: "accepted", files: [importer], evaluated: [file, importer] };
  takenCareOf.begin(groups);
  takenCareOf.note([file, importer], groups, [outcome], []);
  assert.equal(takenCareOf.outcomeOf(file), true);
  assert.equal(takenCareOf.outcomeOf(importer), true);

  // What was saved since it was read is news.
  takenCareOf.begin(groups);
  own.writeAtomically("new.cjs", "exports.value = 345;");
  takenCareOf.note([file, importer], groups, [outcome], []);
  assert.equal(takenCareOf.outcomeOf(file), null);

  // What the update was about, and did not evaluate, is theirs.
  takenCareOf.begin(groups);
  takenCareOf.note([file, importer], groups, [{ ...outcome, evaluated: [importer] }], []);
  assert.equal(takenCareOf.outcomeOf(file), null);
});
