// @ts-check
"use strict";

// Who has what `createRequire(import.meta.url)` gives: a module of Node's that nobody else knows, among whose `children`
// is what was required by it.

const NodeModule = require("node:module");
const { Loader } = require("../../commonjs/commonjs.cjs");
const { countOf } = require("./children-counts.cjs");
const { inPlaceOf } = require("../../intrinsics.cjs");
const { isProjectFile } = require("../../project-files.cjs");
const { makeBy } = require("../../session/held-require.cjs");
const { unannounced } = require("../hooks/announced.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */

class CreatedRequires {
  /** Of project files, perhaps gone since. (Not behind a function, as each save asks how many these are.) @type {WeakRef<LoaderModule>[]} */
  known = [];
  /** When there are more it is looked which are still there: a program may make one for each request, and save nothing. */
  #most = 1000;
  /** How many `children` each had when it was looked at last. @type {WeakMap<object, number>} */
  #counts = new WeakMap();
  /** Those of sync.require(). @type {WeakSet<object>} */
  #held = new WeakSet();

  /** Once for each thread. */
  watch() {
    const { createRequire } = NodeModule;
    const noted = (/** @type {NodeJS.Require} */ require, isHeld = false) => {
      const holder = holderOf(require);
      if (isProjectFile(holder?.filename)) {
        this.known.push(new WeakRef(holder));
        if (this.known.length > this.#most) this.#most = Math.max(this.#most, 2 * this.holders().length);
        if (isHeld) this.#held.add(holder);
      }
      return require;
    };
    const watched = (/** @type {string | URL} */ from) => noted(createRequire(from));
    makeBy((from) => noted(createRequire(from), true));
    NodeModule.createRequire = inPlaceOf(watched, createRequire);
    NodeModule.syncBuiltinESMExports();
  }

  /** Does what it has required belong to an instance of Heatsync? @param {NodeJS.Module} holder */
  isHeld(holder) {
    return this.#held.has(holder);
  }

  /** Of project files. @returns {LoaderModule[]} */
  holders() {
    this.known = this.known.filter((reference) => reference.deref() !== undefined);
    return this.known.flatMap((reference) => reference.deref() ?? []);
  }

  /** Those that have required something since the last call. */
  changed() {
    return this.holders().filter((holder) => {
      const count = countOf(holder);
      if (this.#counts.get(holder) === count) return false;
      this.#counts.set(holder, count);
      return true;
    });
  }

  /** @param {NodeJS.Module} holder */
  lookAgain(holder) {
    this.#counts.delete(holder);
  }
}

/**
 * The module that a `require` function is of, which shows when something is required.
 * @param {NodeJS.Require} require
 * @returns {any}
 */
function holderOf(require) {
  const loader = /** @type {any} */ (Loader);
  const { _load } = loader;
  let holder;
  loader._load = (/** @type {string} */ _specifier, /** @type {unknown} */ parent) => {
    holder = parent;
    return NodeModule;
  };
  try {
    unannounced(() => require("node:module"));
  } finally {
    loader._load = _load;
  }
  return holder;
}

module.exports = { CreatedRequires };
