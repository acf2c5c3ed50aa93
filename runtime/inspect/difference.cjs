// @ts-check
"use strict";

// (what the page knows of modules, modules as they are) → what to tell it. Pure.

/** @typedef {import("./wire").WireModule} WireModule */
/** @typedef {import("./wire").WirePatch} WirePatch */

class Difference {
  /** What was told of each module. @type {Map<string, string>} */
  #told = new Map();

  /**
   * @param {WireModule[]} modules
   * @returns {WirePatch | null} null: nothing is new
   */
  to(modules) {
    /** @type {WireModule[]} */
    const set = [];
    const names = new Set();
    for (const module of modules) {
      names.add(module.name);
      const text = JSON.stringify(module);
      if (this.#told.get(module.name) === text) continue;
      this.#told.set(module.name, text);
      set.push(module);
    }
    const gone = [...this.#told.keys()].filter((name) => !names.has(name));
    for (const name of gone) this.#told.delete(name);
    return set.length + gone.length > 0 ? { set, gone } : null;
  }
}

module.exports = { Difference };
