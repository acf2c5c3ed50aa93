// @ts-check
"use strict";

// What Node says of names that a package.json leads nowhere (lib/internal/errors.js; Node 20 to 26). `base` is who asks, where Node tells.

const { pathToFileURL } = require("node:url");
const { setStack } = require("../error-text.cjs");

/** @typedef {import("./package-names.cjs").Match} Match */

/** @param {string | undefined} base */
const importedFrom = (base) => (base === undefined ? "" : ` imported from ${base}`);

const HIDDEN = { configurable: true, enumerable: false, writable: true };

/**
 * An error as Node makes it. Where it was found says nothing about the program.
 * @param {ErrorConstructor} Kind
 * @param {string} code
 * @param {string} message
 * @param {object} [properties]
 */
function nodeError(Kind, code, message, properties) {
  const error = new Kind(message);
  const text = `${error.name} [${code}]: ${message}`;
  setStack(error, text);
  Object.defineProperty(error, "toString", { __proto__: null, ...HIDDEN, value: () => text });
  return Object.assign(error, { code }, properties);
}

/** Without its code in its name. @param {string} message @param {object} properties */
function unmarked(message, properties) {
  const error = new Error(message);
  setStack(error, `Error: ${message}`);
  return Object.assign(error, properties);
}

/** @param {string} specifier @param {string} reason @param {string | undefined} base */
function invalidSpecifier(specifier, reason, base) {
  const message = `Invalid module "${specifier}" ${reason}${importedFrom(base)}`;
  return nodeError(TypeError, "ERR_INVALID_MODULE_SPECIFIER", message);
}

/** @param {string} name @param {string | undefined} base */
const invalidImportsName = (name, base) =>
  invalidSpecifier(name, "is not a valid internal imports specifier name", base);

/** @param {string} place @param {string | undefined} base */
const encodedSeparator = (place, base) =>
  invalidSpecifier(place, 'must not include encoded "/" or "\\" characters', base);

/** @param {boolean} isOfImports */
const field = (isOfImports) => (isOfImports ? "imports" : "exports");

/** @param {string} request @param {Match} match @param {string | undefined} base */
function invalidMatch(request, { key, isOfImports, file }, base) {
  const pattern = `pattern "${key}" for the "${field(isOfImports)}" resolution of ${file}`;
  return invalidSpecifier(request, `request is not a valid match in ${pattern}`, base);
}

/** @param {unknown} target @param {Match} match @param {string | undefined} base */
function invalidTarget(target, { key, isOfImports, file }, base) {
  const text = String(target);
  const whose = key === "." ? "" : ` for '${key}'`;
  const what = `"${field(isOfImports)}"${whose ? "" : " main"} target ${JSON.stringify(text)} defined${whose}`;
  const isNoPath = !isOfImports && text !== "" && !text.startsWith("./");
  const message = `Invalid ${what} in the package config ${file}${importedFrom(base)}`;
  const hint = isNoPath ? '; targets must start with "./"' : "";
  return nodeError(Error, "ERR_INVALID_PACKAGE_TARGET", message + hint);
}

/** @param {string} name @param {string | undefined} file @param {string | undefined} base */
function importNotDefined(name, file, base) {
  const message = `Package import specifier "${name}" is not defined${file === undefined ? "" : ` in package ${file}`}`;
  return nodeError(TypeError, "ERR_PACKAGE_IMPORT_NOT_DEFINED", message + importedFrom(base));
}

/** @param {string} subpath @param {string} file @param {string | undefined} base */
function notExported(subpath, file, base) {
  const what =
    subpath === "."
      ? 'No "exports" main defined'
      : `Package subpath '${subpath}' is not defined by "exports"`;
  return nodeError(Error, "ERR_PACKAGE_PATH_NOT_EXPORTED", `${what} in ${file}${importedFrom(base)}`);
}

/** @param {string} reason @param {string} file @param {string | undefined} base */
function invalidConfig(reason, file, base) {
  const by = base === undefined ? "" : ` while importing ${pathToFileURL(base).href}`;
  return nodeError(Error, "ERR_INVALID_PACKAGE_CONFIG", `Invalid package config ${file}${by}. ${reason}`);
}

/** @param {string} file @param {string | undefined} base */
const numericKeys = (file, base) =>
  invalidConfig('"exports" cannot contain numeric property keys.', file, base);

/** @param {string} file @param {string | undefined} base */
const mixedExports = (file, base) =>
  invalidConfig(
    "\"exports\" cannot contain some keys starting with '.' and some not. The exports object must either be an object of package subpath keys or an object of main entry condition name keys only.",
    file,
    base,
  );

/** @param {string} name @param {string} base */
const noPackage = (name, base) =>
  nodeError(Error, "ERR_MODULE_NOT_FOUND", `Cannot find package '${name}'${importedFrom(base)}`);

/** Made by C++. @param {string} main @param {string} base */
function noImportedMain(main, base) {
  const message = `Cannot find package '${main}'${importedFrom(base)}`;
  return unmarked(message, { code: "ERR_MODULE_NOT_FOUND" });
}

/** @param {string} main @param {string} file @param {string} request */
function noRequiredMain(main, file, request) {
  const message = `Cannot find module '${main}'. Please verify that the package.json has a valid "main" entry`;
  return unmarked(message, { code: "MODULE_NOT_FOUND", path: file, requestPath: request });
}

/** @param {string} file @param {string} base @param {string} url */
const noModule = (file, base, url) =>
  nodeError(Error, "ERR_MODULE_NOT_FOUND", `Cannot find module '${file}'${importedFrom(base)}`, { url });

/** @param {string} folder @param {string} base @param {string} url */
function isFolder(folder, base, url) {
  const message = `Directory import '${folder}' is not supported resolving ES modules${importedFrom(base)}`;
  return nodeError(Error, "ERR_UNSUPPORTED_DIR_IMPORT", message, { url });
}

/** @param {string} request @param {string} [place] what has led there */
function notRequired(request, place) {
  return unmarked(`Cannot find module '${request}'`, {
    code: "MODULE_NOT_FOUND",
    ...(place && { path: place }),
  });
}

module.exports = {
  encodedSeparator,
  importNotDefined,
  invalidImportsName,
  invalidMatch,
  invalidSpecifier,
  invalidTarget,
  isFolder,
  mixedExports,
  noImportedMain,
  noModule,
  noPackage,
  noRequiredMain,
  notExported,
  notRequired,
  numericKeys,
};
