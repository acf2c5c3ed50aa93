// @ts-check
"use strict";

// Vite's `acceptExports()`: a module takes care of its updates as far as its importers ask for these exports alone. That is found
// for each importer; any other is evaluated anew, or has somebody above it who accepts that.

const { exportedBy } = require("../graph/export-entries.cjs");
const { Hot } = require("./hot.cjs");
const { HotModule, SourceTextModule } = require("../graph/module-record.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../update/transaction.cjs").Transaction} Transaction */

/** By the version that runs. @param {Module} module @param {Transaction} transaction @returns {ReadonlySet<string> | null} */
function acceptedExports(module, transaction) {
  const { hot } = transaction.oldOf(module);
  const state = hot && Hot.stateOf(hot);
  if (!state?.acceptedExports || state.isInvalidated || transaction.handedOn.has(module)) return null;
  return module instanceof HotModule && module.hot && Hot.stateOf(module.hot).isInvalidated
    ? null
    : state.acceptedExports;
}

/** Are they all that it exports, or is there nobody to ask for others? @param {Module} module @param {Transaction} transaction */
function acceptsAllExports(module, transaction) {
  const accepted = acceptedExports(module, transaction);
  if (!accepted) return false;
  if (module.importers.size + module.dynamicImporters.size === 0) return true;
  if (!(module instanceof SourceTextModule)) return false;
  const { record } = transaction.oldOf(module);
  return record.stars.length === 0 && exportedBy(record).every((name) => accepted.has(name));
}

/**
 * Does an importer ask for accepted exports alone? (For none, if it imports the module for its effects.)
 * @param {Module} importer
 * @param {Module} module
 * @param {Transaction} transaction
 */
function asksForAccepted(importer, module, transaction) {
  const accepted = acceptedExports(module, transaction);
  const next = transaction.newOf(importer);
  if (!accepted || !(importer instanceof SourceTextModule) || next.dynamicImports.has(module)) return false;
  const { imports, indirect, stars } = next.record;
  const isOfIt = (/** @type {number} */ request) => next.requested[request] === module;
  if (stars.some(isOfIt)) return false;
  const asked = [...imports, ...indirect].filter(({ request }) => isOfIt(request));
  // Without a name it is the namespace.
  return asked.every(({ name }) => name !== undefined && accepted.has(name));
}

module.exports = { acceptsAllExports, asksForAccepted };
