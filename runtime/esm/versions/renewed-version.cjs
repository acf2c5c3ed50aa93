// @ts-check
"use strict";

// Versions of modules that are evaluated anew for sync.* and hmr(): their facades are no part of them, but of the renewal (graph.cjs).

const { SourceTextModule } = require("../graph/module-record.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

/** What a version is made of. @typedef {Pick<Module, "requested"> & { environment?: import("../evaluate/environment.cjs").Environment | null }} Version */

/** The version a module has: all but what outlives it. @param {any} module @returns {Version} */
function versionOf({ url, file, facade, entrance, importers, ...version }) {
  return version;
}

/** Gives a module the version it had. @param {Module} module @param {Version} version */
function putBack(module, version) {
  if (module instanceof SourceTextModule) module.environment?.dispose();
  for (const required of module.requested) required.importers.delete(module);
  Object.assign(module, version);
  for (const required of module.requested) required.importers.add(module);
}

/**
 * To what import.meta.hot has put in the place of what they import, while what was to replace them was evaluated: nobody was known to import
 * that by them. Where it lacks a name, they keep the one before.
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {Iterable<Module>} modules put back
 */
function bindToPresent(graph, modules) {
  for (const module of modules) {
    if (!(module instanceof SourceTextModule) || module.status !== "evaluated") continue;
    try {
      graph.check(module);
    } catch {
      continue;
    }
    module.environment?.rebind();
  }
}

module.exports = { bindToPresent, putBack, versionOf };
