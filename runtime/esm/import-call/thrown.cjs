// @ts-check
"use strict";

// What an import() has found throwing: it is evaluated anew when somebody saves it, if only as it is, or what it needs.

const { parentOf } = require("../../commonjs/parents.cjs");
const { SafeSet } = require("../../intrinsics.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { endGivenUp, givenUp, isHeld } = require("../update/prune.cjs");

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
  graph.hasThrown(files, () => (hasRequired ? attempted(graph, thrown) : []));
  return files;
}

/**
 * What CommonJS may have required before it threw: what of it threw Node forgets, and what of it is an ES module was refused, or threw.
 * @param {Graph} graph
 * @param {Set<Module>} thrown
 */
function attempted(graph, thrown) {
  // What others have loaded meanwhile is in the graph by then, and was not in vain.
  graph.commonJs?.refresh();
  const files = [
    ...(graph.commonJs?.takeAttempted() ?? []),
    ...(graph.commonJs?.required.takeRefused() ?? []),
  ];
  /** @type {CommonJsModule[]} */
  const lost = [];
  for (const born of graph.commonJs?.takeBorn() ?? []) {
    if (isHeld(graph, born)) continue;
    files.push(born.file);
    const by = whoThrew(graph, born, thrown);
    if (by) isRequired(born, by);
    else lost.push(born);
  }
  // An update that is under way may have given up who has required it, and would have ended it.
  const opened = givenUp(lost.filter((born) => !isInUse(graph, born)));
  for (const born of lost) graph.commonJs?.remove(born);
  void endGivenUp(graph, opened);
  for (const module of graph.modules.values()) {
    if (module instanceof SourceTextModule && (module.evaluationError || module.status === "linked"))
      files.push(module.file);
  }
  return files;
}

/**
 * Which of these has had it loaded? It is in `require.cache`, as without us, and goes with that (`evictFailed`).
 * @param {Graph} graph
 * @param {CommonJsModule} born
 * @param {Set<Module>} thrown
 * @returns {CommonJsModule | null}
 */
function whoThrew({ modules }, born, thrown) {
  for (const at of requirersOf(born)) {
    const module = modules.get(/** @type {string} */ (at.filename));
    if (module instanceof CommonJsModule && thrown.has(module)) return module;
  }
  return null;
}

/**
 * Who has had it loaded goes on with it, though nothing shows that any more: it was taken out of the cache, and of its `children`.
 * @param {Graph} graph
 * @param {CommonJsModule} born
 */
function isInUse(graph, born) {
  for (const at of requirersOf(born)) {
    const by = graph.modules.get(/** @type {string} */ (at.filename));
    // By what `createRequire()` gives, which is never said to be loaded.
    if (by instanceof SourceTextModule) return isHeld(graph, by);
    if (!at.loaded) return false;
    if (by instanceof CommonJsModule && by.instance === at && isHeld(graph, by)) return true;
  }
  return false;
}

/** Who was the first to have it loaded, who to have that loaded, and so on. A program may have made a circle of it. @param {CommonJsModule} born */
function requirersOf({ instance }) {
  /** @type {Set<import("../../commonjs/commonjs.cjs").LoaderModule>} */
  const all = new SafeSet();
  for (let at = instance && parentOf(instance); at && !all.has(at); at = parentOf(at)) all.add(at);
  return all;
}

/** @param {CommonJsModule} module @param {CommonJsModule} by */
function isRequired(module, by) {
  by.dynamicImports.set(module, new Set());
  module.dynamicImporters.add(by);
}

/** @param {Module} module @returns {string[]} */
function fileOf(module) {
  const { file } = /** @type {any} */ (module);
  return typeof file === "string" ? [file] : [];
}

module.exports = { tellOfThrown };
