// @ts-check
"use strict";

// Facades of modules whose names have changed. The names of a namespace object are fixed when it is linked
// (ECMA-262 10.4.6), so that there is another facade then; but Node keeps the one that is at the file's URL,
// and a program what it has required or imported. These go on showing the names they have.

const { noteOutdated, noteUpToDate } = require("./at-file-url.cjs");
const { keep, release } = require("./released-facades.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {NonNullable<Module["facade"]>} Facade */
/** @typedef {import("./variables.cjs").Variable} Variable */

/** @type {WeakMap<Module, Set<WeakRef<Facade>>>} */
const formers = new WeakMap();
/** As long as somebody has the namespace its facade is needed. @type {WeakMap<object, Facade>} */
const behind = new WeakMap();

/** Of modules that have left: with which one whoever comes back goes on, and which are its formers then. @type {WeakMap<Facade, Facade[]>} */
const left = new WeakMap();

/** @type {(facade: Facade, hasItsNames: boolean) => void} */
let onFormer = () => {};

/**
 * @param {typeof onFormer} callback called with each facade whose module has other names now, or whose export `module.exports`,
 *   which is what `require()` gives of it, has another value
 */
function tellOfFormers(callback) {
  onFormer = callback;
}

/** The module has other names now. @param {Facade} facade */
function noteFormer(facade) {
  const { module, namespace } = facade;
  onFormer(facade, false);
  noteOutdated(facade);
  if (module.facade === facade) module.facade = null;
  if (!namespace || module.entrance === facade || behind.has(namespace)) return;
  addFormer(module, facade, namespace);
}

/** What packages get of it is to have its names. @param {Module} module */
function leaveOutdatedEntrance(module) {
  const { entrance } = module;
  if (!entrance?.namespace || !entrance.isOutdated) return;
  module.entrance = null;
  addFormer(module, entrance, entrance.namespace);
}

/** @param {Module} module @param {Facade} facade @param {object} namespace */
function addFormer(module, facade, namespace) {
  behind.set(namespace, facade);
  release(facade);
  const known = formers.get(module);
  if (known) known.add(new WeakRef(facade));
  else formers.set(module, new Set([new WeakRef(facade)]));
}

/** The names are again what they were. @param {Facade} facade @param {Variable[]} variables the facade's */
function adoptFormer(facade, variables) {
  const { module, namespace } = facade;
  noteUpToDate(facade);
  if (variables.some(({ names }) => names.includes("module.exports"))) onFormer(facade, true);
  if (module.facade && module.facade !== facade) return;
  if (!namespace || !behind.delete(namespace)) return;
  module.facade = facade;
  keep(facade);
  const known = formers.get(module);
  for (const reference of known ?? []) if (reference.deref() === facade) known?.delete(reference);
}

/** @param {Facade} facade */
const isFormer = ({ namespace }) => namespace !== null && behind.has(namespace);

/** @param {Module} module @returns {Facade[]} */
function formersOf(module) {
  const known = formers.get(module);
  if (!known) return [];
  return [...known].flatMap((reference) => {
    const facade = reference.deref();
    if (!facade) known.delete(reference);
    return facade ?? [];
  });
}

/**
 * The module leaves, or another takes its place: that goes on with all that Node has of it. Else each would show, and keep, the version
 * that was the last one then.
 * @param {Module} module
 * @returns {Facade[]} by the first the others are found
 */
function leave(module) {
  const { entrance, facade, inheritedFacade } = module;
  const inherited = inheritedFacade ? [inheritedFacade, ...(left.get(inheritedFacade) ?? [])] : [];
  const own = [facade, ...inherited, entrance, ...formersOf(module)];
  // What Node has tried to evaluate, in vain, shows nothing, and throws when it is looked at.
  const all = [...new Set(own.flatMap((it) => (it?.namespace && !it.hasFailed ? it : [])))];
  if (all.length > 1) left.set(all[0], all.slice(1));
  return all;
}

/**
 * A module goes on with what another has left.
 * @param {Facade} facade
 * @param {Module} module
 * @returns {Facade[]} the others
 */
function takeLeft(facade, module) {
  const others = left.get(facade) ?? [];
  left.delete(facade);
  for (const former of others) {
    former.module = module;
    addFormer(module, former, /** @type {object} */ (former.namespace));
  }
  return others;
}

module.exports = {
  adoptFormer,
  formersOf,
  isFormer,
  leave,
  leaveOutdatedEntrance,
  noteFormer,
  takeLeft,
  tellOfFormers,
};
