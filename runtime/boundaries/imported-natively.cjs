// @ts-check
"use strict";

// Hooks that give Node's own import() of a boundary what stands for it (native-boundary.cjs).

const Module = require("node:module");
const { pathToFileURL } = require("node:url");
const { asked } = require("../esm/hooks/asked-hooks.cjs");
const chain = require("../esm/hooks/chain.cjs");
const { takesPart } = require("../esm/graph/project-file.cjs");
const { OWN } = require("../commonjs/plain-loader.cjs");
const { boundaryFiles, requestOf, standInFor } = require("./native-request.cjs");
const { loader } = require("../esm/index.cjs");
const { readPackages } = require("../esm/native/read-for-bridges.cjs");
const { textWithHot, withHot } = require("./packages-hot.cjs");

/** @typedef {import("./boundaries.cjs").Boundaries} Boundaries */

let isInstalled = false;
/** What was answered to whom, in which generation. @type {Map<string, { generation: number, answer: import("node:module").ResolveFnOutput }>} */
const answers = new Map();
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
    /** @type {import("node:module").LoadHookSync} */
    load(url, context, nextLoad) {
      return withHot(url, nextLoad(url, context));
    },
    [OWN]: true,
  };
  registerHooks(hooks);
}

/**
 * A request for a boundary is answered as before until something is invalidated: there is one for each request that
 * a server answers, and Node's own way to the file looks at the disk.
 * @param {Boundaries} boundaries
 * @param {string} specifier
 * @param {import("node:module").ResolveHookContext} context
 * @param {(specifier: string, context: any) => any} nextResolve
 */
function resolve(boundaries, specifier, context, nextResolve) {
  const { isExchangeable, isHot, key, others } = requestOf(specifier, context);
  const { generation } = boundaries;
  // Other hooks are asked each time, as Node does.
  const isSimple = !chain.hasOthers && !chain.isAsking;
  const known = isSimple ? answers.get(key) : undefined;
  if (known?.generation === generation) return { ...known.answer };
  const asking = isHot ? { ...context, importAttributes: others } : context;
  const resolved = asked(nextResolve, undefined, [specifier, asking]);
  if (chain.isAsking) return resolved;
  const plain = isHot ? { ...resolved, importAttributes: others } : resolved;
  const { parentURL } = context;
  const files = boundaryFiles(parentURL, resolved.url, isHot, (file) => boundaries.has(file));
  if (!files || !isExchangeable(files.file) || !takesPart(files.file)) return plain;
  if (!canExchange(boundaries, specifier, files)) return plain;
  const answer = standInFor(resolved.url);
  if (isSimple) answers.set(key, { generation, answer });
  return answer;
}

/**
 * @param {Boundaries} boundaries
 * @param {string} specifier
 * @param {{ file: string, importer: string }} files
 */
function canExchange(boundaries, specifier, { file, importer }) {
  boundaries.mark(file);
  if (!boundaries.isImportedStatically(importer, specifier)) return true;
  if (boundaries.settings?.throws) throw boundaries.staticImport(importer, specifier, file);
  return false;
}

/** Node 20. @param {Boundaries} boundaries @param {import("./options.cjs").Settings} settings */
function installOnThread(boundaries, settings) {
  if (!generation) {
    generation = new Int32Array(new SharedArrayBuffer(4));
    const shared = generation;
    boundaries.onInvalidation = () => void Atomics.store(shared, 0, boundaries.generation);
    readPackages((url) => textWithHot(loader, url));
  }
  const { boundaries: globs, ignore, rootDirectory, throws } = settings;
  Module.register("./boundary-hooks.mjs", pathToFileURL(__filename), {
    data: { generation, globs, ignore, rootDirectory, throws },
  });
}

module.exports = { install };
