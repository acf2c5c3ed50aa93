// @ts-check
"use strict";

// The ES module runtime: modules of the project run as functions that can be collected.

const path = require("node:path");
const addon = require("../../native/load.cjs");
const { markRegistered } = require("../plain-loader.cjs");
const { ChainedLoader } = require("./chained-loader.cjs");
const { begin, evaluate, runBodies } = require("./evaluate.cjs");
const { explain } = require("./explain.cjs");
const { Graph, LoadError, hasAssert } = require("./graph.cjs");
const { installCoverage, installLastWords } = require("./last-words.cjs");
const { Updates } = require("./update.cjs");
const { Facade, namespaceOf } = require("./namespace.cjs");
const { reload } = require("./reload.cjs");
const { installStack } = require("./stack.cjs");
const { SourceTextModule } = require("./module-record.cjs");
const { NativeModule, nativeImport, nativeResolve } = require("./native.cjs");

/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("../../native/addon").JsRequest} JsRequest */

installStack();
installLastWords();
installCoverage();
/** @type {ChainedLoader} */
const loader = new ChainedLoader(
  (file) => rootIsKnown(file),
  (key) => graph.modules.has(key),
);
/** Node has it since 24.2. Found when the first `import.meta` is made. @type {boolean | null} */
let hasMain = null;
/** The entry point's file. */
let main = "";
/** Finds it. @type {(() => string | null) | null} */
let findMain = null;

/** @type {import("./environment.cjs").Realm} */
const realm = { importMeta, importCall };
const graph = new Graph(loader, realm);
const updates = new Updates(graph, addon.hotPlan);
let hotIsOn = false;

/**
 * HostGetImportMetaProperties, with Node's properties in Node's order.
 * @param {SourceTextModule} module
 */
