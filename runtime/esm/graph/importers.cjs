// @ts-check
"use strict";

// Who imports a module: the edges of the graph upwards.

const { SourceTextModule } = require("./module-record.cjs");

/** @typedef {import("./module-record.cjs").HotModule} HotModule */
/** @typedef {import("./module-record.cjs").Module} Module */

/**
 * Modules, and whose imports lead to them, by whatever means.
 * @param {Iterable<Module>} modules
 * @param {(importer: Module) => boolean} [isPassed] other importers are left out, and what is above them
 * @returns {Set<Module>}
 */
function above(modules, isPassed) {
  const found = new Set(modules);
  for (const { importers, dynamicImporters } of found) {
    for (const importer of importers) if (!isPassed || isPassed(importer)) found.add(importer);
    for (const importer of dynamicImporters) if (!isPassed || isPassed(importer)) found.add(importer);
  }
  return found;
}

/**
 * Modules outside of `members` whose bindings may come from one: importers, and through re-exports
 * theirs.
 * @param {Set<Module>} members
 * @param {(importer: SourceTextModule) => boolean} [mayPassOn]
 */
function importersOf(members, mayPassOn = ({ reexports }) => reexports) {
  /** @type {Set<Module>} */
  const found = new Set();
  /** @param {Module} module */
  const visit = (module) => {
    for (const importer of module.importers) {
      if (members.has(importer) || found.has(importer)) continue;
      found.add(importer);
      if (importer instanceof SourceTextModule && mayPassOn(importer)) visit(importer);
    }
  };
  for (const member of members) visit(member);
  return found;
}

/**
 * The module is an importer of `present`, and no longer of what only `past` has.
 * @param {Module} module
 * @param {Module[]} present
 * @param {Module[]} past
 */
function setImporter(module, present, past) {
  for (const required of past) required.importers.delete(module);
  for (const required of present) required.importers.add(module);
}

/**
 * @param {HotModule} module
 * @param {Map<Module, unknown>} past what another version imported by import()
 * @param {Set<Module>} [forgotten] gets what of that this one does not import
 */
function forgetDynamic(module, past, forgotten) {
  for (const imported of past.keys()) {
    if (module.dynamicImports.has(imported)) continue;
    imported.dynamicImporters.delete(module);
    forgotten?.add(imported);
  }
}

module.exports = { above, forgetDynamic, importersOf, setImporter };
