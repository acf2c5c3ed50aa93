// @ts-check
"use strict";

// Where an error of an update is from: file, line, column, the lines of code around it, a hint.

const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { frameAt } = require("./code-frame.cjs");
const { deepFramesOf } = require("./deep-frames.cjs");
const { faults } = require("../link/link.cjs");
const { NAMELESS, NAMELESS_COMMONJS } = require("../link/linking-words.cjs");
const { Gone, LoadError, problemOf } = require("../graph/load-error.cjs");
const { fileOf: fileOfModule } = require("../update/outcome.cjs");
const { GivenUp } = require("../update/patience.cjs");
const { canLoad } = require("../native/probe.cjs");
const { newestPlace } = require("./positions.cjs");
const { isProjectFile } = require("../../project-files.cjs");
const { relative } = require("../../report.cjs");

/** @typedef {import("../update/outcome.cjs").Place} Place */
/** @typedef {import("../graph/chained-loader.cjs").ChainedLoader} ChainedLoader */
/** @typedef {import("../../../native/addon").JsProblem} Problem */
/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
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

/**
 * @param {Error} error
 * @param {Sources} sources
 * @returns {Place | undefined} if it is one of linking, and its place is known
 */
function linkingPlaceOf(error, sources) {
  if (faults.get(error)?.file === undefined) return undefined;
  const place = whereabouts(error, sources);
  return place.line === undefined ? undefined : place;
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
  const { file, specifier, name, between, isJson } = faults.get(error) ?? {};
  const unread = isJson && file ? { file } : unreadOf(error);
  if (unread && name === undefined) {
    // `JSON.parse` says where by an offset, on Node 20, or not at all; and V8 where CommonJS begins to be wrong, in its stack.
    return problems(unread.file).filter(isOfText).map(placed).find(Boolean) ?? unread;
  }
  if (!file) return stackPlace(error);
  if (specifier !== undefined && name !== undefined) {
    const known = problems(file).find((it) => isMissingExport(it) && names(it, name));
    const found = known ?? loader.importedAt(file, specifier, name, exportedBy(error, specifier));
    const help = between
      ? { help: `${between.map(fileOfModule).map(relative).join(" and ")} both export it` }
      : {};
    return { file, ...(found && placed(found)), ...help };
  }
  // A file or package that is not there.
  const found = problems(file).find(isUnresolved) ?? requestedAt(error, file, loader);
  return { file, ...(found && placed(found)), ...attributeMissing(error) };
}

/** @param {Problem} problem */
const isUnresolved = (problem) =>
  problem.specifier !== undefined && !isMissingExport(problem) && names(problem, sought(problem.specifier));

/**
 * JSON, or CommonJS, that Node read and can't parse: it says so before its message, or above it.
 * @param {Error} error
 * @returns {Place & { file: string } | undefined}
 */
function unreadOf(error) {
  if (!(error instanceof SyntaxError)) return undefined;
  const named = /^(?:\/|[A-Za-z]:[\\/])[^\n]*?\.json(?=: )/.exec(error.message);
  if (named) return { file: named[0] };
  const [, file, line, column] =
    /^((?:\/|[A-Za-z]:[\\/])[^\n]*?):(\d+)(?::(\d+))?\n/.exec(String(error.stack)) ?? [];
  return file ? { file, line: Number(line), ...(column && { column: Number(column) }) } : undefined;
}

/** @param {Problem} problem */
const isOfText = ({ specifier }) => specifier === undefined;

/** @param {Problem} problem */
const isMissingExport = ({ code }) => code === "HEATSYNC_MISSING_EXPORT";

/** @param {any} error of Node's */
const attributeMissing = ({ code }) =>
  // The second is Node 20's.
  code === "ERR_IMPORT_ATTRIBUTE_MISSING" || code === "ERR_IMPORT_ASSERTION_TYPE_MISSING"
    ? { help: 'Did you mean: … with { type: "json" }?' }
    : {};

