// @ts-check
"use strict";

const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { isMainThread, threadId } = require("node:worker_threads");

/** A program may change its directory. */
const ROOT = process.cwd();

/** Each thread has modules of its own. */
const THREAD = isMainThread ? "" : `[worker ${threadId}]/`;

/**
 * What the page calls a module.
 * @param {string} file an absolute path or a `file:` URL
 * @param {string} [suffix] query and fragment
 * @param {string} [root] the program's directory
 */
function nameOf(file, suffix = "", root = ROOT) {
  let place = file;
  if (file.startsWith("file:")) {
    try {
      place = fileURLToPath(file);
      suffix ||= /[?#].*$/.exec(file)?.[0] ?? "";
    } catch {
      return file;
    }
  }
  const short = path.isAbsolute(place) ? path.relative(root, place) : place;
  return THREAD + (short || place).replaceAll(path.sep, "/") + suffix;
}

/** @param {Iterable<string>} files */
const namesOf = (files) => [...files].map((file) => nameOf(file));

module.exports = { nameOf, namesOf };
