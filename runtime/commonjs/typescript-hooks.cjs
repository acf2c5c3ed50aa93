// @ts-check
"use strict";

// Handlers of others for TypeScript in `require.extensions` (ts-node, @swc-node/register, esbuild-register) compile it themselves:
// they get what the file holds. What measures code (nyc) sits in the same place, and wants JavaScript.

const fs = require("node:fs");
const { entryPoint } = require("../main-file.cjs");
const { isMainThread } = require("../thread.cjs");
const { handlerOf, isLoadedByNodesHandler } = require("./plain-loader.cjs");
const { compiledBy } = require("./require-hooks.cjs");

/** Which of the two a handler is shows what it makes of this: `new Array()` in TypeScript, and two comparisons in JavaScript. */
const PROBE = "new Array<Object>(0);";

/** By handler: does it compile TypeScript? @type {WeakMap<Function, boolean>} */
const compilers = new WeakMap();
/** The file in whose place a handler is given the probe. @type {string | null} */
let probed = null;
/** @type {string | null | undefined} */
let entry;

/**
 * What a handler of somebody else is to compile of CommonJS TypeScript.
 * @param {string} file
 * @returns {string | null} null: nobody compiles it but us
 */
function textForHandler(file) {
  if (probed === file) return PROBE;
  return isCompiledByOthers(file) ? fs.readFileSync(file, "utf8") : null;
}

/** @param {string} file */
function isEntryPoint(file) {
  // Found once: a program may put something else into `process.argv`.
  if (entry === undefined) entry = entryPoint()?.file ?? null;
  return isMainThread && entry === file;
}

/** @param {string} file */
function isCompiledByOthers(file) {
  if (isLoadedByNodesHandler(file)) return false;
  const handler = handlerOf(file);
  const known = compilers.get(handler);
  if (known !== undefined) return known;
  probed = file;
  try {
    const { made } = compiledBy(file);
    // What only knows types that are checked, or another language, has thrown, and is no less a compiler.
    const answer = made === null || !/Array\s*</.test(made);
    compilers.set(handler, answer);
    return answer;
  } finally {
    probed = null;
  }
}

module.exports = { isEntryPoint, textForHandler };
