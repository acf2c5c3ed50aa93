// @ts-check
"use strict";

const addon = require("../../native/load.cjs");
const { above } = require("../esm/graph/importers.cjs");
const { describe, reached } = require("../esm/hot/acceptance.cjs");
const { Hot } = require("../esm/hot/hot.cjs");
const { HotModule } = require("../esm/graph/module-record.cjs");
const { fileOf } = require("../esm/update/outcome.cjs");
const { isAcceptedBesideConsumers } = require("../esm/update/planned.cjs");
const { Transaction } = require("../esm/update/transaction.cjs");

/** @typedef {import("../esm/graph/graph.cjs").Graph} Graph */
/** @typedef {import("../esm/graph/module-record.cjs").Module} Module */

/**
 * Which of these files' changes `import.meta.hot.accept` handlers take care of, on every way up.
 * @param {Graph} graph
 * @param {Module[]} modules
 * @param {Set<string>} files
 * @param {Module[]} ends what handlers above are not asked for
 * @param {Transaction} [texts] what of them is read, and not linked yet
 * @returns {Set<string>}
 */
function acceptedByHandlers(graph, modules, files, ends, texts = new Transaction(graph)) {
  const roots = new Set([...graph.roots, ...ends]);
  /** @type {Set<string>} */
  const accepted = new Set();
  for (const module of modules) {
    const file = fileOf(module);
    if (!files.has(file) || !hasHandlersAbove(module, texts)) continue;
    const causes = new Map([[module, /** @type {const} */ ("changed")]]);
    const around = reached(graph, causes.keys(), texts);
    const described = describe(around, causes, new Set(), texts, roots);
    const { groups } = addon.hotPlan(described);
    // What no root leads to is in no group: its next version is for whoever imports it again.
    if (groups.length === 0) continue;
    const isAccepted = groups.every(({ verdict }) => verdict === "accepted");
    const isShared = () => isAcceptedBesideConsumers(addon.hotPlan, around, causes, described, texts, ends);
    if (isAccepted || isShared()) accepted.add(file);
  }
  return accepted;
}

/** Does one of those that import it by import() name what it accepts? @param {Module} module */
function isAcceptedByName(module) {
  return [...module.dynamicImporters].some(
    (importer) =>
      importer instanceof HotModule && importer.hot && Hot.stateOf(importer.hot).accepts.length > 0,
  );
}

/** @param {Module} module @param {Transaction} [texts] */
function hasHandlersAbove(module, texts) {
  for (const at of above([module])) {
    if (!(at instanceof HotModule)) continue;
    const { hot } = texts?.oldOf(at) ?? at;
    if (!hot) continue;
    const { accepts, selfAccepts } = Hot.stateOf(hot);
    if (selfAccepts.length + accepts.length > 0) return true;
  }
  return false;
}

module.exports = { acceptedByHandlers, hasHandlersAbove, isAcceptedByName };
