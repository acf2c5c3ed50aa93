// Node 20's hooks, on their thread: what stands for boundaries that Node itself imports.

import { createRequire } from "node:module";

/** @type {typeof import("../startup.cjs")} */
const { load: loadOwn } = createRequire(import.meta.url)("../startup.cjs");
/** @type {typeof import("../../native/load.cjs")} */
const addon = loadOwn("../native/load.cjs");
/** @type {typeof import("../globs.cjs")} */
const { anywhere } = loadOwn("globs.cjs");
/** @type {typeof import("./static-import.cjs")} */
const { staticImportError } = loadOwn("boundaries/static-import.cjs");
/** @type {typeof import("./native-request.cjs")} */
const { boundaryFiles, requestOf, standInFor } = loadOwn("boundaries/native-request.cjs");
/** @type {typeof import("./packages-hot.cjs")} */
const { withHot } = loadOwn("boundaries/packages-hot.cjs");

const loader = new addon.EsmLoader([]);
/** @type {Int32Array} */
let generation;
/** @type {{ matches(file: string): boolean } | null} */
let globs = null;
let throws = false;
/** @type {{ matches(file: string): boolean } | null} */
let ignored = null;
/** What was answered to whom, in which generation. @type {Map<string, { at: number, answer: import("node:module").ResolveFnOutput }>} */
const answers = new Map();

/** @param {{ generation: Int32Array, globs: string[], ignore: string[], rootDirectory: string, throws: boolean }} data */
export function initialize(data) {
  ({ generation, throws } = data);
  const matcher = (/** @type {string[]} */ list) =>
    list.length > 0 ? new addon.PathMatcher(data.rootDirectory, anywhere(list)) : null;
  globs = matcher(data.globs);
  ignored = matcher(data.ignore);
}

/**
 * A request for a boundary is answered as before until something is invalidated: there is one for each request that
 * a server answers.
 * @type {import("node:module").ResolveHook}
 */
export async function resolve(specifier, context, nextResolve) {
  const { isExchangeable, isHot, key, others } = requestOf(specifier, context);
  const at = Atomics.load(generation, 0);
  const known = answers.get(key);
  if (known?.at === at) return { ...known.answer };
  let resolved;
  try {
    resolved = await nextResolve(specifier, isHot ? { ...context, importAttributes: others } : context);
  } catch (error) {
    // Its file is gone: as long as that is so, its last version is given, as of an importer of our own.
    if (known && /** @type {any} */ (error)?.code === "ERR_MODULE_NOT_FOUND") return { ...known.answer };
    throw error;
  }
  const plain = isHot ? { ...resolved, importAttributes: others } : resolved;
  const files = boundaryFiles(
    context.parentURL,
    resolved.url,
    isHot,
    (file) => globs?.matches(file) ?? false,
  );
  if (!files || !isExchangeable(files.file) || ignored?.matches(files.file)) return plain;
  if (!canExchange(specifier, files)) return plain;
  const answer = standInFor(resolved.url);
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

//# sourceURL=node:heatsync-rs/boundaries/boundary-hooks.mjs
