// @ts-check
"use strict";

// Node 20: the program's thread can't ask other loaders for a module, and what they serve can't be linked
// there synchronously. A module that leads to such a one is therefore Node's to run. Found out by asking
// the chain, on the hooks' thread, about everything the module leads to.

const fs = require("node:fs");
const { pathToFileURL } = require("node:url");
const { isProjectFile } = require("../../project-files.cjs");
const { conditions } = require("../../flags.cjs");
const { AS_IT_IS_KEY } = require("../graph/project-file.cjs");
const { recordOf } = require("../graph/record.cjs");

/** @typedef {import("../../../native/addon").EsmLoader} EsmLoader */
/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/**
 * @typedef {object} Chain
 * @property {(specifier: string, context: any) => Promise<{ url: string }> | { url: string }} resolve
 * @property {(url: string, context: any) => Promise<{ format?: string | null, source?: any }> | { format?: string | null, source?: any }} load
 */

const CONDITIONS = ["node", "import", "module-sync", "node-addons", ...conditions];
/** What Node itself loads, by extension. */
const NODES_OWN = /\.(cjs|mjs|js|json|node|wasm)$/;

/**
 * Does the chain serve a module, and all it leads to within the project, as Node would without it?
 * @param {EsmLoader} loader
 * @param {string} file
 * @param {string} url
 * @param {Chain} chain
 * @param {Set<string>} [seen]
 * @returns {Promise<boolean>}
 */
async function isServedPlainly(loader, file, url, chain, seen = new Set()) {
  if (seen.has(url)) return true;
  seen.add(url);
  const loaded = await chain.load(url, { format: "module", importAttributes: {}, [AS_IT_IS_KEY]: true });
  if (loaded.format !== "module" || !isTextOf(file, loaded.source)) return false;
  const record = recordOf(loader.load(file, false, []));
  // Node says what is wrong with it.
  if (!("parameters" in record)) return true;
  for (const request of record.requests) {
    const expected = urlOf(request);
    const context = { parentURL: url, importAttributes: Object.fromEntries(request.attributes) };
    const found = await resolved(chain, request.specifier, { ...context, conditions: CONDITIONS });
    if (found !== expected) return false;
    if (!request.file || expected === null || !isProjectFile(request.file)) continue;
    if (request.target === "module") {
      if (!(await isServedPlainly(loader, request.file, expected, chain, seen))) return false;
    } else if (!NODES_OWN.test(request.file)) return false;
  }
  return true;
}

/** @param {Chain} chain @param {string} specifier @param {object} context @returns {Promise<string | null>} */
async function resolved(chain, specifier, context) {
  try {
    return (await chain.resolve(specifier, { ...context, [AS_IT_IS_KEY]: true })).url;
  } catch {
    return null;
  }
}

/** Where we think it leads. @param {JsRequest} request @returns {string | null} */
function urlOf({ url, file }) {
  if (url) return url;
  if (!file) return null;
  return /^(node|data):/.test(file) ? file : pathToFileURL(file).href;
}

/**
 * @param {string} file
 * @param {import("node:module").ModuleSource | null | undefined} source
 */
function isTextOf(file, source) {
  if (source === undefined || source === null) return true;
  const bytes = typeof source === "string" ? Buffer.from(source) : Buffer.from(/** @type {any} */ (source));
  return bytes.equals(fs.readFileSync(file));
}

module.exports = { isServedPlainly, isTextOf };
