// Node 20's hooks, on their thread: boundaries that Node itself imports get a URL for each generation.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const addon = require("../../native/load.cjs");
const { anywhere } = require("../globs.cjs");
const { staticImportError } = require("./static-import.cjs");
const { boundaryFiles, requestOf } = require("./native-request.cjs");
const { withHot } = require("./packages-hot.cjs");
const { withVersion } = require("./versioned-url.cjs");

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
  const { isHot, isJson, key, others } = requestOf(specifier, context);
  const at = Atomics.load(generation, 0);
  const known = answers.get(key);
  if (known?.at === at) return { ...known.answer };
  const resolved = await nextResolve(specifier, isHot ? { ...context, importAttributes: others } : context);
  const plain = isHot ? { ...resolved, importAttributes: others } : resolved;
  const files = boundaryFiles(
    context.parentURL,
    resolved.url,
    isHot,
    (file) => globs?.matches(file) ?? false,
  );
  if (!files || !canExchange(specifier, files)) return plain;
  if (isJson) json.postMessage(files.file);
  const answer = { ...plain, url: withVersion(resolved.url, at), shortCircuit: true };
  answers.set(key, { at, answer });
  return answer;
}

/**
 * @param {string} specifier
 * @param {{ file: string, importer: string }} files
 */
function canExchange(specifier, { file, importer }) {
  loader.clearCache();
  if (!loader.staticImportAt(importer, specifier)) return true;
  if (throws) throw staticImportError(loader, importer, specifier, file);
  return false;
}

/** @type {import("node:module").LoadHook} */
export async function load(url, context, nextLoad) {
  return withHot(url, await nextLoad(url, context));
}
