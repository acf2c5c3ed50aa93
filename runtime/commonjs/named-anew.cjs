// @ts-check
"use strict";

// Names of which the `imports` or `exports` of a package.json say where they lead, once one was edited. Node reads each
// package.json once for good (lib/internal/modules/package_json_reader.js): from then on ours are asked for.

const { isBuiltin } = require("node:module");
const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const addon = require("../../native/load.cjs");
const { setStack } = require("../error-text.cjs");
const { placeOf } = require("../esm/graph/request-key.cjs");
const { putBack } = require("../intrinsics.cjs");
const { hasCondition } = require("../older-hooks.cjs");
const { isProjectFile } = require("../project-files.cjs");

/** @typedef {Pick<import("../../native/addon").EsmLoader, "manifest" | "refresh">} Loader */

/** @typedef {(specifier: string, attributes: [string, string][], from: string, url: string) => import("../../native/addon").JsRequest} Target */

/** No path, no URL, no builtin with its scheme. @param {string} specifier */
const isName = (specifier) => !/^(?:[./\\]|[a-z]+:)/i.test(specifier);

/** May Node's answer be an old one? A builtin is that, whatever a package is called. @param {string} specifier */
const isNamedAnew = (specifier) => isName(specifier) && addon.manifestsWereEdited() && !isBuiltin(specifier);

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
 * @param {(request: string) => unknown} resolve asks Node
 * @returns {string | null} null: Node is to say
 */
function requiredAnew(loader, request, from, resolve) {
  if (!isNamedAnew(request) || !isProjectFile(from)) return null;
  loader.refresh();
  const file = loader.resolvePackage(request, from);
  if (file) return request.startsWith("#") || isProjectFile(file) ? file : null;
  const none = () => notFound(request, resolve);
  undisturbed(({ requiredPlace }) => requiredPlace((it) => loader.manifest(it), request, from, none));
  return null;
}

/**
 * What Node is to import in place of a name: by CommonJS, and for `import.meta.resolve()`. Throws if that is nowhere.
 * @param {Loader & { target: Target }} loader
 * @param {string} specifier
 * @param {{ parentURL?: string, conditions?: string[] | Set<string> }} context
 * @returns {string | null} null: Node is to say
 */
function importedAnew(loader, specifier, { parentURL, conditions }) {
  if (!isNamedAnew(specifier) || hasCondition(conditions, "require") || !parentURL?.startsWith("file:"))
    return null;
  const from = fileURLToPath(parentURL);
  if (!isProjectFile(from)) return null;
  loader.refresh();
  const request = loader.target(specifier, [], from, parentURL);
  const file = request.target === "native" ? placeOf(request) : request.file;
  if (file === undefined) {
    refuse(loader, specifier, from);
    return null;
  }
  if (!path.isAbsolute(file)) return file;
  return specifier.startsWith("#") || isProjectFile(file)
    ? pathToFileURL(file).href + (request.suffix ?? "")
    : null;
}

/**
 * Throws for a name that leads nowhere any more; in a process that is started now it would.
 * @param {Loader} loader
 * @param {string} specifier
 * @param {string} from who imports it
 */
function refuse(loader, specifier, from) {
  if (!isNamedAnew(specifier)) return;
  loader.refresh();
  undisturbed(({ importedPlace }) => importedPlace((it) => loader.manifest(it), specifier, from));
}

/**
 * By what the program has put in the place of built-ins. Few programs come here: none is to load that at its start.
 * @param {(names: typeof import("./package-names.cjs")) => void} work
 */
function undisturbed(work) {
  const giveBack = putBack();
  try {
    work(require("./package-names.cjs"));
  } finally {
    giveBack?.();
  }
}

/** Names nothing. */
const NO_NAME = "heatsync-rs-no-name";

/**
 * What Node says of a name that nobody has: who has required whom, it knows.
 * @param {string} request
 * @param {(request: string) => unknown} resolve
 */
function notFound(request, resolve) {
  try {
    resolve(NO_NAME);
  } catch (error) {
    const { message, stack } = /** @type {Error} */ (error);
    setStack(
      /** @type {Error} */ (error),
      String(stack).replace(NO_NAME, () => request),
    );
    return Object.assign(/** @type {Error} */ (error), { message: message.replace(NO_NAME, () => request) });
  }
  return new Error(`Cannot find module '${request}'`);
}

module.exports = { importedAnew, isName, refuse, requiredAnew, urlOf };
