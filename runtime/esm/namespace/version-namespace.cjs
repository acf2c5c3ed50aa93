// @ts-check
"use strict";

// The exports of one version of a module as an object that shows this version for ever and can be collected
// with it: what hmr(), sync.* and import() of a boundary give.

const { Exports, namespaceObject } = require("../../session/namespaces.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { Cell } = require("../graph/cell.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { namespaceOf } = require("./namespace.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/module-record.cjs").ResolvedBinding} ResolvedBinding */
/**
 * `exchanges`: how many there had been when it was found to be right.
 * @typedef {{ namespace: Record<string, unknown>, bindings: Map<string, ResolvedBinding>, exchanges: number }} VersionNamespace
 */

/** How often modules were exchanged in place, by `accept`: what others re-export of them is another binding. */
let exchanges = 0;

function noteExchange() {
  exchanges++;
}

/** So that it can be seen later whether any were since. */
const exchangesSoFar = () => exchanges;

/** What is known to be right without looking. @param {Module} module */
function knownNamespace({ ownNamespace }) {
  return ownNamespace?.exchanges === exchanges ? ownNamespace.namespace : null;
}

/** The exports of the version a module has, which is evaluated. @param {Module} module @returns {Record<string, unknown>} */
function versionNamespace(module) {
  if (module.isNative) return namespaceOf(module);
  const known = knownNamespace(module);
  if (known) return known;
  const bindings = bindingsOf(module);
  const { ownNamespace } = module;
  if (ownNamespace && areSame(ownNamespace.bindings, bindings)) {
    ownNamespace.exchanges = exchanges;
    return ownNamespace.namespace;
  }
  const namespace = namespaceObject(bindings, (binding, name) =>
    module instanceof SourceTextModule && binding.module !== module
      ? { get: followed(module, name, binding) }
      : propertyOf(binding, name),
  );
  module.ownNamespace = { namespace, bindings, exchanges };
  return namespace;
}

/** The same for whoever only copies them. @param {Module} module */
function versionExports(module) {
  if (module.isNative || module.ownNamespace) return versionNamespace(module);
  if (module instanceof SourceTextModule && !module.reexports) return ownExports(module);
  // None of its names is another module's.
  if (module instanceof CommonJsModule && module.bindings) return exportsOfCommonJs(module.bindings);
  const bindings = bindingsOf(module);
  const read = (/** @type {string} */ name) => {
    const { cell, module: from } = /** @type {ResolvedBinding} */ (bindings.get(name));
    return cell ? cell.get(name) : versionNamespace(from);
  };
  const names = [...bindings.keys()].sort();
  return new Exports(names, () => names.map(read));
}

/** @param {Map<string, Cell>} bindings */
function exportsOfCommonJs(bindings) {
  const names = [...bindings.keys()].sort();
  const values = () => {
    const all = [];
    for (let index = 0; index < names.length; index++)
      all[index] = /** @type {Cell} */ (bindings.get(names[index])).get(names[index]);
    return all;
  };
  return new Exports(names, values, true);
}

/** Where the names of a module are in their order: versions with the same names share it. @type {WeakMap<object, { names: string[], places: number[] }>} */
const orders = new WeakMap();

/** All names are the module's own. @param {SourceTextModule} module */
function ownExports({ cells, record: { locals } }) {
  const known = orders.get(locals);
  const { names, places } = known ?? orderOf(locals);
  if (!known) orders.set(locals, { names, places });
  return new Exports(names, () => valuesOf(cells, names, places));
}

/** @param {Cell[]} cells @param {string[]} names @param {number[]} places of their cells */
function valuesOf(cells, names, places) {
  const constants = Cell.constants(cells);
  const values = [];
  for (let index = 0; index < names.length; index++) {
    const place = places[index];
    values[index] = constants ? constants[place] : cells[place].get(names[index]);
  }
  return values;
}

/** @param {SourceTextModule["record"]["locals"]} locals */
function orderOf(locals) {
  const cells = new Map(locals.map(({ exported, cell }) => [exported, cell]));
  const names = [...cells.keys()].sort();
  return { names, places: names.map((name) => /** @type {number} */ (cells.get(name))) };
}

/** @param {Module} module @returns {Map<string, ResolvedBinding>} */
function bindingsOf(module) {
  return new Map(module.resolvedExports());
}

/**
 * @param {ResolvedBinding} binding
 * @param {string} name
 * @returns {import("../../session/namespaces.cjs").Property}
 */
function propertyOf({ cell, module }, name) {
  // Not now: it may be this very one.
  if (!cell) return { get: () => versionNamespace(module) };
  return cell.isLive ? { get: () => cell.get(name) } : { value: cell.get(name) };
}

/**
 * What a version re-exports is another binding once `accept` has exchanged that: as in a native namespace, and as the version's own imports
 * are, it is bound to the new one, as long as the version is the module's.
 * @param {SourceTextModule} module
 * @param {string} name
 * @param {ResolvedBinding} binding
 */
function followed(module, name, binding) {
  const { cells } = module;
  let seen = exchanges;
  let present = binding;
  return () => {
    if (seen !== exchanges && module.cells === cells) {
      seen = exchanges;
      const resolved = module.resolveExport(name);
      // Where it leads nowhere by now, it stays what it was: nobody was told otherwise.
      if (resolved && resolved !== "ambiguous") present = resolved;
    }
    const { cell, module: from } = present;
    return cell ? cell.get(name) : versionNamespace(from);
  };
}

/** @param {Map<string, ResolvedBinding>} a @param {Map<string, ResolvedBinding>} b */
function areSame(a, b) {
  /** @param {[string, ResolvedBinding]} entry */
  const isSame = ([name, { cell, module }]) => a.get(name)?.cell === cell && a.get(name)?.module === module;
  return a.size === b.size && [...b].every(isSame);
}

module.exports = { exchangesSoFar, knownNamespace, noteExchange, versionExports, versionNamespace };
