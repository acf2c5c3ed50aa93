// @ts-check
"use strict";

// Who has what `createRequire(import.meta.url)` gives: a module of Node's that nobody else knows, among whose `children`
// is what was required by it.

const NodeModule = require("node:module");
const { Loader } = require("../../commonjs/commonjs.cjs");
const { isProjectFile } = require("../../project-files.cjs");
const { unannounced } = require("../hooks/announced.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */

class CreatedRequires {
  /** @type {WeakRef<LoaderModule>[]} */
  #holders = [];

  /** Once for each thread. */
  watch() {
    const { createRequire } = NodeModule;
    const watched = (/** @type {string | URL} */ from) => {
      const require = createRequire(from);
      const holder = holderOf(require);
      if (isProjectFile(holder?.filename)) this.#holders.push(new WeakRef(holder));
      return require;
    };
    NodeModule.createRequire = Object.defineProperty(watched, "name", {
      __proto__: null,
      value: createRequire.name,
    });
    NodeModule.syncBuiltinESMExports();
  }

  /** Those of project files, perhaps gone since. */
  get count() {
    return this.#holders.length;
  }

  /** Of project files. @returns {LoaderModule[]} */
  holders() {
    this.#holders = this.#holders.filter((reference) => reference.deref() !== undefined);
    return this.#holders.flatMap((reference) => reference.deref() ?? []);
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
