// @ts-check
"use strict";

// Of what was saved at once, what is at fault when it does not link, or throws: the rest is tried without it, as if it had been saved later.

const { above } = require("../graph/importers.cjs");
const { faults } = require("../link/link.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

/** What leads to a module that came with it and does not link. @type {WeakMap<object, Module[]>} */
const leading = new WeakMap();

/**
 * Modules do not link, and are about to be put back: what they import then is something else.
 * @param {any} error
 * @param {(module: Module) => boolean} isFresh
 */
function noteLeading(error, isFresh) {
  const { module } = faults.get(error) ?? {};
  if (module && isFresh(module)) leading.set(error, [...above([module])]);
}

/**
 * What lacks the name, if it was refused before; whose import leads nowhere, if that was saved, or is new because of what was; else what
 * lacks the name.
 * @param {any} error of linking
 * @param {Set<Module>} changed
 * @param {(module: Module) => boolean} isKnown it was refused before
 * @returns {Module[]} none: nobody can tell
 */
function atFault(error, changed, isKnown) {
  const { module } = faults.get(error) ?? {};
  if (!module) return [];
  const asked = askedOf(error);
  const lacking = asked ? nearest(asked, changed) : [];
  const known = lacking.filter(isKnown);
  if (known.length > 0) return known;
  if (changed.has(module)) return [module];
  return leading.get(error)?.filter((it) => changed.has(it)) ?? lacking;
}

/** Of which module is the name that is not there? @param {any} error */
function askedOf(error) {
  const { requested = [], requests = [], specifier } = faults.get(error) ?? {};
  return requested[requests.findIndex((request) => request.specifier === specifier)];
}

/** It, or what it has its names from. @param {Module} module @param {Set<Module>} changed */
function nearest(module, changed) {
  const found = new Set([module]);
  for (const it of found) if (!changed.has(it)) for (const source of sourcesOf(it)) found.add(source);
  return [...found].filter((it) => changed.has(it));
}

/** What it passes on names of. @param {Module} module */
function sourcesOf(module) {
  if (!(module instanceof SourceTextModule)) return module.requested;
  const { indirect, stars } = module.record;
  return [...indirect.map(({ request }) => request), ...stars].map((request) => module.requested[request]);
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
 * What can't go live without modules that have thrown: what is below them, what was saved and is above them, and what was evaluated with any
 * of these already. Who was to be evaluated because of them, and was not saved itself, needs them no more.
 * @param {Module[]} thrown
 * @param {import("./update-group.cjs").Group} group
 * @param {Set<Module>} evaluated
 * @param {(module: Module) => Module[]} importsOf
 * @returns {Set<Module>}
 */
function fallingWith(thrown, { changed, members }, evaluated, importsOf) {
  /** @type {Map<Module, Set<Module>>} */
  const importers = new Map([...members].map((module) => [module, new Set()]));
  for (const module of members) for (const it of importsOf(module)) importers.get(it)?.add(module);
  const found = new Set(thrown.filter((module) => members.has(module)));
  for (const module of found) {
    for (const imported of importsOf(module)) if (members.has(imported)) found.add(imported);
    const over = new Set([module]);
    for (const it of over) for (const importer of importers.get(it) ?? []) over.add(importer);
    for (const it of over) if (changed.has(it) || evaluated.has(it)) found.add(it);
  }
  return found;
}

module.exports = { atFault, fallingWith, isBecauseOf, noteLeading };
