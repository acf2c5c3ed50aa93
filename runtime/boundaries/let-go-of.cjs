// @ts-check
"use strict";

// A file is gone, and who asked for its module while it ran, by import() or require(), has another text: does that still? Or had
// another one: what a version has imported its successor is taken to import, too.

const fs = require("node:fs");
const { assertRequires } = require("../esm/commonjs/commonjs-check.cjs");
const { isHandedOn } = require("../esm/import-call/imported.cjs");
const { HotModule, SourceTextModule } = require("../esm/graph/module-record.cjs");
const { fileOf } = require("../esm/update/outcome.cjs");
const { isQuoted } = require("../esm/positions/quoted.cjs");
const { textOf } = require("../esm/graph/taken-by-node.cjs");

/** @typedef {import("../esm/graph/graph.cjs").Graph} Graph */
/** @typedef {import("../esm/graph/module-record.cjs").Module} Module */

/**
 * @param {Graph} graph in which the next versions are of all that is there
 * @param {Module} module
 * @param {Set<Module>} old what is superseded with it
 * @param {Set<string>} changed files that hold another text
 */
function isLetGoOf(graph, module, old, changed) {
  const file = fileOf(module);
  if (graph.isBoundary(file) || fs.existsSync(file)) return false;
  return [...module.dynamicImporters].every(
    (importer) =>
      old.has(importer) && !asksAgain(graph, importer, module, old, changed.has(fileOf(importer))),
  );
}

/**
 * @param {Graph} graph
 * @param {Module} importer
 * @param {Module} module
 * @param {Set<Module>} old
 * @param {boolean} isChanged is it another text now?
 */
function asksAgain(graph, importer, module, old, isChanged) {
  if (!(importer instanceof HotModule)) return true;
  if (importer instanceof SourceTextModule) {
    // Nothing imports it any more; nobody tells of its end, perhaps, as nothing that was saved leads to it.
    if (graph.modules.ofFile(importer.file).length === 0 && !runsOn(graph, importer, old)) return false;
    const specifiers = importer.dynamicImports.get(module) ?? new Set();
    const text = isChanged ? (textOf(importer.file) ?? "") : importer.record.code;
    // What it has imported itself, and does not name, it has put together.
    return (
      [...specifiers].some((specifier) => isQuoted(text, specifier)) || !(isChanged || isHandedOn(specifiers))
    );
  }
  const isGone = !fs.existsSync(importer.file);
  if (!isChanged) return !isGone || runsOn(graph, importer, old);
  try {
    if (!isGone) assertRequires(importer.file, graph.problemsOf(importer.file));
    return false;
  } catch {
    return true;
  }
}

/**
 * Does something that goes on as it is lead to it? Who has what is superseded by import() alone is given the next version of that,
 * which leads where it leads: under register the program's entry point is above all boundaries, and would hold whatever they had.
 * @param {Graph} graph in which the next versions are of all that is there
 * @param {Module} module
 * @param {Set<Module>} old
 */
function runsOn({ modules }, module, old) {
  const found = new Set([module]);
  for (const it of found) {
    if (!old.has(it)) return true;
    const isFollowed = modules.ofFile(fileOf(it)).length > 0;
    for (const importer of it.importers) found.add(importer);
    for (const importer of it.dynamicImporters) {
      if (!isFollowed || old.has(importer) || !(importer instanceof SourceTextModule)) found.add(importer);
    }
  }
  return false;
}

module.exports = { isLetGoOf };
