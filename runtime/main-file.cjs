// @ts-check
"use strict";

// The program's entry point, found as Node finds it (`resolveMainPath`): by extensions, by a folder's package.json, through links.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { isEntryUrl, preservesMain } = require("./flags.cjs");
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
    const isUrl = isNamedByUrl() || name.startsWith("file:");
    const named = isUrl ? fileURLToPath(urlOf(name)) : path.resolve(name);
    const found = /** @type {any} */ (Module)._findPath(named, null, true);
    return found ? { named, file: preservesMain ? found : fs.realpathSync(found) } : null;
  } catch {
    return null;
  }
}

/** `--entry-url`, which is nothing to workers. */
const isNamedByUrl = () => isEntryUrl && isMainThread;

/** As Node resolves it: against the working directory. @param {string} name */
const urlOf = (name) => new URL(name, pathToFileURL(`${process.cwd()}/`));

/** The query and the fragment that the entry point is named with: `--entry-url` takes them, nothing else does. */
function entrySuffix() {
  // A program may have put anything in the place of process.argv.
  const name = isNamedByUrl() && process.argv?.[1];
  return name && URL.canParse(name, "file:") ? suffixOf(urlOf(name).href) : "";
}

/** @param {string} url */
const suffixOf = (url) => /[?#].*$/s.exec(url)?.[0] ?? "";

module.exports = { entryPoint, entrySuffix, suffixOf };
