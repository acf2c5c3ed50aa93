// @ts-check
"use strict";

// Why changes can't be linked all at once: by whose fault, and whom else that holds back. A branch that was switched is hundreds
// of changes, seen while files are still missing; each attempt to link one of them loads all that leads to it.

const fs = require("node:fs");
const { pathToFileURL } = require("node:url");
const { above } = require("../esm/graph/importers.cjs");
const { leadsNowhere } = require("../esm/import-call/in-vain.cjs");
const { culpritOf, faults } = require("../esm/link/link.cjs");
const { SourceTextModule } = require("../esm/graph/module-record.cjs");
const { isPlace } = require("../esm/graph/request-key.cjs");
const { sourceOf } = require("../esm/graph/source.cjs");

/** @typedef {import("../esm/graph/graph.cjs").Graph} Graph */
/** @typedef {import("../esm/graph/module-record.cjs").Module} Module */

/**
 * Is it gone, and does a module that goes on as it is import it?
 * @param {Graph} graph
 * @param {string} file
 */
function isMissed(graph, file) {
  if (fs.existsSync(file)) return false;
  const isHeld = (/** @type {Module} */ it) => it instanceof SourceTextModule && graph.modules.holds(it);
  return graph.modules.ofFile(file).some(({ importers }) => [...importers].some(isHeld));
}

/**
 * Is it there, does its text parse, and does all that it imports lead somewhere? Text of CommonJS is looked at with the next attempt anyway.
 * @param {Graph} graph
 * @param {string} file
 */
function canBeLoaded(graph, file) {
  if (!fs.existsSync(file)) return false;
  if (!graph.modules.hasEsModule(file)) return true;
  try {
    const { requests } = sourceOf(graph, file, pathToFileURL(file).href, false);
    return !requests.some((request) => leadsNowhere(request) && isPlace(request.specifier));
  } catch {
    return false;
  }
}

/** Modules as they are, whose imports lead nowhere: whatever they lead to can't be linked without them. */
class Hindrances {
  /** Files that only what goes on as it is needs. @type {Set<string>} */
  unneeded = new Set();
  #graph;
  /** @type {Map<Module, { error: unknown, above: Set<Module>, below: Set<Module> }>} */
  #known = new Map();

  /** @param {Graph} graph */
  constructor(graph) {
    this.#graph = graph;
  }

  /**
   * A change of one file by itself could not be linked.
   * @param {string} file
   * @param {any} error
   */
  add(file, error) {
    // The name may be one that only this change takes away.
    const culprit = faults.get(error)?.name === undefined ? culpritOf(error) : undefined;
    if (culprit === undefined || culprit === file) return;
    for (const module of this.#graph.modules.ofFile(culprit)) {
      if (!(module instanceof SourceTextModule) || this.#known.has(module)) continue;
      this.#known.set(module, { error, above: above([module]), below: below(module) });
    }
  }

  /**
   * What can't be linked with the file's new version, come what may: it is evaluated anew with it, from the text that it
   * has, and nothing between the two is new.
   * @param {string} file
   */
  of(file) {
    const changed = this.#graph.modules.ofFile(file);
    for (const [module, known] of this.#known) {
      if (!this.#graph.modules.holds(module)) continue;
      if (changed.some((it) => known.below.has(it) && !known.above.has(it))) return known;
    }
    return null;
  }
}

/** What a module is evaluated with, come what may. @param {Module} module */
function below(module) {
  const found = new Set([module]);
  for (const it of found) for (const requested of it.requested) found.add(requested);
  return found;
}

module.exports = { canBeLoaded, Hindrances, isMissed };
