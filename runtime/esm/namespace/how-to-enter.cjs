// @ts-check
"use strict";

// How Node evaluates the facade of a module: at once, or waiting for what awaits.

const { SafeSet } = require("../../intrinsics.cjs");
const { isLinkedNow } = require("../graph/being-linked.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} ModuleRecord */

/** Is it so of a module, or of anything it imports? @param {ModuleRecord} module @param {(module: ModuleRecord) => boolean} isIt */
function leadsTo(module, isIt) {
  // Not by recursion: it may be deeper than the stack.
  const reached = new SafeSet([module]);
  for (const at of reached) {
    if (isIt(at)) return true;
    for (let index = 0; index < at.requested.length; index++) reached.add(at.requested[index]);
  }
  return false;
}

/** Does it, or does anything it imports, await at the top level? @param {ModuleRecord} module */
const isAsync = (module) => leadsTo(module, ({ hasTLA }) => hasTLA);

/** @param {ModuleRecord} module @returns {import("./facade-text.cjs").FacadeText["enter"]} */
function howToEnter(module) {
  if (isAsync(module)) return "wait";
  return module.status === "linking" && hasUnlinkedPackages(module) ? "may wait" : "enter";
}

/** Nobody knows yet whether these await. @param {ModuleRecord} module */
const hasUnlinkedPackages = (module) =>
  leadsTo(
    module,
    (it) => it.isNative && !(/** @type {any} */ (it).builtin) && it.status !== "linked" && !isLinkedNow(it),
  );

module.exports = { howToEnter, isAsync };
