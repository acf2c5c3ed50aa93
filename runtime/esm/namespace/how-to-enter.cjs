// @ts-check
"use strict";

// How Node evaluates the facade of a module: at once, or waiting for what awaits.

const { isLinkedNow } = require("../graph/being-linked.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} ModuleRecord */

/** Does it, or does anything it imports, await at the top level? @param {ModuleRecord} module @param {Set<ModuleRecord>} [seen] @returns {boolean} */
function isAsync(module, seen = new Set()) {
  if (seen.has(module)) return false;
  seen.add(module);
  return module.hasTLA || module.requested.some((required) => isAsync(required, seen));
}

/** @param {ModuleRecord} module @returns {import("./facade-text.cjs").FacadeText["enter"]} */
function howToEnter(module) {
  if (isAsync(module)) return "wait";
  return module.status === "linking" && hasUnlinkedPackages(module) ? "may wait" : "enter";
}

/** Nobody knows yet whether these await. @param {ModuleRecord} module @param {Set<ModuleRecord>} [seen] @returns {boolean} */
function hasUnlinkedPackages(module, seen = new Set()) {
  if (seen.has(module)) return false;
  seen.add(module);
  if (module.isNative)
    return !(/** @type {any} */ (module).builtin) && module.status !== "linked" && !isLinkedNow(module);
  return module.requested.some((required) => hasUnlinkedPackages(required, seen));
}

module.exports = { howToEnter, isAsync };
