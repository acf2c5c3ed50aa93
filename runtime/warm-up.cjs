// @ts-check
"use strict";

// A rehearsal of an update, once the program has started: V8 compiles a function when it is first
// called, and for all that an update calls that takes longer than the update of a first save itself.

const path = require("node:path");
const { apply } = require("./apply.cjs");
const { Loader } = require("./commonjs.cjs");
const { addConsumer } = require("./consumers.cjs");
const { isPlain } = require("./plain-loader.cjs");

/** A module nobody else sees. It is no file of the project, so that the engine never hears of it. */
const file = path.join(__dirname, "warm-up-module.cjs");
const session = /** @type {any} */ ({ addBoundary() {}, removeBoundary() {} });

/** @param {(value: any) => void} live what will take a module's new exports */
function rehearse(live) {
  isPlain(file);
  const format = /** @type {const} */ ("commonjs");
  const module = { file, format, changed: true, missing: false, reconfigured: false };
  const update = {
    id: 0,
    groups: [{ modules: [{ ...module, importers: [] }], boundaries: [file], outside: [] }],
    problems: [],
  };
  const remove = addConsumer(session, {
    file,
    from: __filename,
    via: "require",
    deep: true,
    watch: false,
    follows: true,
    live,
    failed() {},
  });
  try {
    // The first has nothing to purge, the second has.
    apply(session, update);
    apply(session, update);
  } finally {
    remove();
    delete Loader._cache[file];
  }
}

module.exports = { rehearse };
