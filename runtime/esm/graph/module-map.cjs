// @ts-check
"use strict";

// The modules of a graph, found by their file and by what Node sees of them as fast among thousands as
// among ten: an update asks for both, more than once.

const { SafeMap } = require("../../intrinsics.cjs");
const { SourceTextModule } = require("./module-record.cjs");

/** @typedef {import("./module-record.cjs").Module} Module */

/** File and suffix, or what Node knows a module by → module. @extends {SafeMap<string, Module>} */
class ModuleMap extends SafeMap {
  /** Keys other than the file's name: of a query, of JSON. @type {Map<string, Set<string>>} */
  #others = new Map();

  /** @override @param {string} key @param {Module} module */
  set(key, module) {
    const file = fileOf(module);
    if (file !== undefined && file !== key) {
      const keys = this.#others.get(file);
      if (keys) keys.add(key);
      else this.#others.set(file, new Set([key]));
    }
    return super.set(key, module);
  }

  /** @override @param {string} key */
  delete(key) {
    const module = this.get(key);
    const file = module && fileOf(module);
    const keys = file === undefined ? undefined : this.#others.get(file);
    if (keys?.delete(key) && keys.size === 0) this.#others.delete(/** @type {string} */ (file));
    return super.delete(key);
  }

  /** @override */
  clear() {
    this.#others?.clear();
    super.clear();
  }

  /** What the file is in this graph: a module for each way to ask for it. @param {string} file @returns {Module[]} */
  ofFile(file) {
    const keys = [file, ...(this.#others.get(file) ?? [])];
    return keys.flatMap((key) => this.get(key) ?? []);
  }

  /** Is the file an ES module in this graph? @param {string} file */
  hasEsModule(file) {
    return this.ofFile(file).some((module) => module instanceof SourceTextModule);
  }

  /** Is it nothing else? @param {string} file */
  isCommonJs(file) {
    return this.ofFile(file).every((module) => "isCommonJs" in module);
  }

  /** Is it still in the graph? @param {Module} module a module of the project */
  holds(module) {
    const file = fileOf(module);
    if (file === undefined) return false;
    return this.get(file) === module || this.ofFile(file).includes(module);
  }
}

/** @param {Module} module @returns {string | undefined} */
const fileOf = (module) => /** @type {any} */ (module).file;

/** Modules that have, or had, a namespace that Node sees. Nobody is kept by it. @type {Set<WeakRef<Module>>} */
const shown = new Set();
/** @type {WeakSet<Module>} */
const known = new WeakSet();

/** Node is going to see this module. @param {Module} module */
function noteShown(module) {
  if (known.has(module)) return;
  known.add(module);
  shown.add(new WeakRef(module));
}

/** @returns {Generator<Module, void>} in any graph or none */
function* shownModules() {
  for (const reference of shown) {
    const module = reference.deref();
    if (module) yield module;
    else shown.delete(reference);
  }
}

module.exports = { ModuleMap, noteShown, shownModules };
