// @ts-check
"use strict";

// Names of which the `imports` or `exports` of a package.json say where they lead, once one was edited. Node reads each
// package.json once for good (lib/internal/modules/package_json_reader.js): from then on ours are asked for.

const path = require("node:path");
const { pathToFileURL } = require("node:url");
const addon = require("../../native/load.cjs");
const { isProjectFile } = require("../project-files.cjs");

/** @typedef {import("../../native/addon").JsProblem} JsProblem */
/** @typedef {{ refresh: () => void, ledNowhere: import("../../native/addon").EsmLoader["ledNowhere"] }} Loader */

/** From Node 24 on `trySelf` tells the folder of the package.json, where it had told that file (lib/internal/modules/cjs/loader.js). */
const IS_FOLDER = Number.parseInt(process.versions.node, 10) >= 24;

/** No path, no URL, no builtin with its scheme. @param {string} specifier */
const isName = (specifier) => !/^(?:[./\\]|[a-z]+:)/i.test(specifier);

/** May Node's answer be an old one? @param {string} specifier */
const isNamedAnew = (specifier) => isName(specifier) && addon.manifestsWereEdited();

/**
 * What Node is to import in place of a name that leads to `file`.
 * @param {string} specifier
 * @param {string | undefined} file
 * @param {string} [suffix] of its URL
 */
function urlOf(specifier, file, suffix = "") {
  if (file === undefined || !isNamedAnew(specifier)) return specifier;
  return path.isAbsolute(file) ? pathToFileURL(file).href + suffix : file;
}

/**
 * Where a name leads that a file of the project requires.
 * @param {import("../../native/addon").EsmLoader} loader
 * @param {string} request
 * @param {string} from
 * @returns {string | null} null: Node is to say
 */
function requiredAnew(loader, request, from) {
  if (!isNamedAnew(request) || !isProjectFile(from)) return null;
  loader.refresh();
  const file = loader.resolvePackage(request, from);
  if (file) return request.startsWith("#") || isProjectFile(file) ? file : null;
  refuse(loader, request, from, false);
  return null;
}

/**
 * Throws for a name that leads nowhere any more; in a process that is started now it would.
 * @param {Loader} loader
 * @param {string} specifier
 * @param {string} from
 * @param {boolean} isImport
 */
function refuse(loader, specifier, from, isImport) {
  if (!isNamedAnew(specifier)) return;
  loader.refresh();
  const problem = loader.ledNowhere(specifier, from, isImport);
  if (!problem) return;
  const code = codeOf(problem, specifier, isImport);
  const message = isImport ? problem.message : inNodesWords(problem, code, specifier, from);
  const error = code === "ERR_PACKAGE_IMPORT_NOT_DEFINED" ? new TypeError(message) : new Error(message);
  // Where it was found says nothing about the program. Node's CommonJS loader makes its errors without their code.
  const name = code.startsWith("ERR_") ? `${error.name} [${code}]` : error.name;
  error.stack = `${name}: ${message}`;
  throw Object.assign(error, { code, ...placeOf(problem, specifier, isImport) });
}

/**
 * What `require()` says there (lib/internal/errors.js; Node 20 to 26).
 * @param {JsProblem} problem
 * @param {string} code
 * @param {string} specifier
 * @param {string} from
 */
function inNodesWords({ message, missing, target, key, manifest }, code, specifier, from) {
  const isOfImports = specifier.startsWith("#");
  if (code === "MODULE_NOT_FOUND")
    return missing !== undefined || isOfImports ? `Cannot find module '${missing ?? specifier}'` : message;
  if (manifest === undefined) return message;
  const by = `imported from ${from}`;
  if (target !== undefined) {
    const isNoPath = !isOfImports && !target.startsWith("./");
    const isMain = key === ".";
    const kind = `"${isOfImports ? "imports" : "exports"}"${isMain ? " main" : ""} target`;
    const what = `${kind} ${JSON.stringify(target)} defined${isMain ? "" : ` for '${key}'`}`;
    return `Invalid ${what} in the package config ${manifest} ${by}${isNoPath ? '; targets must start with "./"' : ""}`;
  }
  if (isOfImports)
    return `Package import specifier "${specifier}" is not defined in package ${manifest} ${by}`;
  const [, subpath = ""] = /^(?:@[^/]*\/)?[^/]*(.*)$/s.exec(specifier) ?? [];
  const what = subpath
    ? `Package subpath '.${subpath}' is not defined by "exports"`
    : 'No "exports" main defined';
  return `${what} in ${manifest} ${by}`;
}

/** Of what is not there, as Node's errors have it. @param {JsProblem} problem @param {string} specifier @param {boolean} isImport */
function placeOf({ missing, manifest }, specifier, isImport) {
  if (missing === undefined || manifest === undefined) return {};
  if (isImport) return { url: pathToFileURL(missing).href };
  return { path: IS_FOLDER && !specifier.startsWith("#") ? path.dirname(manifest) : manifest };
}

/** As Node has it. @param {JsProblem} problem @param {string} specifier @param {boolean} isImport */
function codeOf({ code, target }, specifier, isImport) {
  if (code !== "HEATSYNC_PACKAGE_EXPORT") return isImport ? "ERR_MODULE_NOT_FOUND" : "MODULE_NOT_FOUND";
  if (target !== undefined) return "ERR_INVALID_PACKAGE_TARGET";
  return specifier.startsWith("#") ? "ERR_PACKAGE_IMPORT_NOT_DEFINED" : "ERR_PACKAGE_PATH_NOT_EXPORTED";
}

module.exports = { isName, refuse, requiredAnew, urlOf };
