// @ts-check
"use strict";

// Boundaries that Node imports, not our runtime: from the file that calls `hot.init`, which runs already. Node
// keeps what it has loaded under a URL for good, so each version has a facade with a URL of its own.

const Module = require("node:module");
const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { MessageChannel } = require("node:worker_threads");
const chain = require("../esm/chain.cjs");
const { isProjectFile } = require("../commonjs.cjs");
const { OWN } = require("../plain-loader.cjs");
const { withHot } = require("./packages-hot.cjs");
const { withVersion, withoutVersion } = require("./versioned-url.cjs");

/** @typedef {import("./boundaries.cjs").Boundaries} Boundaries */

const JSON_TYPE = "type,json";
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
  const { importAttributes = {}, parentURL } = context;
  const { hot, ...others } = importAttributes;
  const isHot = hot === "true";
  const { generation } = boundaries;
  // Other hooks are asked each time, as Node does.
  const isSimple = !chain.hasOthers && !chain.isAsking;
  const type = Object.entries(others).join();
  const key = isSimple ? `${isHot} ${type} ${parentURL} ${specifier}` : "";
  const known = isSimple ? answers.get(key) : undefined;
  if (known?.generation === generation) return { ...known.answer };
  const resolved = nextResolve(specifier, isHot ? { ...context, importAttributes: others } : context);
  if (chain.isAsking || !parentURL?.startsWith("file:")) return resolved;
  const plain = isHot ? { ...resolved, importAttributes: others } : resolved;
  const url = boundaryUrl(boundaries, specifier, parentURL, resolved.url, isHot, type);
  if (url === null) return plain;
  const answer = { ...plain, url, shortCircuit: true };
  if (isSimple) answers.set(key, { generation, answer });
  return answer;
}

/**
 * Under which URL Node gets the newest version, if this is a boundary and can be exchanged.
 * @param {Boundaries} boundaries
 * @param {string} specifier
 * @param {string} parentURL
 * @param {string} url
 * @param {boolean} isHot
 * @param {string} type "type,json", or nothing
 */
function boundaryUrl(boundaries, specifier, parentURL, url, isHot, type) {
  if (!url.startsWith("file:")) return null;
  const file = fileURLToPath(url.replace(/[?#].*$/, ""));
  if (!isProjectFile(file) || !(isHot || boundaries.has(file))) return null;
  const importer = fileURLToPath(parentURL.replace(/[?#].*$/, ""));
  // A facade imports itself; and our hooks may be in the chain more than once.
  if (importer === file || withoutVersion(url) !== null) return null;
  if (!isProjectFile(importer) || path.basename(importer).startsWith(".heatsync-")) return null;
  boundaries.mark(file);
  if (boundaries.isImportedStatically(importer, specifier)) {
    if (boundaries.settings?.throws) throw boundaries.staticImport(importer, specifier, file);
    return null;
  }
  if (type === JSON_TYPE) boundaries.adoptJson(file);
  return withVersion(url, boundaries.versionOf(file));
}

/** Node 20. @param {Boundaries} boundaries @param {import("./options.cjs").Settings} settings */
function installOnThread(boundaries, settings) {
  if (!generation) {
    generation = new Int32Array(new SharedArrayBuffer(4));
    const shared = generation;
    boundaries.onInvalidation = () => void Atomics.store(shared, 0, boundaries.generation);
  }
  const { boundaries: globs, rootDirectory, throws } = settings;
  const { port1, port2 } = new MessageChannel();
  port1.on("message", (file) => boundaries.adoptJson(file));
  port1.unref();
  Module.register("./boundary-hooks.mjs", pathToFileURL(__filename), {
    data: { generation, globs, json: port2, rootDirectory, throws },
    transferList: [port2],
  });
}

module.exports = { install };
