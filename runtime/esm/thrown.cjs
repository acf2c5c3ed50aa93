// @ts-check
"use strict";

// What an import() has found throwing: it is evaluated anew when somebody saves it, if only as it is.

/** @typedef {import("./module-record.cjs").Module} Module */

/**
 * Files of the modules that threw, or import one that did, below a module that did.
 * @param {Module} module
 * @returns {string[]}
 */
function thrownBelow(module) {
  const thrown = new Set([module]);
  for (const { requested } of thrown) {
    for (const required of requested)
      if (required.evaluationError && !required.isNative) thrown.add(required);
  }
  return [...thrown].flatMap((it) => /** @type {any} */ (it).file ?? []);
}

module.exports = { thrownBelow };
