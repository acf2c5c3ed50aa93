// @ts-check
"use strict";

// What a program reloads by itself: it imports a file again under another query, `import("./x.mjs?t=" + Date.now())`, as Node has
// one module for each. Nobody need accept a save of that: the instances before stay as they are, and the next import() has the new text.

const { textIn } = require("../positions/code-frame.cjs");
const { fileOf } = require("./outcome.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("./update-group.cjs").Group} Group */

/**
 * Groups that nobody accepts, and that are such files: these are no refusals any more, and one a file is left.
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {Group[]} groups
 * @returns {Group[]}
 */
function withoutAskedAnew(graph, groups) {
  /** @type {Map<string, boolean>} */
  const known = new Map();
  const isAskedAnew = (/** @type {string} */ file) => {
    const is = known.get(file) ?? queriesOf(graph, file) > 1;
    known.set(file, is);
    return is;
  };
  /** @type {Set<string>} */
  const told = new Set();
  return groups.filter((group) => {
    const { changed, ending } = group;
    if (ending?.type !== "unaccepted" || ending.evaluated.length > 0) return true;
    if (![...changed].every((module) => isByQuery(graph, module) && isAskedAnew(fileOf(module)))) return true;
    group.ending = null;
    const files = [...changed].map(fileOf);
    if (files.every((file) => told.has(file))) return false;
    for (const file of files) told.add(file);
    return true;
  });
}

/**
 * Has import() alone asked for it, by a query? That which Node itself does, for packages and CommonJS, makes a root of it.
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {Module} module
 */
function isByQuery({ roots }, module) {
  const { url, importers, dynamicImporters } = module;
  return url.includes("?") && importers.size === 0 && (dynamicImporters.size > 0 || roots.has(module));
}

/** By how many queries was it asked for that are put together, and not written down? @param {import("../graph/graph.cjs").Graph} graph @param {string} file */
function queriesOf(graph, file) {
  const isWritten = (/** @type {Module} */ { url, dynamicImporters }) =>
    [...dynamicImporters].some((importer) => names(fileOf(importer), url.slice(url.indexOf("?"))));
  return graph.modules.ofFile(file).filter((module) => isByQuery(graph, module) && !isWritten(module)).length;
}

/** @param {string} file @param {string} query */
function names(file, query) {
  try {
    return textIn(file).includes(query);
  } catch {
    // It is gone by now.
    return false;
  }
}

module.exports = { withoutAskedAnew };
