// @ts-check
"use strict";

// The program's entry point, found as Node finds it (`resolveMainPath`): by extensions, by a folder's package.json, through links.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { preservesMain } = require("./flags.cjs");
const { isMainThread } = require("./thread.cjs");

/**
 * @returns {{ named: string, file: string } | null} `named`: what stands on the command line, as a path
 */
function entryPoint() {
  // Of `--eval` it is the program's first argument; a worker that such a program starts has an entry point.
  const isEval = isMainThread && /** @type {any} */ (process)._eval != null;
  const { 1: name } = process.argv;
  if (!name || isEval) return null;
  try {
    // A worker's entry point may be a URL.
    const named = name.startsWith("file:") ? fileURLToPath(name) : path.resolve(name);
    const found = /** @type {any} */ (Module)._findPath(named, null, true);
    return found ? { named, file: preservesMain ? found : fs.realpathSync(found) } : null;
  } catch {
    return null;
  }
}

module.exports = { entryPoint };
