// @ts-check
"use strict";

// CommonJS that was compiled from TypeScript, and accepts what it imports by declaration (`import { a } from "./a"; module.hot.accept("./a")`):
// it is not evaluated anew, and `a` is to be the new version's, as in an ES module. What is compiled says how its imports are bound
// (src/typescript/commonjs/statements.rs). What other compilers have made of such imports is a constant, as what `require()` gave.

const { Loader } = require("../../commonjs/commonjs.cjs");
const { named } = require("../hot/acceptance.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { CommonJsModule } = require("./commonjs-module.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {{ specifier: string, bind: (exports: unknown) => void }} Bound */

/** @type {WeakMap<LoaderModule, Bound[]>} */
const known = new WeakMap();

function defineBound() {
  Object.defineProperty(Loader.prototype, "heatsync-rs.bound", {
    __proto__: null,
    configurable: true,
    enumerable: false,
    /** @this {LoaderModule} @param {string} specifier @param {Bound["bind"]} bind */
    value(specifier, bind) {
      const bounds = known.get(this) ?? [];
      known.set(this, bounds);
      bounds.push({ specifier, bind });
    },
  });
}

/**
 * A module has another version now, or the one before again.
 * @param {Module} module
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {(importer: Module) => boolean} isLive of who is to see it
 */
function bindImports(module, graph, isLive) {
  for (const importer of module.dynamicImporters) {
    const bounds = importer instanceof CommonJsModule && importer.instance && known.get(importer.instance);
    if (!bounds || !isLive(importer)) continue;
    for (const { specifier, bind } of bounds) {
      if (named(importer, importer, specifier) !== module) continue;
      const exported = exportsOf(module, graph);
      if (exported) bind(exported.value);
    }
  }
}

/** @param {Module} module @param {import("../graph/graph.cjs").Graph} graph */
function exportsOf(module, { requiredAgain }) {
  if (module instanceof CommonJsModule) return module.instance && { value: module.instance.exports };
  const isEvaluated = module.status === "evaluated" && !module.evaluationError;
  if (!(module instanceof SourceTextModule) || !isEvaluated || !requiredAgain) return null;
  return { value: requiredAgain.exportsOf(module) };
}

module.exports = { bindImports, defineBound };
