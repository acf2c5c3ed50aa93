// @ts-check
"use strict";

// What a version that was given up had begun to import by import(), and what was given up with that before its turn came: it is
// evaluated all the same, since nobody can stop an import(), and is nobody's.

const { isGivenUp } = require("./fresh-modules.cjs");
const { endGivenUp, givenUp } = require("./prune.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * What it has opened is closed, should it be such a one: the next version opens it again.
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {Module} module that import() has evaluated
 */
function endEvaluatedInVain(graph, module) {
  if (!isGivenUp(module)) return;
  const all = new Set([module]);
  for (const at of all) for (const requested of at.requested) if (isGivenUp(requested)) all.add(requested);
  void endGivenUp(graph, givenUp([...all].reverse()));
}

module.exports = { endEvaluatedInVain };
