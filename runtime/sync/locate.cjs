// @ts-check
"use strict";

// From what a user passes as an id to the file it names.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { importUrl } = require("../startup.cjs");

const { builtinModules, createRequire, isBuiltin } = Module;

/** It has an `import.meta`. */
const HOOKED = pathToFileURL(path.join(__dirname, "resolve-with-hooks.mjs")).href;

/**
 * @typedef {{ kind: "file", file: string } | { kind: "builtin", name: string } | { kind: "url", url: string }} Located
 */

/**
 * The file that ids are relative to, and whose kind says what they may leave out: one that is named, or one that would stand in
 * a folder.
 * @param {string | URL} from a directory, a file, or a URL of either
 */
function fileAt(from) {
  const text = String(from);
  const place = text.startsWith("file:") ? fileURLToPath(text) : path.resolve(text);
  // A file that does not exist (yet): its folder may.
  const isFolder = fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? path.extname(place) === "";
  return isFolder ? path.join(place, "heatsync.js") : place;
}

/** Is it a place on disk, the same for `require` and `import`? @param {unknown} id */
const isPath = (id) => path.isAbsolute(String(id)) || /^(\.{1,2}(\/|$)|file:)/.test(String(id));

/** @param {unknown} id */
function assertId(id) {
  if (typeof id === "string" && id !== "") return id;
  if (id instanceof URL) return id.href;
  throw new TypeError(
    `a module id is a non-empty string, a file: URL or an array of these, not ${id === "" ? "an empty string" : typeof id}`,
  );
}

/**
 * As `require()` resolves.
 * @param {unknown} id
 * @param {string} from the requiring file
 * @returns {Located}
 */
function locateRequire(id, from) {
  const text = assertId(id);
  if (isBuiltin(text)) return { kind: "builtin", name: text };
  const target = text.startsWith("file:") ? fileURLToPath(text) : text;
  const file = createRequire(from).resolve(target);
  return builtinModules.includes(file) ? { kind: "builtin", name: file } : { kind: "file", file };
}

/**
 * As `import()` resolves, other loaders' hooks included.
 * @param {import("../../native/addon").Session} session
 * @param {unknown} id
 * @param {string} from the importing file
 * @returns {Promise<Located>}
 */
async function locateImport(session, id, from) {
  const text = assertId(id);
  if (isBuiltin(text)) return { kind: "builtin", name: text };
  const isPath = path.isAbsolute(text) && !(process.platform === "win32" && text.startsWith("/"));
  const specifier = isPath ? pathToFileURL(text).href : text;
  const isRelative = /^(\.{1,2}\/|\/|file:)/.test(specifier);
  try {
    const resolved = session.resolve(specifier, from, true);
    if (resolved.kind === "builtin") return { kind: "builtin", name: resolved.value };
    if (resolved.kind === "url") return { kind: "url", url: resolved.value };
    return { kind: "file", file: resolved.value };
  } catch (error) {
    const { resolveWithHooks } = await importUrl(HOOKED);
    const placed = isRelative ? undefined : placedByPnp(specifier, from);
    if (placed) return { kind: "file", file: placed };
    const url = isRelative ? resolveWithHooks(new URL(specifier, pathToFileURL(from)).href) : undefined;
    const file = url?.startsWith("file:") ? fileURLToPath(url) : undefined;
    if (file && fs.existsSync(file) && !fs.statSync(file).isDirectory()) return { kind: "file", file };
    throw asNodeError(/** @type {Error} */ (error), specifier);
  }
}

/**
 * With Yarn's Plug'n'Play packages, those of the workspace too, are in no node_modules, and `import.meta.resolve` takes no importer.
 * @param {string} specifier
 * @param {string} from
 * @returns {string | undefined} a file
 */
function placedByPnp(specifier, from) {
  const { findPnpApi } = /** @type {any} */ (Module);
  try {
    const file = findPnpApi?.(from)?.resolveRequest(specifier, from, {
      conditions: new Set(["node", "import"]),
    });
    return typeof file === "string" && path.isAbsolute(file) ? file : undefined;
  } catch {
    // It has no such package either: our words name who imports it.
    return undefined;
  }
}

/**
 * The engine's resolution error under the code Node's own has, so that programs can tell.
 * @param {Error} error
 * @param {string} specifier
 */
function asNodeError(error, specifier) {
  const [, code, message] = /^(HEATSYNC_\w+) (?:\1: )?([\s\S]*)$/.exec(error.message) ?? [];
  if (!code) return error;
  const known = {
    HEATSYNC_PACKAGE_EXPORT: specifier.startsWith("#")
      ? "ERR_PACKAGE_IMPORT_NOT_DEFINED"
      : "ERR_PACKAGE_PATH_NOT_EXPORTED",
    HEATSYNC_INVALID_SPECIFIER: "ERR_INVALID_MODULE_SPECIFIER",
    HEATSYNC_NOT_A_FILE: "ERR_UNSUPPORTED_DIR_IMPORT",
  };
  return Object.assign(new Error(message), {
    code: /** @type {Record<string, string>} */ (known)[code] ?? "ERR_MODULE_NOT_FOUND",
  });
}

module.exports = { fileAt, isPath, locateImport, locateRequire };
