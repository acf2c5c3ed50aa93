// @ts-check
"use strict";

// What Node's resolve hooks are asked about boundaries, in the program's thread or in their own.

const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { hasCondition } = require("../older-hooks.cjs");
const { isProjectFile } = require("../project-files.cjs");
const { AS_IT_IS } = require("../esm/graph/project-file.cjs");
const { standInUrl, standsForBoundary, stoodFor } = require("./stand-in-url.cjs");

/**
 * @param {string} specifier
 * @param {import("node:module").ResolveHookContext} context
 */
function requestOf(specifier, { conditions, importAttributes, parentURL }) {
  // Null where node:test mocks a module, on Node 20 and 22.
  const { hot, ...others } = importAttributes ?? {};
  // Node's require() asks no thenable.
  const isRequired = hasCondition(conditions, "require");
  const isHot = hot === "true";
  const type = Object.entries(others).join();
  return {
    isHot,
    /** The attributes that Node is to see. */
    others,
    /** Of all others Node has something to say. */
    isExchangeable: (/** @type {string} */ file) =>
      !isRequired && type === (file.endsWith(".json") ? "type,json" : ""),
    /** What a request with the same answer has, too. */
    key: `${isRequired} ${isHot} ${type} ${parentURL} ${specifier}`,
  };
}

/**
 * The file and who imports it, if the file is a boundary that Node itself imports for the project.
 * @param {string | undefined} parentURL
 * @param {string} url
 * @param {boolean} isHot
 * @param {(file: string) => boolean} has is a file a boundary whoever imports it?
 * @returns {{ file: string, importer: string } | null}
 */
function boundaryFiles(parentURL, url, isHot, has) {
  if (!parentURL?.startsWith("file:") || !url.startsWith("file:")) return null;
  // Node is asked what is wrong with it: what stands for it would ask the same, of another copy, without end.
  if (url.endsWith(AS_IT_IS)) return null;
  const file = fileURLToPath(url);
  if (!isProjectFile(file) || !(isHot || has(file))) return null;
  const importer = fileURLToPath(parentURL);
  // A facade imports itself; and our hooks may be in the chain more than once.
  if (importer === file || (stoodFor(url) !== null && standsForBoundary(url))) return null;
  // A package's own mark is its own affair; but what the program's options name it may get, too (@fastify/autoload, a command's files).
  if (!(isProjectFile(importer) || has(file)) || path.basename(importer).startsWith(".heatsync-"))
    return null;
  return { file, importer };
}

/**
 * What Node is to load in place of a boundary: JavaScript, whatever that is.
 * @param {string} url
 * @param {boolean} [isBoundary]
 */
function standInFor(url, isBoundary = true) {
  const given = standInUrl(stoodFor(url) ?? url, isBoundary);
  return { url: given, format: "module", importAttributes: {}, shortCircuit: true };
}

module.exports = { boundaryFiles, requestOf, standInFor };
