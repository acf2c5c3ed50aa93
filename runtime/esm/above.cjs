// @ts-check
"use strict";

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

module.exports = { above };
