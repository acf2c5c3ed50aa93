// @ts-check
"use strict";

// The namespace of a version that takes another's place is that one's, if the names are the same: Node keeps every facade it was given.
// A version takes it over when somebody asks for its namespace first, which may be after its own successor has.

const { noteShown } = require("../graph/module-map.cjs");
const { takeLeft } = require("./former-facades.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {NonNullable<Module["facade"]>} Facade */

let bequests = 0;
/** As which one it was bequeathed to whoever has it. @type {WeakMap<Facade, number>} */
const taken = new WeakMap();

/** @param {Facade | null} facade @param {Module} module the version that is to go on with it */
function bequeath(facade, module) {
  module.inheritedFacade = facade;
  if (facade) module.bequest = ++bequests;
}

/** @param {Module} module which somebody wants the namespace of */
function inherit(module) {
  const facade = /** @type {Facade} */ (module.inheritedFacade);
  module.inheritedFacade = null;
  // An importer that awaited is evaluated after the next version of what it imports: it has one of its own.
  if (module.bequest < (taken.get(facade) ?? 0)) return;
  taken.set(facade, module.bequest);
  module.facade = facade;
  facade.module = module;
  noteShown(module);
  const members = new Set([module]);
  const formers = takeLeft(facade, module);
  facade.refresh(members);
  // One of them may have the names that the module has again.
  for (const former of formers) former.refresh(members);
}

/**
 * An update has brought modules for good. What is back goes on with the namespace that Node has of it, whoever asks: a package's `import()` gets
 * that from Node, which asks nobody.
 * @param {Iterable<Module>} modules
 */
function inheritAll(modules) {
  for (const module of modules) {
    if (module.inheritedFacade && !module.facade && module.status === "evaluated") inherit(module);
  }
}

module.exports = { bequeath, inherit, inheritAll };
