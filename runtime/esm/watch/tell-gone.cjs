// @ts-check
"use strict";

// What an update has not found may be back before the engine has looked: the same text is news to it then only if it knows that
// there was none.

const fs = require("node:fs");
const path = require("node:path");
const { notFoundOf } = require("../../commonjs/gone-meanwhile.cjs");
const { culpritOf } = require("../link/link.cjs");
const { Gone, isUnreadable, problemOf } = require("../graph/load-error.cjs");
const { filesOf } = require("../update/outcome.cjs");

/**
 * Tells of the file that something could not be linked without.
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {unknown} error
 */
function tellGone(graph, error) {
  const sought = error instanceof Gone ? error.file : notFoundIn(graph, error);
  const file = sought ?? culpritOf(error);
  if (file === undefined || !path.isAbsolute(file)) return;
  const problem = problemOf(error);
  // Who says so has looked: it may be back by now.
  const wasMissing = sought !== undefined || (problem !== undefined && isUnreadable(problem));
  if (wasMissing || !fs.existsSync(file)) graph.wasGone(file);
}

/**
 * Tells of the file that something could not be evaluated without.
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {unknown} error that was thrown
 */
function tellNotFound(graph, error) {
  const file = notFoundIn(graph, error);
  if (file !== undefined) graph.wasGone(file);
}

/** @param {import("../graph/graph.cjs").Graph} graph @param {unknown} error */
const notFoundIn = (graph, error) => notFoundOf(error, () => filesOf(graph.modules.values()));

module.exports = { tellGone, tellNotFound };
