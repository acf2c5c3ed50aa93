// @ts-check
"use strict";

// Who else may be what was wrong with an update. The engine tries what failed again when what failed beside it is mended or
// undone, but it does not know of `require()`: to it CommonJS files have nothing to do with each other.

const { fileOf } = require("./outcome.cjs");

/** @typedef {import("./graph.cjs").Graph} Graph */

/**
 * Of an update in which something threw, or did not link.
 * @param {Graph} graph
 * @param {{ files: string[], file?: string }} outcome
 * @returns {[file: string, blamed: string[]][]} files, and those whose change may mend them
 */
function blamed(graph, { files, file: place }) {
  /** @type {[string, string[]][]} */
  const all = [];
  for (const file of files) {
    // It is its own fault.
    if (file === place) continue;
    // CommonJS above it was evaluated with it, from what it holds: it may not even be known yet that it was edited.
    const above = new Set(graph.modules.ofFile(file));
    for (const module of above) {
      for (const importer of [...module.importers, ...module.dynamicImporters]) {
        if ("isCommonJs" in importer) above.add(importer);
      }
    }
    const others = new Set([...above].map(fileOf));
    if (place !== undefined && files.includes(place)) others.add(place);
    others.delete(file);
    if (others.size > 0) all.push([file, [...others]]);
  }
  return all;
}

module.exports = { blamed };
