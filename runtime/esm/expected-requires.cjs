// @ts-check
"use strict";

// What new versions of CommonJS will require, as far as their text says so: Node tells of it when they have. What of that is new,
// too, is to be evaluated before they are.

/** @typedef {import("./module-record.cjs").Module} Module */

class ExpectedRequires {
  #graph;
  /** @type {Map<Module, Module[]>} */
  #found = new Map();

  /** @param {import("./graph.cjs").Graph} graph */
  constructor(graph) {
    this.#graph = graph;
  }

  /**
   * Modules that are there, and that it leads to by what is not there yet.
   * @param {import("./commonjs-module.cjs").CommonJsModule} module whose text is new
   * @returns {Module[]}
   */
  of(module) {
    const known = this.#found.get(module);
    if (known) return known;
    /** @type {Set<Module>} */
    const found = new Set();
    const files = new Set([module.file]);
    for (const file of files) {
      for (const next of this.#graph.loader.leadsTo(file)) {
        const modules = this.#graph.modules.ofFile(next);
        for (const it of modules) if (it !== module) found.add(it);
        if (modules.length === 0) files.add(next);
      }
    }
    this.#found.set(module, [...found]);
    return [...found];
  }
}

module.exports = { ExpectedRequires };
