// @ts-check
"use strict";

// A version that takes the place of another below a boundary is the module that a fresh process would find: where the package leaves open
// what its files are, the new text may have made CommonJS of an ES module, or the other way round (Node: ESM_FILE_FORMAT).

const fs = require("node:fs");
const chain = require("../esm/hooks/chain.cjs");
const { CommonJsModule } = require("../esm/commonjs/commonjs-module.cjs");
const { SourceTextModule } = require("../esm/graph/module-record.cjs");

/** @typedef {import("../esm/graph/module-record.cjs").Module} Module */
/** @typedef {"module" | "commonjs"} Kind */

/**
 * @param {import("../esm/graph/graph.cjs").Graph} graph
 * @param {Iterable<Module>} modules which others are to take the place of
 * @param {string[]} files changed
 * @returns {Map<string, Kind>} what those are, where that is not said by their names: who imports one may have been read before it became that
 */
function kindsOf({ loader }, modules, files) {
  /** @type {Map<string, Kind>} */
  const kinds = new Map();
  // What other loaders make of a file they have said.
  if (chain.hasOthers) return kinds;
  for (const module of modules) {
    if (!(module instanceof SourceTextModule || module instanceof CommonJsModule)) continue;
    const { file, url } = module;
    // Under a query there is no CommonJS of ours.
    if (!/\.[jt]sx?$/.test(file) || /[?#]/.test(url)) continue;
    const isOpen = files.includes(file) && isFree(module) && fs.existsSync(file);
    kinds.set(
      file,
      (isOpen ? loader.isModule(file) : module instanceof SourceTextModule) ? "module" : "commonjs",
    );
  }
  return kinds;
}

/** Node's loader goes on with what CommonJS has required. @param {Module} module */
const isFree = ({ dynamicImporters }) =>
  ![...dynamicImporters].some((importer) => importer instanceof CommonJsModule);

module.exports = { kindsOf };
