// @ts-check
"use strict";

// What would mend an error that nobody caught, as far as that is something that is not there. Loaded with the program: where that
// crashes for want of descriptors, no file can be read any more.

const Module = require("node:module");
const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { EXTENSIONS } = require("../typescript-file.cjs");

/**
 * The files whose appearance would mend it.
 * @param {any} error
 * @param {string} code
 * @returns {string[]}
 */
function missingFiles(error, code) {
  if (code === "ERR_MODULE_NOT_FOUND" && typeof error.url === "string" && error.url.startsWith("file:")) {
    const file = fileURLToPath(error.url);
    return [file, ...sourcesOf(file)];
  }
  const [, specifier] = /Cannot find module '(\.{0,2}\/[^']+)'/.exec(String(error?.message)) ?? [];
  if (code !== "MODULE_NOT_FOUND" || !specifier) return [];
  const [from = ""] = Array.isArray(error.requireStack) ? error.requireStack : [];
  // What a flag names has "internal/preload" there.
  const file = path.resolve(path.isAbsolute(from) ? path.dirname(from) : process.cwd(), specifier);
  const extensions = ["", ...Object.keys(/** @type {any} */ (Module)._extensions), "/index.js"];
  return [...extensions.map((extension) => file + extension), ...sourcesOf(file)];
}

/** What TypeScript may mean by a path. @param {string} file */
function sourcesOf(file) {
  const [, stem = "", kind = "", jsx = ""] = /^(.*\.)([cm]?)js(x?)$/.exec(file) ?? [];
  const outputs = stem ? [`${stem}${kind}ts${jsx}`, `${stem}tsx`] : [];
  return [...outputs, ...[...EXTENSIONS, "/index.ts", "/index.tsx"].map((extension) => file + extension)];
}

/** System calls that ask for a file: of `connect` and `spawn` it is another thing that is not there. */
const ASKING = new Set(["access", "lstat", "open", "stat"]);
/** … for what a folder holds. */
const LISTING = new Set(["opendir", "scandir"]);

/**
 * What the program was to read, and is not there: a configuration that is yet to be written.
 * @param {any} error
 * @param {string} code
 * @returns {string[]}
 */
function unreadFiles(error, code) {
  if (code !== "ENOENT" || typeof error.path !== "string") return [];
  // A folder is told of by what it holds.
  if (LISTING.has(error.syscall)) return [path.resolve(error.path, "*")];
  return ASKING.has(error.syscall) ? [path.resolve(error.path)] : [];
}

/**
 * The package that is not there, if that is it, and who asks for it.
 * @param {any} error
 * @returns {import("./link.cjs").Crash["lacked"]}
 */
function lackedPackage(error) {
  const entry = process.argv[1] ?? path.join(process.cwd(), "-");
  const [, specifier = "", importer] =
    /^Cannot find (?:package|module) '([^']+)'(?: imported from (.+))?/m.exec(String(error?.message)) ?? [];
  const [requirer] = Array.isArray(error?.requireStack) ? error.requireStack : [];
  const from = importer?.startsWith("file:") ? fileURLToPath(importer) : (importer ?? requirer);
  return typeof from === "string" && path.isAbsolute(from) ? [specifier, from] : ["", entry];
}

module.exports = { lackedPackage, missingFiles, unreadFiles };
