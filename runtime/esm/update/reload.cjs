// @ts-check
"use strict";

// Modules evaluated anew by name: without asking `import.meta.hot` anything.

const { Transaction } = require("./transaction.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * Evaluates modules anew and rebinds those that import them. Until every body has run the importers
 * keep what they have; when one throws, they never see anything else.
 * @param {Graph} graph
 * @param {Module[]} modules what to evaluate, dependencies first; what lies between them is the caller's to name
 * @param {() => void | Promise<void>} [beforeEvaluation] called when nothing can be wrong with the files any more
 */
async function reload(graph, modules, beforeEvaluation) {
  const transaction = new Transaction(graph);
  try {
    for (const module of modules) transaction.read(module);
    transaction.link(modules);
    await transaction.suspend();
    await beforeEvaluation?.();
    await transaction.evaluate(modules);
  } catch (error) {
    transaction.rollback(modules);
    throw error;
  }
  transaction.publish(modules);
  transaction.commit();
}

module.exports = { reload };
