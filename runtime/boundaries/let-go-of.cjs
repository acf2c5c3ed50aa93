// @ts-check
"use strict";

// A file is gone, and who asked for its module while it ran, by import() or require(), has another text: does that still?

const fs = require("node:fs");
const { assertRequires } = require("../esm/commonjs-check.cjs");
const { CommonJsModule } = require("../esm/commonjs-module.cjs");
const { HotModule } = require("../esm/module-record.cjs");
const { fileOf } = require("../esm/outcome.cjs");
const { textOf } = require("../esm/taken-by-node.cjs");

/** @typedef {import("../esm/graph.cjs").Graph} Graph */
/** @typedef {import("../esm/module-record.cjs").Module} Module */

/**
 * @param {Graph} graph
 * @param {Module} module
 * @param {Set<Module>} old what is superseded with it
 * @param {Set<string>} changed files that hold another text
 */
function isLetGoOf(graph, module, old, changed) {
  const file = fileOf(module);
  if (graph.isBoundary(file) || fs.existsSync(file)) return false;
  return [...module.dynamicImporters].every(
    (importer) => old.has(importer) && changed.has(fileOf(importer)) && !asksAgain(graph, importer, module),
  );
}

/** @param {Graph} graph @param {Module} importer @param {Module} module */
function asksAgain(graph, importer, module) {
  if (!(importer instanceof HotModule)) return true;
  if (!(importer instanceof CommonJsModule)) {
    const text = textOf(importer.file) ?? "";
    return [...(importer.dynamicImports.get(module) ?? [])].some((specifier) => text.includes(specifier));
  }
  try {
    if (fs.existsSync(importer.file)) assertRequires(importer.file, graph.problemsOf(importer.file));
    return false;
  } catch {
    return true;
  }
}

module.exports = { isLetGoOf };
