// @ts-check
"use strict";

// Who has loaded CommonJS: a file of the graph; the program's entry point has none, and is a root of the graph, as is what a package has
// loaded.

const { Loader, parentOf } = require("../../commonjs/commonjs.cjs");
const { isLetGo } = require("../../commonjs/let-go.cjs");
const { orphan } = require("../../commonjs/parents.cjs");
const { isFile } = require("../../file-state.cjs");
const { CommonJsModule } = require("./commonjs-module.cjs");
const { HotModule } = require("../graph/module-record.cjs");
const { takesPart } = require("../graph/project-file.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */

class Loaders {
  #graph;
  /** What has no parent only because an ES module imports it. @type {WeakSet<LoaderModule>} */
  #orphans = new WeakSet();
  /** What Node was about to evaluate. @type {WeakSet<LoaderModule>} */
  #begun = new WeakSet();

  /** @param {import("../graph/graph.cjs").Graph} graph */
  constructor(graph) {
    this.#graph = graph;
  }

  /**
   * Node reads it. Of what an ES module imports it makes the module object when it links, so that it has no parent, whoever
   * requires it first (`if (!module.parent) main()`); here that made it.
   * @param {string} file
   */
  isRead(file) {
    const instance = Loader._cache[file];
    if (!instance || instance.loaded) return;
    this.#begun.add(instance);
    const module = this.#graph.modules.get(file);
    const isNew = module instanceof CommonJsModule && !module.isOfRequire && !module.past && !module.instance;
    if (!isNew || module.status === "evaluated") return;
    this.#orphans.add(instance);
    orphan(instance);
  }

  /**
   * Is it a root of the graph?
   * @param {LoaderModule} instance
   * @param {() => boolean} isOfUpdate has an update of sync.* loaded it, which has not ended?
   */
  isOutside(instance, isOfUpdate) {
    const parent = parentOf(instance);
    const from = parent?.filename;
    // The program's entry point; or a package has loaded it.
    const isOutside = from
      ? !(this.#graph.modules.get(from) instanceof HotModule)
      : // Who was to import it was given up, if it is in no graph.
        !this.#orphans.has(instance);
    return isOutside && !isOfUpdate() && !this.#hasThrown(parent);
  }

  /**
   * Did who has loaded it throw? The next version will require it. Nobody else will: not what has ended well and was taken out of the
   * cache by the program (proxyquire), nor what never was a module: `createRequire()` takes any path. Its file may be gone since.
   * @param {LoaderModule | null | undefined} parent
   */
  #hasThrown(parent) {
    const from = parent?.filename;
    if (!parent || !takesPart(from) || Loader._cache[from]) return false;
    if (!parent.loaded && this.#begun.has(parent)) return true;
    if (this.#graph.loader.isModule(from)) return false;
    if (parent.loaded) return isLetGo(from);
    return !from.endsWith(".json") && isFile(from);
  }
}

module.exports = { Loaders };
