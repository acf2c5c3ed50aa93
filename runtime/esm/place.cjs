// @ts-check
"use strict";

// Where an error of an update is from: file, line, column, the lines of code around it, a hint.

const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { faults } = require("./link.cjs");
const { Gone, LoadError, problemOf } = require("./load-error.cjs");
const { GivenUp } = require("./patience.cjs");

/** @typedef {import("./outcome.cjs").Place} Place */
/** @typedef {import("./chained-loader.cjs").ChainedLoader} ChainedLoader */
/** @typedef {import("../../native/addon").JsProblem} Problem */
/**
 * @typedef {object} Sources
 * @property {ChainedLoader} loader
 * @property {(file: string) => Problem[]} problems what else is known to be wrong with a file
 */

/**
 * @param {unknown} error
 * @param {Sources} sources
 * @returns {Place}
 */
function placeOf(error, sources) {
  const place = whereabouts(error, sources);
  if (isFoundByUs(error)) error.stack = `${error.name}: ${error.message}${atPlace(place)}`;
  return place;
}

/** Then its stack is ours, too, and says nothing about the program. @param {unknown} error @returns {error is Error} */
function isFoundByUs(error) {
  if (problemOf(error)) return true;
  const { name, isJson } = faults.get(/** @type {any} */ (error)) ?? {};
  return error instanceof SyntaxError && (name !== undefined || isJson === true);
}

/** @param {Place} place */
function atPlace({ file, line, column }) {
  if (!file) return "";
  return line ? `\n    at ${file}:${line}:${column}` : `\n    at ${file}`;
}

/** @param {unknown} error @param {Sources} sources @returns {Place} */
function whereabouts(error, { loader, problems }) {
  if (error instanceof LoadError) return placed(error.problem) ?? { file: fileOf(error.url) };
  if (!(error instanceof Error)) return {};
  const problem = problemOf(error);
  if (problem) return placed(problem) ?? { file: problem.file };
  if (error instanceof GivenUp || error instanceof Gone) return error.file ? { file: error.file } : {};
  const { file, specifier, name, isJson } = faults.get(error) ?? {};
  if (!file) return stackPlace(error);
  // `JSON.parse` says where by an offset, on Node 20, or not at all.
  if (isJson) return problems(file).map(placed).find(Boolean) ?? { file };
  if (specifier !== undefined && name !== undefined) {
    const known = problems(file).find((it) => it.code === "HEATSYNC_MISSING_EXPORT" && names(it, name));
    const found = known ?? loader.importedAt(file, specifier, name);
    return (found && placed(found)) ?? { file };
  }
  // A file or package that is not there.
  const known = problems(file).find((it) => it.specifier !== undefined && names(it, sought(it.specifier)));
  const found = known ?? requestedAt(error, file, loader);
  return (found && placed(found)) ?? { file };
}

/** Where V8 names what it misses. Node has other words where that is CommonJS. */
const NAMELESS =
  /^The requested module '(?<specifier>.*)' does not provide an export named '(?<name>.+)'$|^Named export '(?<named>.+)' not found\. The requested module '(?<commonjs>.*)' is a CommonJS module/;

/**
 * Node has found it, in a package, in itself, or in what it can't load: where the module asks for that.
 * @param {Error} error
 * @param {string} file
 * @param {ChainedLoader} loader
 * @returns {Problem | null | undefined}
 */
function requestedAt(error, file, loader) {
  const { message } = error;
  const { specifier, name, named, commonjs } = NAMELESS.exec(message)?.groups ?? {};
  if (name ?? named) return loader.importedAt(file, specifier ?? commonjs, name ?? named);
  const isMeant = (/** @type {import("../../native/addon").JsRequest} */ { specifier, file: target }) =>
    message.includes(specifier) ||
    (target !== undefined &&
      message.includes(path.isAbsolute(target) ? pathToFileURL(target).href : target)) ||
    message.includes(`protocol '${/^[a-z][\w+.-]*:/i.exec(specifier)?.[0]}'`);
  const request = faults.get(error)?.requests?.find(isMeant);
  return request && loader.staticImportAt(file, request.specifier);
}

/** What is said not to be there: of a package's file the package. @param {string} specifier */
const sought = (specifier) => /^(?:@[^/]+\/)?[^@./#][^/]*/.exec(specifier)?.[0] ?? specifier;

/** @param {Problem} problem @param {string} text */
const names = (problem, text) => problem.message.includes(text);

/** @param {Problem} problem @returns {Place | undefined} */
function placed({ file, line, column, frame, help }) {
  if (!file || !line) return undefined;
  return { file, line, column, ...(frame && { frame }), ...(help && { help }) };
}

/**
 * The first frame of the stack in a file, which is where the program threw.
 * @param {Error} error
 * @returns {Place}
 */
function stackPlace(error) {
  // CommonJS frames name paths.
  const found = /(?:\(|\s)((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()\n]+?):(\d+):(\d+)\)?$/m.exec(
    String(error.stack),
  );
  return found ? { file: fileOf(found[1]), line: Number(found[2]), column: Number(found[3]) } : {};
}

/** @param {string} url */
function fileOf(url) {
  try {
    return fileURLToPath(url.replace(/[?#].*$/, ""));
  } catch {
    return url;
  }
}

module.exports = { placeOf, stackPlace };
