// @ts-check
"use strict";

// Boundaries that Node imports, not our runtime: from the file that calls `hot.init`, which runs already. Node
// keeps what it has loaded under a URL for good, so each version has a facade with a URL of its own.

const Module = require("node:module");
const { fileURLToPath, pathToFileURL } = require("node:url");
const chain = require("../esm/chain.cjs");
const { isProjectFile } = require("../commonjs.cjs");
const { OWN } = require("../plain-loader.cjs");
const { withVersion, withoutVersion } = require("./versioned-url.cjs");

/** @typedef {import("./boundaries.cjs").Boundaries} Boundaries */

let isInstalled = false;
/** How often something was invalidated, for hooks on another thread. @type {Int32Array | null} */
let generation = null;

/** @param {Boundaries} boundaries @param {import("./options.cjs").Settings} settings */
function install(boundaries, settings) {
  const { registerHooks } = /** @type {any} */ (Module);
  if (!registerHooks) return installOnThread(boundaries, settings);
  if (isInstalled) return;
  isInstalled = true;
  const hooks = {
    /** @type {import("node:module").ResolveHookSync} */
    resolve(specifier, context, nextResolve) {
      return resolve(boundaries, specifier, context, nextResolve);
    },
    [OWN]: true,
  };
  registerHooks(hooks);
}

/**
 * @param {Boundaries} boundaries
 * @param {string} specifier
 * @param {import("node:module").ResolveHookContext} context
 * @param {(specifier: string, context: any) => any} nextResolve
 */
function resolve(boundaries, specifier, context, nextResolve) {
  const { hot, ...importAttributes } = context.importAttributes ?? {};
  const isHot = hot === "true";
  const resolved = nextResolve(specifier, isHot ? { ...context, importAttributes } : context);
  const { parentURL } = context;
  if (chain.isAsking || !parentURL?.startsWith("file:") || !resolved.url.startsWith("file:")) return resolved;
  const file = fileURLToPath(resolved.url.replace(/[?#].*$/, ""));
  if (!isProjectFile(file) || !(isHot || boundaries.has(file))) return resolved;
  const importer = fileURLToPath(parentURL.replace(/[?#].*$/, ""));
  // A facade imports itself; and our hooks may be in the chain more than once.
  if (importer === file || withoutVersion(resolved.url) !== null) return resolved;
  const plain = isHot ? { ...resolved, importAttributes } : resolved;
  if (!isProjectFile(importer) || require("node:path").basename(importer).startsWith(".heatsync-"))
    return plain;
  boundaries.mark(file);
  if (boundaries.isImportedStatically(importer, specifier)) {
    if (boundaries.settings?.throws) throw boundaries.staticImport(importer, specifier, file);
    return plain;
  }
  return { ...plain, url: withVersion(resolved.url, boundaries.versionOf(file)) };
}

/** Node 20. @param {Boundaries} boundaries @param {import("./options.cjs").Settings} settings */
function installOnThread(boundaries, settings) {
  if (!generation) {
    generation = new Int32Array(new SharedArrayBuffer(4));
    const shared = generation;
    boundaries.onInvalidation = () => void Atomics.store(shared, 0, boundaries.generation);
  }
  const { boundaries: globs, rootDirectory, throws } = settings;
  Module.register("./boundary-hooks.mjs", pathToFileURL(__filename), {
    data: { generation, globs, rootDirectory, throws },
  });
}

module.exports = { install };