/**
 * Node has found it, in a package, in itself, or in what it can't load: where the module asks for that.
 * @param {Error} error
 * @param {string} file
 * @param {ChainedLoader} loader
 * @returns {Problem | null | undefined}
 */
function requestedAt(error, file, loader) {
  const { message } = error;
  const { specifier, name } = (NAMELESS.exec(message) ?? NAMELESS_COMMONJS.exec(message))?.groups ?? {};
  if (name) return loader.importedAt(file, specifier, name, exportedBy(error, specifier));
  const isMeant = (/** @type {JsRequest} */ { specifier, file: target }) =>
    message.includes(specifier) ||
    (target !== undefined &&
      message.includes(path.isAbsolute(target) ? pathToFileURL(target).href : target)) ||
    message.includes(`protocol '${/^[a-z][\w+.-]*:/i.exec(specifier)?.[0]}'`);
  const { requests, refused } = faults.get(error) ?? {};
  const request = refused ?? requests?.find(isMeant) ?? requests?.find((it) => isRefused(it, file, message));
  return request && loader.staticImportAt(file, request.specifier);
}

/** Words that name no module (a `data:` URL that does not parse): which of them does Node refuse so? @param {JsRequest} request @param {string} from @param {string} words */
function isRefused(request, from, words) {
  if (request.target !== "native") return false;
  try {
    canLoad(request, from);
    return false;
  } catch (error) {
    return error instanceof Error && error.message === words;
  }
}

/**
 * What a module lacks a name of, and the engine can't tell the names of: a package, a built-in, CommonJS, JSON.
 * @param {Error} error
 * @param {string} specifier
 * @returns {string[] | undefined} nothing: it can't be told
 */
function exportedBy(error, specifier) {
  const { requests = [], requested = [] } = faults.get(error) ?? {};
  const asked = requested[requests.findIndex((request) => request.specifier === specifier)];
  try {
    return asked?.getExportedNames().filter((name) => name !== "module.exports");
  } catch {
    return undefined;
  }
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
 * The first frame of the stack in a file of the project: what a package throws it was called for there. It may be so far down
 * that `Error.stackTraceLimit` leaves it out.
 * @param {Error} error
 * @param {string} [within] the file whose place is wanted, if it has one
 * @returns {Place}
 */
function stackPlace(error, within) {
  const places = placesOf(error);
  const isWanted = within ? ({ file = "" }) => file === within : isOfProject;
  // Where all of it is Node's, Node's words may say more (nowhere.cjs).
  const deep = places.length > 0 ? deepPlaces(error) : [];
  return places.find(isWanted) ?? deep.find(isWanted) ?? (within ? {} : (places[0] ?? {}));
}

/**
 * The place that is not to be seen in its stack, with the lines there.
 * @param {Error} error
 * @returns {Place | undefined}
 */
function deepPlaceOf(error) {
  if (placesOf(error).some(isOfProject)) return undefined;
  const place = deepPlaces(error).find(isOfProject);
  return place && { ...place, frame: frameAt(place) };
}

/** @param {Place} place */
const isOfProject = ({ file }) => isProjectFile(file);

/** What its stack shows. @param {Error} error @returns {Place[]} */
function placesOf(error) {
  const stack = String(error.stack);
  const { message } = error;
  // Its message may hold another error's stack.
  const begin = typeof message === "string" ? stack.indexOf(message) : -1;
  const frames = begin < 0 ? stack : stack.slice(begin + message.length);
  // CommonJS frames name paths.
  const all = frames.matchAll(/(?:\(|\s)((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()\n]+?):(\d+):(\d+)\)?$/gm);
  return [...all].map(([, url, line, column]) => ({
    file: fileOf(url),
    line: Number(line),
    column: Number(column),
  }));
}

/** And what it does not show. @param {Error} error @returns {Place[]} */
const deepPlaces = (error) =>
  deepFramesOf(error).map(({ url, line, column }) => ({
    file: fileOf(url),
    ...newestPlace(url, line, column),
  }));

/** @param {string} url */
function fileOf(url) {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}

module.exports = { deepPlaceOf, linkingPlaceOf, placeOf, stackPlace, unreadOf };
