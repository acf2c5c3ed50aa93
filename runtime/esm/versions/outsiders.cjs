// @ts-check
"use strict";

// Who goes on with what there was before an update of sync.* or hmr(): nothing of theirs leads to it. Of what Node runs nobody knows
// who imports it by a declaration; under register the graph does.

const { HotModule } = require("../graph/module-record.cjs");
const { fileOf } = require("../update/outcome.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {string[]} files that were evaluated anew
 * @returns {{ importer: string, module: string }[]}
 */
function outsidersOf({ isSharedWithNode, modules }, files) {
  if (isSharedWithNode) return [];
  const evaluated = new Set(files);
  return files.flatMap((file) => {
    const importers = modules.ofFile(file).flatMap((module) => [...module.importers]);
    const left = importers.filter((it) => goesOn(it) && !evaluated.has(fileOf(it)));
    return left.map((importer) => ({ importer: fileOf(importer), module: file }));
  });
}

/** @param {Module} importer */
const goesOn = (importer) =>
  importer instanceof HotModule && importer.status === "evaluated" && !importer.evaluationError;

module.exports = { outsidersOf };
