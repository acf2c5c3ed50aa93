// @ts-check
"use strict";

// Which of Node's modules have required something since they were looked at last. Node tells nobody: a function that requires what is
// loaded already adds it to `children`, and that is all (lib/internal/modules/cjs/loader.js, updateChildren). So each save has to ask
// all of them, and of thousands nearly nothing is in the processor's caches by then: what counts is how many objects are touched. Here
// these are a module, Node's module of it, and its `children`; what was seen last lies side by side.

const { SafeMap } = require("../../intrinsics.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {import("./commonjs-module.cjs").CommonJsModule} CommonJsModule */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

/** It is to be looked at in any case. */
const UNKNOWN = -1;

class ChildrenCounts {
  /** By row, in the order in which they came; null: it has gone. @type {(CommonJsModule | null)[]} */
  #modules = [];
  /** Node's modules of theirs. @type {(LoaderModule | null)[]} */
  #instances = [];
  /** @type {number[]} */
  #counts = [];
  /** @type {Map<CommonJsModule, number>} */
  #rows = new SafeMap();

  /** @param {CommonJsModule} module */
  add(module) {
    if (this.#rows.has(module)) return;
    this.#rows.set(module, this.#modules.length);
    this.#modules.push(module);
    this.#instances.push(null);
    this.#counts.push(UNKNOWN);
  }

  /** @param {CommonJsModule} module */
  delete(module) {
    const row = this.#rows.get(module);
    if (row === undefined) return;
    this.#rows.delete(module);
    this.#modules[row] = null;
    this.#instances[row] = null;
    if (this.#modules.length > 2 * this.#rows.size + 8) this.#close();
  }

  /** No row is of what has gone. */
  #close() {
    let next = 0;
    for (let row = 0; row < this.#modules.length; row++) {
      const module = this.#modules[row];
      if (module === null) continue;
      this.#modules[next] = module;
      this.#instances[next] = this.#instances[row];
      this.#counts[next] = this.#counts[row];
      this.#rows.set(module, next++);
    }
    this.#modules.length = this.#instances.length = this.#counts.length = next;
  }

  /** @param {CommonJsModule} module */
  has(module) {
    return this.#rows.has(module);
  }

  /** It is looked at as it is now. @param {CommonJsModule} module */
  note(module) {
    const row = this.#rows.get(module);
    if (row === undefined) return;
    this.#instances[row] = module.instance;
    this.#counts[row] = countOf(module.instance);
  }

  /** Among its `children` there may be others, though they are as many. @param {Module | undefined} module @param {NodeJS.Module} holder Node's module of it */
  lookAgain(module, holder) {
    const row =
      this.#rows.get(/** @type {CommonJsModule} */ (module)) ??
      this.#instances.indexOf(/** @type {LoaderModule} */ (holder));
    if (row >= 0) this.#counts[row] = UNKNOWN;
  }

  /** Those that have another version than at their last look, or have required something since. */
  changed() {
    /** @type {CommonJsModule[]} */
    const changed = [];
    const modules = this.#modules;
    const instances = this.#instances;
    const counts = this.#counts;
    for (let row = 0; row < modules.length; row++) {
      const module = modules[row];
      if (module === null) continue;
      const { instance } = module;
      if (instance === instances[row] && (instance === null || countOf(instance) === counts[row])) continue;
      changed.push(module);
    }
    return changed;
  }
}

/** A program may have put anything into `require.cache`. @param {NodeJS.Module | null} instance */
const countOf = (instance) => instance?.children?.length ?? 0;

module.exports = { ChildrenCounts, countOf };
