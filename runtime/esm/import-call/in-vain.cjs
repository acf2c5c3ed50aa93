// @ts-check
"use strict";

// Imports of files that are not there. Files come at any moment: between our look and Node's Node would find one, link
// it, and run it beside us, or give what it was before. That is for nobody to have; it is found when it is looked for again.

const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { isPlace } = require("../graph/request-key.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {import("../graph/chained-loader.cjs").ChainedLoader} ChainedLoader */

/** Was no file found for it? @param {JsRequest} request */
const leadsNowhere = ({ target, file }) => target === "native" && file === undefined;

/**
 * Is there by now what was imported in vain?
 * @param {ChainedLoader} loader
 * @param {JsRequest} request
 * @param {string} from the importing file
 */
function hasCome(loader, request, from) {
  return comeAs(loader, request, from) !== undefined;
}

/** @param {ChainedLoader} loader @param {JsRequest} request @param {string} from @returns {string | undefined} a file */
function comeAs(loader, request, from) {
  if (!mayCome(request)) return undefined;
  loader.refresh();
  const { file, target } = loader.targetOf(request, from, pathToFileURL(from).href);
  // A package that was installed since is Node's.
  return isPlace(request.specifier) || target !== "native" ? file : undefined;
}

/**
 * By its place, or by a name of package.json: one of its `imports`, which may have a colon (`#app:config`), or the own one.
 * @param {JsRequest} request
 */
const mayCome = (request) => leadsNowhere(request) && isPlaceOrName(request.specifier);

/** @param {string} specifier */
const isPlaceOrName = (specifier) => isPlace(specifier) || specifier[0] === "#" || !specifier.includes(":");

/** What Node is asked about just now. @typedef {{ loader: ChainedLoader, request: JsRequest, from: string }} Asked */
/** Of that, what was not there. @type {Asked[]} */
let asked = [];

/**
 * @template T
 * @param {Asked[]} about
 * @param {() => T} work has Node link it
 * @returns {T}
 */
function whileAsked(about, work) {
  const before = asked;
  asked = about.filter(({ request }) => mayCome(request));
  try {
    return work();
  } finally {
    asked = before;
  }
}

/**
 * Node is about to load a file that has come since. What stands behind it may not be there, and the file would be linked in vain: Node
 * refuses to `require()` it from then on ("Unexpected module status 0").
 * @param {string} url
 */
function refuseCome(url) {
  if (asked.length === 0 || !url.startsWith("file:")) return;
  const file = fileURLToPath(url);
  for (const { loader, request, from } of asked) {
    if (comeAs(loader, request, from) === file) throw notFound(request, from, file);
  }
}

/**
 * In Node's words: when it was looked for, it was not there.
 * @param {JsRequest} request
 * @param {string} from
 * @param {string} [file] where it has come; of what is named by its place that says it
 */
function notFound({ specifier }, from, file) {
  const isNamed = file !== undefined && !isPlace(specifier);
  const { href: url } = isNamed
    ? pathToFileURL(file)
    : new URL(specifier, pathToFileURL(path.dirname(from) + path.sep));
  const error = new Error(`Cannot find module '${fileURLToPath(url)}' imported from ${from}`);
  const code = "ERR_MODULE_NOT_FOUND";
  // Where it was found says nothing about the program.
  error.stack = `Error [${code}]: ${error.message}`;
  return Object.assign(error, { code, url });
}

module.exports = { comeAs, hasCome, leadsNowhere, mayCome, notFound, refuseCome, whileAsked };
