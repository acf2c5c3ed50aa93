// @ts-check
"use strict";

// Modules that only the versions of an update know, and that nobody wants since it was given up: they leave the graph.

const { SafeWeakMap } = require("../../intrinsics.cjs");
const { CommonJsModule, wasRequired } = require("../commonjs/commonjs-module.cjs");
const { forgetDynamic } = require("../graph/importers.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { retire } = require("../namespace/left-shown.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

/** Nobody can have them any more, but an import() that was under way. @type {WeakMap<Module, true>} */
const gone = new SafeWeakMap();

/** @param {Module} module */
const isGivenUp = (module) => gone.has(module);

/**
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {Map<string, Module>} fresh these are taken out of it
 * @param {Module[]} modules
 * @param {Set<Module>} importedInVain is told what these have imported by import()
 */
function giveUpFresh(graph, fresh, modules, importedInVain) {
  for (const module of modules) {
    const isKept = wasRequired(module);
    if (isKept) module.unname();
    else if (module instanceof CommonJsModule) graph.commonJs?.remove(module);
    for (const required of module.requested) required.importers.delete(module);
    if (module instanceof SourceTextModule) {
      module.environment?.abandon();
      const { dynamicImports } = module;
      module.dynamicImports = new Map();
      forgetDynamic(module, dynamicImports, importedInVain);
    }
    for (const [key, other] of fresh) {
      if (other !== module) continue;
      fresh.delete(key);
      if (isKept) continue;
      gone.set(module, true);
      graph.modules.delete(key);
      retire(graph, key, module);
    }
    // What an update has required that was given up then: Node would give that again.
    if (!isKept) graph.requiredAgain?.left(module);
  }
}

module.exports = { giveUpFresh, isGivenUp };
