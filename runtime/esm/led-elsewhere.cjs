// @ts-check
"use strict";

// A file is gone, and what its importers call it by is another file now: `./a` was a.ts and is a/index.ts, `./a.js` is
// a.ts. The importers' text is what it was, so nobody else counts them as changed.

const fs = require("node:fs");
const { SourceTextModule } = require("./module-record.cjs");

/** @typedef {import("./graph.cjs").Graph} Graph */

/**
 * @param {Graph} graph
 * @param {string[]} files that changed
 * @returns {{ importers: string[], targets: string[] }} what is to be evaluated anew, and what they import then
 */
function ledElsewhere(graph, files) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @type {Set<string>} */
  const targets = new Set();
  for (const file of files) {
    const importers = graph.modules.ofFile(file).flatMap(({ importers }) => [...importers]);
    if (importers.length === 0 || fs.existsSync(file)) continue;
    graph.loader.clearCache();
    for (const importer of importers) {
      if (!(importer instanceof SourceTextModule) || files.includes(importer.file)) continue;
      for (const target of otherTargets(graph, importer, file)) {
        found.add(importer.file);
        targets.add(target);
      }
    }
  }
  return { importers: [...found], targets: [...targets] };
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

module.exports = { ledElsewhere };
