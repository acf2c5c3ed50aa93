// @ts-check
"use strict";

// What a name of a namespace is. V8 collects the names of a namespace star by star (`SourceTextModule::FetchStarExports`): what is ambiguous among
// the stars of one of these that one does not have, and another may. By the specification (16.2.1.7.2.2, step 8.d.ii) it is ambiguous then, and
// so it is for who imports it by name.

const { SafeMap } = require("../../intrinsics.cjs");
const { entryNamed } = require("./export-entries.cjs");
const { quick } = require("./resolve-export.cjs");
const { isSame } = require("./same-binding.cjs");

/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("./module-record.cjs").SourceTextModule} SourceTextModule */
/** @typedef {import("./module-record.cjs").Resolution} Resolution */
/** What modules have, all of which is looked at once; null, too: it is being looked at. @typedef {Map<Module, Resolution>} Known */

/**
 * @param {Module} module
 * @param {string} name
 * @param {import("./star-names.cjs").StarNames} [starNames]
 * @returns {Resolution}
 */
function resolveShown(module, name, starNames) {
  const resolution = module.resolveExport(name, quick(starNames));
  // Where all that is reached is one binding, so it is here.
  return resolution === "ambiguous" ? shownBy(module, name, new SafeMap(), starNames) : resolution;
}

/**
 * @param {Module} root
 * @param {string} name
 * @param {Known} known
 * @param {import("./star-names.cjs").StarNames} [starNames]
 * @returns {Resolution}
 */
function shownBy(root, name, known, starNames) {
  /** Who passes on one other module alone is a step of a loop: there may be more of them than there is stack for. @type {Module[]} */
  const passed = [];
  /** @type {Resolution | undefined} */
  let resolution;
  for (let module = root; resolution === undefined; ) {
    resolution = known.get(module);
    if (resolution !== undefined) break;
    passed.push(module);
    known.set(module, null);
    const { record, requested } = /** @type {SourceTextModule} */ (module);
    const isOwn =
      !module.isSourceText || entryNamed(record.locals, name) || entryNamed(record.indirect, name);
    if (isOwn) resolution = module.resolveExport(name, quick(starNames));
    else if (record.stars.length === 1) module = requested[record.stars[0]];
    else resolution = amongStars(/** @type {SourceTextModule} */ (module), name, known, starNames);
  }
  for (const module of passed) known.set(module, resolution ?? null);
  return resolution ?? null;
}

/**
 * @param {SourceTextModule} module
 * @param {string} name
 * @param {Known} known
 * @param {import("./star-names.cjs").StarNames} [starNames]
 * @returns {Resolution}
 */
function amongStars(module, name, known, starNames) {
  /** @type {Resolution} */
  let found = null;
  for (const request of starNames?.thatMayHave(module, name) ?? module.record.stars) {
    const resolution = shownBy(module.requested[request], name, known, starNames);
    if (resolution === null || resolution === "ambiguous") continue;
    if (found === null) found = resolution;
    else if (!isSame(resolution, found)) return "ambiguous";
  }
  return found;
}

module.exports = { resolveShown };
