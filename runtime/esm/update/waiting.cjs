// @ts-check
"use strict";

// Versions that wait for what they import, which awaits: as another takes their place, and as they are put back. What is waited for knows
// modules, not versions ([[AsyncParentModules]]), and tells each as often as it is noted there.

const { waitAgain } = require("../evaluate/evaluate.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("./staged-version.cjs").Version} Version */

/**
 * Nothing that it requests tells it any more.
 * @param {Module} module
 * @param {Module[]} requested by one of its versions
 * @param {(module: Module) => Version} oldOf
 */
function stopWaiting(module, requested, oldOf) {
  for (const required of requested) {
    for (const member of [required, required.cycleRoot, oldOf(required).cycleRoot]) {
      if (!member) continue;
      for (const { asyncParentModules } of [member, oldOf(member)]) leave(asyncParentModules, module);
    }
  }
}

/** @param {Module[]} parents @param {Module} module */
function leave(parents, module) {
  for (let place = parents.indexOf(module); place >= 0; place = parents.indexOf(module))
    parents.splice(place, 1);
}

/**
 * A version is about to take the place of one that is not evaluated yet, which may have gone on since it was read.
 * @param {Module} module
 * @param {Version} old
 * @param {(module: Module) => Version} oldOf
 */
function interrupt(module, old, oldOf) {
  for (const key of STATE) old[key] = module[key];
  stopWaiting(module, module.requested, oldOf);
}

/** How far an evaluation is, and who waits for it by import(). */
const STATE = /** @type {const} */ ([
  "status",
  "evaluationError",
  "topLevelCapability",
  "asyncEvaluationOrder",
  "pendingAsyncDependencies",
]);

/**
 * They are put back, all of them.
 * @param {[module: Module, given: Module[]][]} back with what was requested by the versions that were given up
 * @param {(module: Module) => Version} oldOf
 */
function resume(back, oldOf) {
  for (const [module, given] of back) stopWaiting(module, [...given, ...module.requested], oldOf);
  for (const [module] of back) waitAgain(module);
}

module.exports = { interrupt, resume };
