// @ts-check
"use strict";

// What is saved together: who takes care of a change may import it with a text that is new in the same update.

const { acceptedByHandlers } = require("./accepted.cjs");
const { Transaction } = require("../esm/update/transaction.cjs");
const { concernedBy, endsOf } = require("./reloadability.cjs");

/** @typedef {import("../esm/graph/graph.cjs").Graph} Graph */
/** @typedef {import("../esm/graph/module-record.cjs").Module} Module */

/**
 * Which of these files' changes are taken care of once others are read, whose texts may lead to them for the first time.
 * @param {Graph} graph
 * @param {Module[]} others
 * @param {Set<string>} files
 * @returns {Set<string>}
 */
function acceptedByTexts(graph, others, files) {
  const texts = new Transaction(graph);
  try {
    for (const module of others) {
      try {
        texts.read(module);
      } catch {
        // Theirs to tell of, who update it.
      }
    }
    const concerned = concernedBy(graph, files);
    return acceptedByHandlers(graph, concerned, files, endsOf(graph, concerned), texts);
  } finally {
    texts.rollback(texts.members);
  }
}

module.exports = { acceptedByTexts };
