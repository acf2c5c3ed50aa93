// @ts-check
"use strict";

// What a version that was given up had begun to import by import(), and what was given up with that before its turn came: it is
// evaluated all the same, since nobody can stop an import(), and is nobody's; unless what goes on has asked for it meanwhile, too.

const { SafeWeakMap, setImmediate } = require("../../intrinsics.cjs");
const { isGivenUp } = require("./fresh-modules.cjs");
const { endGivenUp, evictUnheld, givenUp, isHeld } = require("./prune.cjs");

/** What these import in turn is nobody's, either. @type {WeakMap<Module, true>} */
const evicted = new SafeWeakMap();

/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * What it has opened is closed, should it be such a one: the next version opens it again.
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {Module} module that import() has evaluated
 */
function endEvaluatedInVain(graph, module) {
  const isNobodys = (/** @type {Module} */ it) => isGivenUp(it) && !isHeld(graph, it);
  if (!isNobodys(module)) return;
  const all = new Set([module]);
  for (const at of all) for (const requested of at.requested) if (isNobodys(requested)) all.add(requested);
  void endGivenUp(graph, givenUp([...all].reverse()));
}

/**
 * The same of what came only after its importer was given up, and so is in the graph. Who asks for it at the same time is to be known first.
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {Module} module
 */
function evictEvaluatedInVain(graph, module) {
  setImmediate(() => {
    for (const gone of evictUnheld(graph, [module])) evicted.set(gone, true);
  });
}

/** @param {Module} module */
const wasEvaluatedInVain = (module) => evicted.has(module);

module.exports = { endEvaluatedInVain, evictEvaluatedInVain, wasEvaluatedInVain };
