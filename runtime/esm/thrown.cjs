// @ts-check
"use strict";

// What an import() has found throwing: it is evaluated anew when somebody saves it, if only as it is, or what it needs.

const { CommonJsModule } = require("./commonjs-module.cjs");
const { SourceTextModule } = require("./module-record.cjs");
const { isHeld } = require("./prune.cjs");

/** @typedef {import("./graph.cjs").Graph} Graph */
/** @typedef {import("./module-record.cjs").Module} Module */

/**
 * @param {Graph} graph
 * @param {Module} module that threw, or imports one that did
 */
function tellOfThrown(graph, module) {
  const thrown = new Set([module]);
  let hasRequired = false;
  for (const it of thrown) {
    hasRequired ||= it instanceof CommonJsModule;
    for (const required of it.requested)
      if (required.evaluationError && !required.isNative) thrown.add(required);
  }
  const files = [...thrown].flatMap(fileOf);
  graph.hasThrown(module, files, () => (hasRequired ? attempted(graph) : []));
}

/**
 * What CommonJS may have required before it threw: Node forgets it, and what of it is an ES module was refused, or threw.
 * @param {Graph} graph
 */
function attempted(graph) {
  // What others have loaded meanwhile is in the graph by then, and was not in vain.
  graph.commonJs?.refresh();
  const files = [...(graph.commonJs?.takeAttempted() ?? []), ...(graph.commonJs?.takeRefused() ?? [])];
  for (const born of graph.commonJs?.takeBorn() ?? []) {
    if (isHeld(graph, born)) continue;
    graph.commonJs?.remove(born);
    files.push(born.file);
  }
  for (const module of graph.modules.values()) {
    if (module instanceof SourceTextModule && (module.evaluationError || module.status === "linked"))
      files.push(module.file);
  }
  return files;
}

/** What the engine is told of it. */
class Thrown {
  #session;
  #graph;
  /** Imported while an update is in flight. @type {Map<Module, { files: string[], blamed: string[] }>} */
  #meanwhile = new Map();

  /** @param {import("../../native/addon").Session} session @param {Graph} graph */
  constructor(session, graph) {
    this.#session = session;
    this.#graph = graph;
  }

  /** @param {Parameters<Graph["hasThrown"]>} told @param {boolean} isUpdating */
  tell([module, files, attempted], isUpdating) {
    // Each import() of it ends so, and asks for nothing more.
    if (!this.#session.threw(files) && (!isUpdating || this.#meanwhile.has(module))) return;
    const blamed = attempted();
    this.#session.blame(files, blamed);
    if (isUpdating) this.#meanwhile.set(module, { files, blamed });
  }

  /** Of what went live nothing is known to be wrong any more: what threw meanwhile is told of again. */
  updateHasEnded() {
    for (const [module, { files, blamed }] of this.#meanwhile) {
      if (this.#graph.modules.holds(module) && this.#session.threw(files)) this.#session.blame(files, blamed);
    }
    this.#meanwhile.clear();
  }
}

/** @param {Module} module @returns {string[]} */
function fileOf(module) {
  const { file } = /** @type {any} */ (module);
  return typeof file === "string" ? [file] : [];
}

module.exports = { Thrown, tellOfThrown };
