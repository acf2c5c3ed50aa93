// @ts-check
"use strict";

// Of what was saved at once, what is at fault when it does not link, or throws: the rest is tried without it, as if it had been saved later.

const { above } = require("../graph/importers.cjs");
const { faults } = require("../link/link.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * What lacks the name, if it was refused before; whose import leads nowhere, if that was saved, or is new because of what was; else what
 * lacks the name.
 * @param {any} error of linking
 * @param {Set<Module>} changed
 * @param {(module: Module) => boolean} isFresh
 * @param {(module: Module) => boolean} isKnown it was refused before
 * @returns {Module[]} none: nobody can tell
 */
function atFault(error, changed, isFresh, isKnown) {
  const { module } = faults.get(error) ?? {};
  if (!module) return [];
  const asked = askedOf(error);
  const lacking = asked ? nearest(asked, changed) : [];
  const known = lacking.filter(isKnown);
  if (known.length > 0) return known;
  if (changed.has(module)) return [module];
  return isFresh(module) ? [...above([module])].filter((it) => changed.has(it)) : lacking;
}

/** Of which module is the name that is not there? @param {any} error */
function askedOf(error) {
  const { requested = [], requests = [], specifier } = faults.get(error) ?? {};
  return requested[requests.findIndex((request) => request.specifier === specifier)];
}

/** It, or what it may have its names from. @param {Module} module @param {Set<Module>} changed */
function nearest(module, changed) {
  const found = new Set([module]);
  for (const it of found) if (!changed.has(it)) for (const required of it.requested) found.add(required);
  return [...found].filter((it) => changed.has(it));
}

/**
 * Does it not link because of what was given up before, which has the name by now?
 * @param {any} error
 * @param {Set<Module>} given
 */
function isBecauseOf(error, given) {
  const asked = askedOf(error);
  return asked !== undefined && nearest(asked, given).length > 0;
}

/**
 * What is evaluated with these: whatever of the group leads to them, or they to it. Who accepts some of it, and stays, is none.
 * @param {Iterable<Module>} modules
 * @param {Set<Module>} members
 * @param {(module: Module) => Module[]} importsOf
 * @returns {Set<Module>}
 */
function connectedTo(modules, members, importsOf) {
  /** @type {Map<Module, Set<Module>>} */
  const edges = new Map([...members].map((module) => [module, new Set()]));
  for (const [module, others] of edges) {
    for (const imported of importsOf(module)) {
      edges.get(imported)?.add(module);
      if (edges.has(imported)) others.add(imported);
    }
  }
  const found = new Set([...modules].filter((module) => members.has(module)));
  for (const module of found) for (const other of edges.get(module) ?? []) found.add(other);
  return found;
}

module.exports = { atFault, connectedTo, isBecauseOf };
