// Node 20's hooks, on their thread: boundaries that Node itself imports get a URL for each generation.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const addon = require("../../native/load.cjs");
const { isProjectFile } = require("../commonjs.cjs");
const { anywhere } = require("../globs.cjs");
const { staticImportError } = require("./static-import.cjs");
const { withHot } = require("./packages-hot.cjs");
const { withVersion, withoutVersion } = require("./versioned-url.cjs");

const loader = new addon.EsmLoader([]);
/** @type {Int32Array} */
let generation;
/** @type {{ matches(file: string): boolean } | null} */
let globs = null;
let throws = false;
/** Tells the program's thread of JSON files that Node itself imports. @type {import("node:worker_threads").MessagePort} */
let json;
/** What was answered to whom, in which generation. @type {Map<string, { at: number, answer: import("node:module").ResolveFnOutput }>} */
const answers = new Map();

/** @param {{ generation: Int32Array, globs: string[], json: import("node:worker_threads").MessagePort, rootDirectory: string, throws: boolean }} data */
export function initialize(data) {
  ({ generation, json, throws } = data);
  globs = data.globs.length > 0 ? new addon.PathMatcher(data.rootDirectory, anywhere(data.globs)) : null;
}

/**
 * A request for a boundary is answered as before until something is invalidated: there is one for each request that
 * a server answers.
 * @type {import("node:module").ResolveHook}
 */
export async function resolve(specifier, context, nextResolve) {
  const { importAttributes = {}, parentURL } = context;
  const { hot, ...others } = importAttributes;
  const isHot = hot === "true";
  const at = Atomics.load(generation, 0);
  const type = Object.entries(others).join();
  const key = `${isHot} ${type} ${parentURL} ${specifier}`;
  const known = answers.get(key);
  if (known?.at === at) return { ...known.answer };
  const resolved = await nextResolve(specifier, isHot ? { ...context, importAttributes: others } : context);
  const plain = isHot ? { ...resolved, importAttributes: others } : resolved;
  if (!parentURL?.startsWith("file:") || !isBoundary(specifier, parentURL, resolved.url, isHot)) return plain;
  if (type === "type,json") json.postMessage(fileURLToPath(resolved.url.replace(/[?#].*$/, "")));
  const answer = { ...plain, url: withVersion(resolved.url, at), shortCircuit: true };
  answers.set(key, { at, answer });
  return answer;
}

/**
 * Is it one, and one that can be exchanged?
 * @param {string} specifier
 * @param {string} parentURL
 * @param {string} url
 * @param {boolean} isHot
 */
function isBoundary(specifier, parentURL, url, isHot) {
  if (!url.startsWith("file:")) return false;
  const file = fileURLToPath(url.replace(/[?#].*$/, ""));
  if (!isProjectFile(file) || !(isHot || globs?.matches(file))) return false;
  const importer = fileURLToPath(parentURL.replace(/[?#].*$/, ""));
  // A facade imports itself; and our hooks may be in the chain more than once.
  if (importer === file || withoutVersion(url) !== null) return false;
  if (!isProjectFile(importer) || /[\\/]\.heatsync-[^\\/]*$/.test(importer)) return false;
  loader.clearCache();
  if (!loader.staticImportAt(importer, specifier)) return true;
  if (throws) throw staticImportError(loader, importer, specifier, file);
  return false;
}

/** @type {import("node:module").LoadHook} */
export async function load(url, context, nextLoad) {
  return withHot(url, await nextLoad(url, context));
}
