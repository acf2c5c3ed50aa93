// @ts-check
"use strict";

// New versions of modules. A Module Record keeps its identity; what changes is its version: the
// record, the cells, the environment, how far its evaluation is. Everything new is loaded and
// linked before anything old is touched, and until every body has run the importers keep what they
// have: a version that fails is put back as if it had never been.

const { evaluate } = require("./evaluate.cjs");
const { SourceTextModule } = require("./module-record.cjs");

/** @typedef {import("./graph.cjs").Graph} Graph */
/** @typedef {import("./module-record.cjs").Module} Module */

/** What outlives a version. */
const STABLE = new Set(["url", "file", "facade", "importers"]);

/** @param {Module} module */
function versionOf(module) {
  return Object.fromEntries(Object.entries(module).filter(([key]) => !STABLE.has(key)));
}

/**
 * Evaluates modules anew and rebinds those that import them.
 * @param {Graph} graph
 * @param {Module[]} modules what to evaluate, dependencies first; what lies between them is the caller's to name
 * @param {() => void | Promise<void>} [beforeEvaluation] called when nothing can be wrong with the files any more
 */
async function reload(graph, modules, beforeEvaluation) {
  const members = new Set(modules);
  const old = new Map(modules.map((module) => [module, versionOf(module)]));
  const restore = () => {
    for (const [module, version] of old) {
      environmentOf(module)?.dispose();
      Object.assign(module, version);
      setRequested(module, module.requested);
    }
  };
  const importers = importersOf(members);
  /** @type {Map<string, Module>} */
  let fresh;
  try {
    fresh = graph.adopt(modules);
    // Those that stay must find what they import.
    for (const importer of importers) graph.check(importer);
    for (let tick = 0; tick < 3; tick++) await null;
  } catch (error) {
    restore();
    throw error;
  }
  await beforeEvaluation?.();
  try {
    for (const top of topsOf(modules)) await evaluate(top);
  } catch (error) {
    restore();
    throw error;
  }
  for (const [key, module] of fresh) graph.modules.set(key, module);
  for (const [module, version] of old) {
    version.environment?.dispose();
    for (const required of version.requested) {
      if (!module.requested.includes(required)) required.importers.delete(module);
    }
  }
  for (const facade of graph.facades()) facade.refresh(members);
  for (const importer of importers) environmentOf(importer)?.rebind();
}

/**
 * Where evaluation begins: a module that a later one imports is evaluated on the way, so that order
 * within and a cycle's entry are the program's own.
 * @param {Module[]} modules
 */
function topsOf(modules) {
  const places = new Map(modules.map((module, place) => [module, place]));
  return modules.filter((module, place) =>
    [...module.importers].every((importer) => (places.get(importer) ?? -1) <= place),
  );
}

/**
 * Modules outside of `members` whose bindings may come from one: importers, and through re-exports
 * theirs.
 * @param {Set<Module>} members
 */
function importersOf(members) {
  /** @type {Set<Module>} */
  const found = new Set();
  /** @param {Module} module */
  const visit = (module) => {
    for (const importer of module.importers) {
      if (members.has(importer) || found.has(importer)) continue;
      found.add(importer);
      if (importer instanceof SourceTextModule && importer.reexports) visit(importer);
    }
  };
  for (const member of members) visit(member);
  return found;
}

/** @param {Module} module @returns {import("./environment.cjs").Environment | null} */
function environmentOf(module) {
  return module instanceof SourceTextModule ? module.environment : null;
}

/** @param {Module} module @param {Module[]} requested */
function setRequested(module, requested) {
  module.requested = requested;
  for (const required of requested) required.importers.add(module);
}

module.exports = { reload };
