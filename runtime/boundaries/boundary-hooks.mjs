// Node 20's hooks, on their thread: boundaries that Node itself imports get a URL for each generation.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const addon = require("../../native/load.cjs");
const { isProjectFile } = require("../commonjs.cjs");
const { anywhere } = require("../globs.cjs");
const { staticImportError } = require("./static-import.cjs");
const { withVersion, withoutVersion } = require("./versioned-url.cjs");

const loader = new addon.EsmLoader([]);
/** @type {Int32Array} */
let generation;
/** @type {{ matches(file: string): boolean } | null} */
let globs = null;
let throws = false;

/** @param {{ generation: Int32Array, globs: string[], rootDirectory: string, throws: boolean }} data */
export function initialize(data) {
  ({ generation, throws } = data);
  globs = data.globs.length > 0 ? new addon.PathMatcher(data.rootDirectory, anywhere(data.globs)) : null;
}

/** @type {import("node:module").ResolveHook} */
export async function resolve(specifier, context, nextResolve) {
  const { hot, ...importAttributes } = context.importAttributes ?? {};
  const isHot = hot === "true";
  const resolved = await nextResolve(specifier, isHot ? { ...context, importAttributes } : context);
  const { parentURL } = context;
  if (!parentURL?.startsWith("file:") || !resolved.url.startsWith("file:")) return resolved;
  const file = fileURLToPath(resolved.url.replace(/[?#].*$/, ""));
  if (!isProjectFile(file) || !(isHot || globs?.matches(file))) return resolved;
  const importer = fileURLToPath(parentURL.replace(/[?#].*$/, ""));
  // A facade imports itself; and our hooks may be in the chain more than once.
  if (importer === file || withoutVersion(resolved.url) !== null) return resolved;
  const plain = isHot ? { ...resolved, importAttributes } : resolved;
  if (!isProjectFile(importer) || /[\\/]\.heatsync-[^\\/]*$/.test(importer)) return plain;
  loader.clearCache();
  if (loader.staticImportAt(importer, specifier)) {
    if (throws) throw staticImportError(loader, importer, specifier, file);
    return plain;
  }
  return { ...plain, url: withVersion(resolved.url, Atomics.load(generation, 0)) };
}
