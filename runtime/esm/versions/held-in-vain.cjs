// @ts-check
"use strict";

// Who of what is hot has something of an update of sync.* that has failed: it has it from nobody, and would not be told of a save of that.

const { acceptedByHandlers } = require("../../boundaries/accepted.cjs");
const { Loader } = require("../../commonjs/commonjs.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { HotModule } = require("../graph/module-record.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/graph.cjs").Renewal} Renewal */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * @param {Graph} graph
 * @param {Renewal} renewal
 * @param {Set<LoaderModule>} loaded what Node has loaded meanwhile, which is in `require.cache` no more
 * @param {string[]} attempted files of that which the update was not about
 * @returns {() => string[]} files to be evaluated anew, once all is as it was
 */
function heldInVain(graph, { fresh, versions }, loaded, attempted) {
  const { commonJs } = graph;
  if (!commonJs) return () => [];
  const members = new Set([...fresh.values(), ...versions.keys()]);
  const isOther = (/** @type {Module} */ it) => !members.has(it);
  /** @type {Set<Module>} */
  const importers = new Set([...fresh.values()].flatMap((it) => [...it.importers].filter(isOther)));
  // What CommonJS of the update has required, and somebody else has imported, is of the graph by now.
  const brought = [...graph.modules.commonJs].filter(({ instance }) => instance && loaded.has(instance));
  const all = [...fresh.values(), ...brought];
  // Hooks of another thread may have told who imports what.
  commonJs.onRefresh?.();
  const having = commonJs.children.having(loaded);
  const importing = [...new Set([...all.map(fileOf), ...attempted])].flatMap((file) =>
    commonJs.imported.importersOf(graph, file).map((it) => /** @type {const} */ ([it, file])),
  );
  const calling = all.flatMap((it) =>
    [...it.dynamicImporters].map((by) => /** @type {const} */ ([by, fileOf(it)])),
  );
  return () => {
    const isThere = (/** @type {Module} */ it) => it instanceof HotModule && graph.modules.holds(it);
    // What has stayed, since an update of import.meta.hot has evaluated it meanwhile, is somebody's.
    const isGone = (/** @type {string} */ file) => graph.modules.ofFile(file).length === 0;
    const isPast = (/** @type {NodeJS.Module} */ it) => {
      const module = graph.modules.get(it.filename);
      return module instanceof CommonJsModule ? module.instance !== it : !module;
    };
    const holders = [
      ...having.filter(([, had]) => had.some(isPast)),
      ...[...importing, ...calling].filter(([, file]) => isGone(file)),
    ].map(([it]) => it);
    // By a declaration it was told to; a function may have asked for it in passing, which is no reason for a restart.
    const others = [...new Set(holders)].filter((it) => isThere(it) && isOther(it));
    const accepted = acceptedByHandlers(graph, others, new Set(others.map(fileOf)), []);
    return [...[...importers].filter(isThere).map(fileOf), ...accepted];
  };
}

/**
 * What something hot goes on with, as an update of that may have evaluated it meanwhile, is what whoever requires it has.
 * @param {Graph} graph once all is as it was
 * @param {Iterable<LoaderModule>} loaded
 */
function putInCache(graph, loaded) {
  if (!graph.commonJs) return;
  for (const instance of loaded) {
    const { filename } = instance;
    const module = graph.modules.get(filename);
    const isThere = module instanceof CommonJsModule && module.instance === instance && instance.loaded;
    if (isThere) Loader._cache[filename] ??= instance;
  }
}

/** @param {Module} module */
const fileOf = (module) => /** @type {HotModule} */ (module).file;

module.exports = { heldInVain, putInCache };
