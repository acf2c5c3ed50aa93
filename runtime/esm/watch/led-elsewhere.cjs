// @ts-check
"use strict";

// A file is gone, and what its importers call it by is another file now: `./a` was a.ts and is a/index.ts, `./a.js` is
// a.ts. The importers' text is what it was, so nobody else counts them as changed.

const fs = require("node:fs");
const { leadsElsewhere, requestsTo } = require("../../commonjs/node-places.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { HotModule, SourceTextModule } = require("../graph/module-record.cjs");
const { fileOf } = require("../update/outcome.cjs");
const { takesPart } = require("../graph/project-file.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * @param {Graph} graph
 * @param {string[]} gone files that are not there
 * @param {string[]} asked files that are evaluated anew in any case
 * @returns {{ importers: string[], targets: string[] }} what is to be evaluated anew, and what they import then
 */
function ledElsewhere(graph, gone, asked) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @type {Set<string>} */
  const targets = new Set();
  if (gone.length > 0) graph.loader.clearCache();
  for (const file of gone) {
    for (const importer of graph.modules.ofFile(file).flatMap(({ importers }) => [...importers])) {
      if (!(importer instanceof SourceTextModule) || asked.includes(importer.file)) continue;
      for (const target of otherTargets(graph, importer, file)) {
        found.add(importer.file);
        targets.add(target);
      }
    }
    // What they require is found when they do.
    for (const importer of graph.modules
      .ofFile(file)
      .flatMap(({ dynamicImporters }) => [...dynamicImporters])) {
      if (!(importer instanceof CommonJsModule) || asked.includes(importer.file)) continue;
      if (leadsElsewhere(importer.file, file) || leadsToAnother(graph, importer)) found.add(importer.file);
    }
  }
  return { importers: [...found], targets: [...targets] };
}

/**
 * What is gone may come as another file later.
 * @param {Graph} graph
 * @param {import("../../../native/addon").Session} session
 * @param {string[]} files of an update that did not link
 */
function waitElsewhere(graph, session, files) {
  for (const file of files) {
    if (fs.existsSync(file)) continue;
    for (const module of graph.modules.ofFile(file)) {
      for (const importer of [...module.importers, ...module.dynamicImporters]) {
        if (!(importer instanceof HotModule)) continue;
        const isImport = importer instanceof SourceTextModule;
        const requests = isImport ? specifiersOf(importer, module, file) : requestsTo(importer.file, file);
        for (const request of requests) session.mayLeadElsewhere(importer.file, request, isImport, file);
      }
    }
  }
}

/** @param {SourceTextModule} importer @param {Module} module @param {string} file @returns {Iterable<string>} */
function specifiersOf({ dynamicImports, record }, module, file) {
  const specifiers = new Set(dynamicImports.get(module));
  for (const request of record.requests) if (request.file === file) specifiers.add(request.specifier);
  return specifiers;
}

/**
 * Node remembers nothing of what TypeScript requires: its text says what that leads to.
 * @param {Graph} graph
 * @param {CommonJsModule} importer
 */
function leadsToAnother({ loader }, { dynamicImports, file }) {
  const known = new Set([...dynamicImports.keys()].map(fileOf));
  return loader.leadsTo(file).some((next) => !known.has(next) && takesPart(next));
}

/** @param {Graph} graph @param {SourceTextModule} importer @param {string} gone @returns {string[]} */
function otherTargets(graph, { file, url, record }, gone) {
  return record.requests.flatMap((request) => {
    if (request.file !== gone) return [];
    const attributes = /** @type {[string, string][]} */ (request.attributes);
    const present = graph.loader.target(request.specifier, attributes, file, url);
    const isThere = present.target === "module" && present.file !== undefined && present.file !== gone;
    return isThere && fs.existsSync(/** @type {string} */ (present.file))
      ? [/** @type {string} */ (present.file)]
      : [];
  });
}

module.exports = { ledElsewhere, waitElsewhere };
