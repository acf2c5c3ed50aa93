// The runner: what is as it was when the program was started, or when it did not parse, is no news.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const require = createRequire(import.meta.url);
const { Broken, Seen } = require("../runtime/runner/as-they-were.cjs");
const { isYounger, textOf } = require("../runtime/runner/on-disk.cjs");

/** A file, and what saves it. @param {import("node:test").TestContext} t @param {string} text */
function file(t, text) {
  const own = project(t, { "a.js": text });
  let at = Date.now() / 1000 - 1000;
  const save = (/** @type {string} */ to) => {
    own.write("a.js", to);
    // Whatever the file system's clock: another time.
    fs.utimesSync(own.path("a.js"), ++at, at);
  };
  return { path: own.path("a.js"), save, remove: () => own.delete("a.js") };
}

test("a save because of which the program was started has been read, one since has not, though it holds the same", (t) => {
  const { path, save } = file(t, "1");
  const seen = new Seen();
  seen.begin(Date.now());
  assert(!seen.hasRead(path));
  assert.equal(seen.note(path), "1");
  // It is about to be started.
  seen.begin(0);
  assert(!seen.hasRead(path));
  seen.begin(Date.now());
  assert(seen.hasRead(path));
  assert(seen.isAsItWas(path));
  save("1");
  assert(!seen.hasRead(path));
  assert(seen.isAsItWas(path));
  save("2");
  assert(!seen.isAsItWas(path));
});

test("so has what had gone, until it comes", (t) => {
  const { path, save, remove } = file(t, "1");
  const seen = new Seen();
  remove();
  assert.equal(seen.note(path), null);
  seen.begin(Date.now());
  assert(seen.hasRead(path));
  assert(seen.isAsItWas(path));
  save("1");
  assert(!seen.hasRead(path));
  assert(!seen.isAsItWas(path));
});

test("of what it was never started for nothing is known, also where it is not there", (t) => {
  const { path, remove } = file(t, "1");
  const seen = new Seen();
  remove();
  assert(!seen.hasRead(path));
  assert(!seen.isAsItWas(path));
});

test("what did not parse, and was not saved since, is told of once", (t) => {
  const { path, save } = file(t, "(");
  const broken = new Broken();
  assert(!broken.isToldOf(path, true));
  assert(broken.isToldOf(path, true));
  assert(broken.isToldOf(path, true));
  save("((");
  assert(!broken.isToldOf(path, true));
  assert(broken.isToldOf(path, true));
  // Mended, and broken in the same way.
  save("1");
  assert(!broken.isToldOf(path, false));
  assert(!broken.isToldOf(path, false));
  save("(");
  assert(!broken.isToldOf(path, true));
});

test("what is not there is younger than nothing; what was moved here counts from then on", (t) => {
  const { path, remove } = file(t, "1");
  const before = Date.now() - 60_000;
  fs.utimesSync(path, 1, 1);
  assert.equal(isYounger(path, before), true);
  assert.equal(isYounger(path, Date.now() + 60_000), false);
  remove();
  assert.equal(isYounger(path, before), undefined);
  assert.equal(textOf(path), null);
});
