// @ts-check
"use strict";

// Who else may be what was wrong with an update. The engine tries what failed again when what failed beside it is mended or
// undone, but it does not know of `require()`: to it CommonJS files have nothing to do with each other.

const { fileURLToPath } = require("node:url");
const { above } = require("../graph/importers.cjs");
const { filesOf } = require("../update/outcome.cjs");
const { takesPart } = require("../graph/project-file.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */

/**
 * Of an update in which something threw, or did not link.
 * @param {Graph} graph
 * @param {{ files: string[], file?: string, error?: any }} outcome
 * @returns {[file: string, blamed: string[]][]} files, and those whose change may mend them
 */
function blamed(graph, { files, file: place, error }) {
  const whose = reading(error);
  /** @type {[string, string[]][]} */
  const all = [];
  for (const file of files) {
    // It is its own fault.
    if (file === place) continue;
    // CommonJS above it was evaluated with it, from what it holds: it may not even be known yet that it was edited.
    const others = new Set(
      filesOf(above(graph.modules.ofFile(file), (importer) => "isCommonJs" in importer)),
    );
    if (place !== undefined && takesPart(place)) others.add(place);
    if (whose !== undefined) others.add(whose);
    others.delete(file);
    if (others.size > 0) all.push([file, [...others]]);
  }
  return all;
}

/**
 * Which CommonJS file could not be read to be evaluated anew, or requires what is not there? With ES modules between, it is not
 * found above what changed. Or what was imported by import(), and is not there?
 * @param {any} error
 * @returns {string | undefined}
 */
function reading(error) {
  if (error?.code === "ENOENT" && typeof error.path === "string") return error.path;
  if (error?.code === "MODULE_NOT_FOUND") return error.requireStack?.[0];
  // Node's words may have any quotes in them, and it gives no URL of a package that is not there.
  const isMissing = error?.code === "ERR_MODULE_NOT_FOUND" && typeof error.url === "string";
  return isMissing ? fileOfUrl(error.url) : undefined;
}

/** What a program throws may have anything for one. @param {string} url */
function fileOfUrl(url) {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

module.exports = { blamed };
