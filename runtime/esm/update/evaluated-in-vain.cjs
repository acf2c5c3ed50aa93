// @ts-check
"use strict";

// What a version that was given up had begun to import by import(), and what was given up with that before its turn came: it is
// evaluated all the same, since nobody can stop an import(), and is nobody's; unless what goes on has asked for it meanwhile, too.

const { SafeWeakMap, insist, setImmediate } = require("../../intrinsics.cjs");
const { heldRoots } = require("../../session/held-require.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { isGivenUp } = require("./fresh-modules.cjs");
const { endGivenUp, evictUnheld, givenUp, isHeld } = require("./prune.cjs");

/** What these import in turn is nobody's, either. @type {WeakMap<Module, true>} */
const evicted = new SafeWeakMap();

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * What it has opened is closed, should it be such a one: the next version opens it again.
 * @param {Graph} graph
 * @param {Module} module that import() has evaluated
 */
function endEvaluatedInVain(graph, module) {
  const isNobodys = (/** @type {Module} */ it) => isGivenUp(it) && !isHeld(graph, it);
  if (!isNobodys(module)) return;
  const all = new Set([module]);
  for (const at of all) for (const requested of at.requested) if (isNobodys(requested)) all.add(requested);
  void endGivenUp(graph, givenUp([...all].reverse()));
  for (const it of all) if (it instanceof CommonJsModule) evictAnother(graph, it);
}

/**
 * Node's loader has run CommonJS that was in the graph no more, so that the graph has it as another module, which nobody has required: as a
 * root. Who asks for it at the same time is to be known first.
 * @param {Graph} graph
 * @param {CommonJsModule} module
 */
function evictAnother(graph, { file, instance }) {
  const another = graph.modules.get(file);
  if (!instance || !(another instanceof CommonJsModule) || another.instance !== instance) return;
  later(() => {
    if (another.instance !== instance || heldRoots.has(another) || isImportedByNode(graph, another)) return;
    graph.roots.delete(another);
    evictUnheld(graph, [another]);
  });
}

/** A package, for one, has imported it as soon as it was known where that leads. @param {Graph} graph @param {CommonJsModule} module */
function isImportedByNode(graph, module) {
  const imported = graph.commonJs?.imported;
  return imported && (imported.importersOf(graph, module.file).length > 0 || imported.isFromOutside(module));
}

/** Nothing of the program's is on the stack then, which would be ended by what we throw. @param {() => void} action */
const later = (action) => void setImmediate(() => insist(action));

/**
 * The same of what came only after its importer was given up, and so is in the graph. Who asks for it at the same time is to be known first.
 * @param {Graph} graph
 * @param {Module} module
 */
function evictEvaluatedInVain(graph, module) {
  later(() => {
    for (const gone of evictUnheld(graph, [module])) evicted.set(gone, true);
  });
}

/** @param {Module} module */
const wasEvaluatedInVain = (module) => evicted.has(module);

module.exports = { endEvaluatedInVain, evictEvaluatedInVain, wasEvaluatedInVain };
