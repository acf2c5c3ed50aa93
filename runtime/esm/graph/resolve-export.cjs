// @ts-check
"use strict";

// GetExportedNames and ResolveExport of source text modules (ECMA-262 16.2.1.7.2.1 and 16.2.1.7.2.2). Names may be passed on by more
// modules than there is stack for: who passes them on from one other module alone is a step of a loop.

const { SafeMap, SafeSet } = require("../../intrinsics.cjs");
const { entryNamed } = require("./export-entries.cjs");
const { isSame } = require("./same-binding.cjs");
const { reachedByStars } = require("./star-names.cjs");

/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("./module-record.cjs").SourceTextModule} SourceTextModule */
/** @typedef {import("./module-record.cjs").Resolution} Resolution */
/** @typedef {import("./module-record.cjs").ResolvedBinding} ResolvedBinding */
/** @typedef {import("./module-record.cjs").Fault} Fault */
/** @typedef {import("./module-record.cjs").ResolveSet} ResolveSet */

/** So many are found faster by a look at each. */
const FEW = 8;

/** @param {SourceTextModule} root @returns {string[]} */
function exportedNames(root) {
  /** @type {Set<string>} */
  const names = new SafeSet();
  for (const module of reachedByStars(root)) {
    const add = (/** @type {string} */ name) => {
      if (module === root || name !== "default") names.add(name);
    };
    if (!isSourceText(module)) {
      for (const name of module.getExportedNames()) add(name);
      continue;
    }
    for (const { exported } of module.record.locals) add(exported);
    for (const { exported } of module.record.indirect) add(exported);
  }
  return [...names];
}

/**
 * @param {SourceTextModule} root
 * @param {string} name
 * @param {ResolveSet} resolveSet
 * @returns {Resolution}
 */
function resolveExport(root, name, resolveSet) {
  /** What the first star lacks that has led here, and the first one behind the last indirect export. @type {Fault | undefined} */
  let first;
  /** @type {Fault | undefined} */
  let behind;
  let isIndirect = false;
  /** @type {Resolution | undefined} */
  let resolution;
  for (let module = root; resolution === undefined; ) {
    // First, as in V8: what has been asked for already is what is ambiguous, and not null. It is so in the end in any case.
    const own = module.ownExport(name);
    if (own) {
      resolution = own;
      break;
    }
    // A circular import request.
    if (isAsked(resolveSet, module, name)) {
      resolution = null;
      break;
    }
    note(resolveSet, module, name);
    const { indirect, requests, stars } = module.record;
    const entry = entryNamed(indirect, name);
    let request = stars[0];
    if (entry) {
      request = entry.request;
      const imported = module.requested[request];
      if (entry.name === undefined) {
        resolution = { module: imported, cell: null, entry };
        break;
      }
      const next = { specifier: requests[request].specifier, name: entry.name };
      if (isAsked(resolveSet, imported, next.name)) resolveSet.cycle = next;
      resolveSet.specifier = next.specifier;
      resolveSet.fault = next;
      isIndirect = true;
      behind = undefined;
      name = entry.name;
    } else if (name === "default" || stars.length === 0) {
      // A default export is never found through a star.
      resolution = null;
      break;
    } else {
      // What no star has, this module is said not to have.
      const fault = { specifier: resolveSet.specifier ?? "", name };
      first ??= fault;
      behind ??= fault;
      if (stars.length > 1) {
        resolution = resolveThroughStars(module, name, resolveSet, fault);
        break;
      }
      resolveSet.specifier = requests[request].specifier;
    }
    const imported = module.requested[request];
    if (isSourceText(imported)) module = imported;
    else resolution = imported.resolveExport(name, resolveSet);
  }
  if (resolution === "ambiguous") return resolution;
  if (resolution === null && isIndirect) {
    // V8 says so at once, whatever star has led here.
    if (behind) resolveSet.fault = behind;
    resolveSet.missing ??= resolveSet.fault;
  }
  if (first) resolveSet.fault = first;
  return resolution ?? null;
}

/**
 * Steps 8 to 10.
 * @param {SourceTextModule} module
 * @param {string} name
 * @param {ResolveSet} resolveSet
 * @param {Fault} fault what it is for none of the stars to have it
 * @returns {Resolution}
 */
function resolveThroughStars(module, name, resolveSet, fault) {
  const { record, requested } = module;
  /** @type {ResolvedBinding | null} */
  let starResolution = null;
  resolveSet.fault = fault;
  for (const request of resolveSet.starNames?.thatMayHave(module, name) ?? record.stars) {
    const imported = requested[request];
    if (resolveSet.isQuick && isSourceText(imported) && lacks(imported, name)) continue;
    resolveSet.specifier = record.requests[request].specifier;
    const resolution = imported.resolveExport(name, resolveSet);
    if (resolution === "ambiguous") return resolution;
    resolveSet.fault = fault;
    if (resolution === null) continue;
    if (starResolution === null) starResolution = resolution;
    else if (!isSame(resolution, starResolution)) {
      resolveSet.between = [starResolution.module, resolution.module];
      return "ambiguous";
    }
  }
  return starResolution;
}

/** @param {Module} it @returns {it is SourceTextModule} */
const isSourceText = (it) => it.isSourceText;

/** What is not asked for an error's words. @param {import("./star-names.cjs").StarNames} [starNames] @returns {ResolveSet} */
const quick = (starNames) => Object.assign([], { isQuick: true, starNames });

/** Neither it nor what it passes on can have that name. @param {SourceTextModule} module @param {string} name */
const lacks = ({ record: { indirect, locals, stars } }, name) =>
  stars.length === 0 && !entryNamed(locals, name) && !entryNamed(indirect, name);

/** @param {ResolveSet} resolveSet @param {Module} module @param {string} name */
function isAsked(resolveSet, module, name) {
  for (let index = 0; index < resolveSet.length; index++) {
    if (resolveSet[index][0] === module && resolveSet[index][1] === name) return true;
  }
  const others = resolveSet.others?.get(module);
  return others === name || (typeof others === "object" && others.has(name));
}

/** @param {ResolveSet} resolveSet @param {Module} module @param {string} name */
function note(resolveSet, module, name) {
  if (resolveSet.length < FEW) {
    resolveSet.push([module, name]);
    return;
  }
  resolveSet.others ??= new SafeMap();
  const { others } = resolveSet;
  const known = others.get(module);
  // Of one module one name is asked for, nearly always.
  if (known === undefined) others.set(module, name);
  else if (typeof known === "object") known.add(name);
  else others.set(module, new SafeSet([known, name]));
}

module.exports = { exportedNames, quick, resolveExport };
