// @ts-check
"use strict";

// What new versions of CommonJS will require, as far as their text says so: Node tells of it when they have. What of that is new,
// too, is to be evaluated before they are; and so is what an ES module awaits, which may lack a name of another until that had its turn.

const { takesPart } = require("../graph/project-file.cjs");
const { importCallName } = require("../positions/transformed-names.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

class ExpectedRequires {
  #graph;
  /** @type {Map<Module, Module[]>} */
  #found = new Map();

  /** @param {import("../graph/graph.cjs").Graph} graph */
  constructor(graph) {
    this.#graph = graph;
  }

  /**
   * Modules that are there, and that it leads to by what is not there yet.
   * @param {import("../graph/module-record.cjs").HotModule} module whose text is new
   * @param {Record<string, any>} version that one
   * @returns {Module[]}
   */
  of(module, { record }) {
    if (record && !record.hasTopLevelAwait) return [];
    const known = this.#found.get(module);
    if (known) return known;
    /** @type {Set<Module>} */
    const found = new Set();
    const files = new Set([module.file]);
    for (const file of files) {
      const isImporter = file === module.file && record !== undefined;
      for (const next of isImporter ? this.#imported(module, record) : this.#graph.loader.leadsTo(file)) {
        const modules = this.#graph.modules.ofFile(next);
        for (const it of modules) if (it !== module) found.add(it);
        if (modules.length === 0) files.add(next);
      }
    }
    this.#found.set(module, [...found]);
    return [...found];
  }

  /**
   * What its code imports by `import("…")`, somewhere: what of that is in a function, and not yet called for, is before it in vain.
   * @param {import("../graph/module-record.cjs").HotModule} module
   * @param {import("../../../native/addon").JsEsm} record
   */
  #imported({ file, url }, { code }) {
    const name = importCallName(code);
    if (name === undefined) return [];
    return literalsOf(code, name).flatMap((specifier) => {
      const { file: target, suffix } = this.#graph.loader.target(specifier, [], file, url);
      return target && !suffix && takesPart(target) ? target : [];
    });
  }

  /**
   * Does no `import()` of an ES module's code lead to a file? One whose name is put together may lead to any.
   * @param {import("../graph/module-record.cjs").HotModule} module
   * @param {Record<string, any>} version
   * @param {string} target
   */
  isDoneWith({ file, url }, { record }, target) {
    if (!record || record.code.includes("createRequire")) return false;
    const name = importCallName(record.code);
    if (name === undefined) return true;
    const specifiers = literalsOf(record.code, name);
    // It is named once where it is declared.
    if (record.code.split(name).length - 2 !== specifiers.length) return false;
    return specifiers.every((it) => this.#graph.loader.target(it, [], file, url).file !== target);
  }
}

/** What is imported by its name in so many words. @param {string} code @param {string} name of what stands for `import` */
function literalsOf(code, name) {
  const calls = [...code.matchAll(/(\$[\w$]+)\(\s*(["'`])([^"'`\\$]+)\2\s*[,)]/g)];
  return calls.filter((it) => it[1] === name).map((it) => it[3]);
}

module.exports = { ExpectedRequires };
