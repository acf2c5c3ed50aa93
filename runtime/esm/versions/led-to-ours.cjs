// @ts-check
"use strict";

// An ES module that Node has not loaded yet, and that leads to what runs here by now: Node's own instance of it would get the
// versions that Node has.

const { isLoadedByNode } = require("../native/loaded-by-node.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */

/** @param {Graph} graph @param {string} file */
const isHere = ({ modules, renewed }, file) =>
  renewed.has(file) || modules.get(file) instanceof SourceTextModule;

/**
 * @param {Graph} graph
 * @param {string} file an ES module
 */
function leadsToOurs(graph, file) {
  if (graph.renewed.size === 0 || isLoadedByNode(file)) return false;
  const files = new Set([file]);
  for (const from of files) {
    for (const next of graph.loader.leadsTo(from)) {
      if (isHere(graph, next)) return true;
      // What CommonJS requires is found when it does.
      if (!files.has(next) && graph.loader.isModule(next) && !isLoadedByNode(next)) files.add(next);
    }
  }
  return false;
}

module.exports = { isHere, leadsToOurs };
