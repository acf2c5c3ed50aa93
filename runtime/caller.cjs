// @ts-check
"use strict";

const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { findSourceMap } = require("node:module");
const { sitesHere } = require("./esm/positions/sites-here.cjs");

/**
 * Where a public function was called.
 * @typedef {object} CallSite
 * @property {string} file absolute path, or the working directory's `[eval]` for code without a file
 * @property {string} directory
 * @property {boolean} isModule called from an ES module
 * @property {number} line 1-based, 0 when unknown
 * @property {number} column 1-based
 */

const OWN_FILES = path.join(__dirname, path.sep);
const PACKAGE_FACES = new Set([
  path.join(__dirname, "..", "index.js"),
  path.join(__dirname, "..", "index.mjs"),
]);

/**
 * A file name as V8 reports it, as a path; null for code that has no file.
 * @param {string | null | undefined} name
 * @returns {string | null}
 */
function toPath(name) {
  if (!name) return null;
  if (name.startsWith("file:")) {
    try {
      return fileURLToPath(name);
    } catch {
      return null;
    }
  }
  return path.isAbsolute(name) ? path.normalize(name) : null;
}

/** @param {string} file */
const isOwn = (file) => file.startsWith(OWN_FILES) || PACKAGE_FACES.has(file);

/**
 * The first frame outside this package.
 * @returns {CallSite}
 */
function callSite() {
  // Enough for our own frames and a user's thin wrapper in eval'ed code or a callback of Node's.
  for (const frame of sitesHere(24)) {
    const name = frame.getFileName() ?? frame.getScriptNameOrSourceURL?.();
    const file = toPath(name);
    if (file === null || isOwn(file)) continue;
    return {
      file,
      directory: path.dirname(file),
      isModule: String(name).startsWith("file:"),
      line: frame.getLineNumber() ?? 0,
      column: frame.getColumnNumber() ?? 0,
    };
  }
  // The REPL, `node -e`, `node -p`: relative to the working directory, as Node resolves there.
  const directory = process.cwd();
  return { file: path.join(directory, "[eval]"), directory, isModule: false, line: 0, column: 0 };
}

/**
 * The position in the file the developer wrote, through the source map Node knows for the file
 * (`--enable-source-maps`); the position itself when there is none.
 * @param {CallSite} site
 * @returns {{ file: string, line: number, column: number }}
 */
function originalPosition(site) {
  const entry = findSourceMap(site.file)?.findEntry(site.line - 1, site.column - 1);
  if (!entry || !("originalSource" in entry) || !entry.originalSource) return site;
  const file = toPath(entry.originalSource) ?? path.resolve(site.directory, entry.originalSource);
  return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

module.exports = { callSite, originalPosition };
