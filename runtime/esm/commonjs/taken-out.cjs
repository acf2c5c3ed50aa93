// @ts-check
"use strict";

// CommonJS that the program has loaded, and taken out of `require.cache` before anybody has looked, or never had there (proxyquire, rewire):
// it is in no graph, since whoever requires it next gets another one. Node's modules know what they have required.

const { Loader } = require("../../commonjs/commonjs.cjs");
const { isLetGo } = require("../../commonjs/let-go.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */

class TakenOut {
  /** @type {Set<string>} */
  #files = new Set();

  /**
   * It is not in the cache, though it was asked for.
   * @param {string} file
   * @param {LoaderModule | undefined} parent who has asked
   */
  look(file, parent) {
    // By an update: whoever required it is to be evaluated anew, or has failed to be.
    if (isLetGo(file) || (parent?.filename && Loader._cache[parent.filename] !== parent)) return;
    // One that has thrown Node takes from both.
    const isChild = parent?.children?.some((child) => child.filename === file && child.loaded);
    if (isChild) this.#files.add(file);
  }

  /** @param {string} file */
  has(file) {
    return this.#files.has(file);
  }
}

module.exports = { TakenOut };
