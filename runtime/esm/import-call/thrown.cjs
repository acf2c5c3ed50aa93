// @ts-check
"use strict";

// What an import() has found throwing: it is evaluated anew when somebody saves it, if only as it is, or what it needs.

const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { isHeld } = require("../update/prune.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

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
  graph.hasThrown(files, () => (hasRequired ? attempted(graph) : []));
  return files;
}

/**
 * What CommonJS may have required before it threw: Node forgets it, and what of it is an ES module was refused, or threw.
 * @param {Graph} graph
 */
function attempted(graph) {
  // What others have loaded meanwhile is in the graph by then, and was not in vain.
  graph.commonJs?.refresh();
  const files = [
    ...(graph.commonJs?.takeAttempted() ?? []),
    ...(graph.commonJs?.required.takeRefused() ?? []),
  ];
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

/** @param {Module} module @returns {string[]} */
function fileOf(module) {
  const { file } = /** @type {any} */ (module);
  return typeof file === "string" ? [file] : [];
}

module.exports = { tellOfThrown };