function importMeta(module) {
  const meta = Object.create(null);
  meta.dirname = path.dirname(module.file);
  meta.filename = module.file;
  hasMain ??= "main" in metaProbe();
  if (hasMain) meta.main = module.file === mainFile() && !/[?#]/.test(module.url);
  meta.resolve = function resolve(/** @type {unknown} */ specifier) {
    return nativeResolve(module.file)(`${specifier}`);
  };
  meta.url = module.url;
  // Not enumerable: what prints an import.meta prints what plain Node has.
  if (hotIsOn) {
    const hot = { value: updates.hotOf(module), configurable: true, writable: true };
    // The second is dynohot's other name for it.
    Object.defineProperties(meta, { hot, dynoHot: hot });
  }
  return meta;
}

/** @returns {object} an `import.meta` of Node's own */
function metaProbe() {
  const { bridgeMeta } = require("./native.cjs");
  return bridgeMeta(__filename);
}

/**
 * EvaluateImportCall (13.3.10.1) after its operands, and FinishLoadingImportedModule.
 * @param {SourceTextModule} module
 * @param {unknown} specifier
 * @param {unknown} options
 */
async function importCall(module, specifier, options) {
  // `String` would take symbols; ToString throws, and a throw is a rejection here.
  const text = `${/** @type {any} */ (specifier)}`;
  const attributes = attributesOf(options);
  // V8 refuses it, in words that differ from version to version.
  if ("refused" in attributes) return nativeImport(module.file)(text, attributes.refused);
  const isBoundary = takeBoundaryMark(attributes);
  const request = loader.target(text, attributes, module.file, module.url);
  if (request.target === "native") {
    const given = attributes.length > 0 ? { with: Object.fromEntries(attributes) } : undefined;
    return nativeImport(module.file)(request.specifier, given);
  }
  if (isBoundary && request.file) graph.boundaries?.mark(request.file);
  return importModule(request, module.file, module);
}

/**
 * `with: { hot: "true" }` is for us, not for Node.
 * @param {[string, string][]} attributes
 */
function takeBoundaryMark(attributes) {
  const place = attributes.findIndex(([key, value]) => key === "hot" && value === "true");
  if (place < 0) return false;
  attributes.splice(place, 1);
  return true;
}

/**
 * EvaluateImportCall, step 11. Every getter is called once.
 * @param {unknown} options
 * @returns {[string, string][] | { refused: unknown }}
 */
function attributesOf(options) {
  if (options === undefined) return [];
  if (!isObject(options)) return { refused: options };
  let attributes = Reflect.get(options, "with");
  if (attributes === undefined && hasAssert()) attributes = Reflect.get(options, "assert");
  if (attributes === undefined) return [];
  if (!isObject(attributes)) return { refused: { with: attributes } };
  /** @type {[string, string][]} */
  const entries = [];
  for (const key of Object.keys(attributes).sort()) {
    const value = Reflect.get(attributes, key);
    if (typeof value !== "string") return { refused: { with: { [key]: value } } };
    entries.push([key, value]);
  }
  return entries;
}

/** @param {unknown} value @returns {value is object} */
const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

/**
 * Loads, links and evaluates; the result is the namespace. `stack.cjs` knows it by name.
 * @param {JsRequest} request
 * @param {string} from
 * @param {SourceTextModule} importer
 */
async function importModule(request, from, importer) {
  // Node loads asynchronously: what the caller does next comes before anything of the module.
  await null;
  if (request.file && request.target === "module") rootIsKnown(request.file);
  const module = await prepare(request, from);
  // What has phases is Node's, and may await.
  if (module instanceof NativeModule) return module.import();
  note(importer, module, request.specifier);
  const { promise, bodies, finished, failed } = begin(module);
  try {
    if (bodies) runBodies(bodies);
    finished();
  } catch (error) {
    failed(error);
  }
  try {
    await promise;
  } catch (error) {
    await explain(error, module);
    throw error;
  }
  return namespaceOf(module);
}

/**
 * The importer as it is now: what an instance that was replaced still imports is its successor's.
 * @param {SourceTextModule} importer
 * @param {Module} module
 * @param {string} specifier
 */
function note(importer, module, specifier) {
  // A version below a boundary that was superseded: nobody is to keep it.
  while (importer.successor) importer = /** @type {SourceTextModule} */ (importer.successor);
  const specifiers = importer.dynamicImports.get(module);
  if (specifiers) specifiers.add(specifier);
  else importer.dynamicImports.set(module, new Set([specifier]));
  module.dynamicImporters.add(importer);
}

/** @param {JsRequest} request @param {string} from */
async function prepare(request, from) {
  try {
    const module = graph.prepare(request, from);
    // The first step of an async generator ends a microtask after it ran.
    for (let tick = 0; tick < 3; tick++) await null;
    return module;
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    await nativeImport(from)(error.url);
    throw new Error(`heatsync-rs refuses what Node takes: ${error.message}`, { cause: error });
  }
}

/**
 * Runs a program.
 * @param {string} file the real path of its entry point
 */
async function evaluateGraph(file) {
  const module = await prepareProgram(file);
  await evaluate(module);
  return module;
}

/** Loads and links a program. @param {string} file the real path of its entry point */
async function prepareProgram(file) {
  /** @type {JsRequest} */
  const request = { specifier: file, attributes: [], target: "module", file, suffix: "" };
  setMain(file);
  const module = await prepare(request, file);
  graph.roots.add(module);
  program = new Facade(module);
  return module;
}

/** @type {Facade | null} */
let program = null;

/** Evaluates it, on behalf of `program.mjs`. */
function enterProgram() {
  return program?.enter();
}

/** Gives modules an `import.meta.hot`. */
function enableHot() {
  hotIsOn = true;
  markRegistered();
  if (process.env.HEATSYNC_TEARDOWN === "1") endUnowned();
}

/** Ends timers, listeners and servers with the module that made them. */
function endUnowned() {
  const { enableTeardown } = require("./teardown.cjs");
  enableTeardown(graph, (url) => {
    for (const module of graph.modules.values()) {
      if (module.url === url && module instanceof SourceTextModule) return updates.hotOf(module);
    }
    return null;
  });
}

/**
 * Evaluates files anew, dependencies first, and rebinds their importers.
 * @param {string[]} files
 * @param {() => void | Promise<void>} [beforeEvaluation]
 */
async function reloadFiles(files, beforeEvaluation) {
  await reload(graph, modulesOf(files), beforeEvaluation);
}

/**
 * Files changed: what `import.meta.hot` makes of it.
 * @param {string[]} files
 */
function updateFiles(files) {
  return updates.request(modulesOf(files));
}

/** @param {string[]} files */
function modulesOf(files) {
  const wanted = new Set(files);
  return [...graph.modules.values()].filter((module) => wanted.has(/** @type {any} */ (module).file));
}

/** @type {(file: string) => void} */
let rootIsKnown = () => {};

/** Calls back with each file that is imported from outside or by import(), before it is loaded. @param {(file: string) => void} callback */
function onRoot(callback) {
  rootIsKnown = callback;
}

/**
 * The entry point, looked for when somebody asks: in a worker `process.argv` is complete only after what is
 * preloaded by `--require`.
 * @param {() => string | null} find
 */
function onMain(find) {
  findMain = find;
}

function mainFile() {
  if (findMain) setMain(findMain() ?? "");
  return main;
}

/** @param {string} file */
function setMain(file) {
  main = file;
  findMain = null;
}

module.exports = {
  endUnowned,
  enableHot,
  evaluateGraph,
  graph,
  loader,
  enterProgram,
  onMain,
  onRoot,
  prepareProgram,
  reloadFiles,
  setMain,
  updateFiles,
  updates,
};
