// @ts-check
"use strict";

// The ES module runtime: modules of the project run as functions that can be collected.

const { fileURLToPath } = require("node:url");
const path = require("node:path");
const addon = require("../../native/load.cjs");
const { answerForModules } = require("../commonjs/gone-without.cjs");
const { putBack } = require("../intrinsics.cjs");
const { markRegistered } = require("../commonjs/plain-loader.cjs");
const { entrySuffix, suffixOf } = require("../main-file.cjs");
const { linking } = require("../report.cjs");
const { installAnnounced } = require("./hooks/announced.cjs");
const { installCallSites } = require("./positions/call-sites.cjs");
const { ChainedLoader } = require("./graph/chained-loader.cjs");
const { evaluate } = require("./evaluate/evaluate.cjs");
const { installFunctionText } = require("./positions/function-text.cjs");
const { Graph } = require("./graph/graph.cjs");
const { ImportCalls, isBeingEvaluated } = require("./import-call/import-call.cjs");
const { installCoverage, installLastWords } = require("./positions/last-words.cjs");
const { Updates } = require("./update/update.cjs");
const { Facade } = require("./namespace/facade.cjs");
const { reload } = require("./update/reload.cjs");
const { installStack } = require("./positions/stack.cjs");
const { installUnsettled } = require("./evaluate/unsettled.cjs");
const { installUnwarned } = require("./native/unwarned.cjs");
const { SourceTextModule } = require("./graph/module-record.cjs");
const { nativeResolve } = require("./native/native-import.cjs");

/** @typedef {import("./graph/module-record.cjs").Module} Module */
/** @typedef {import("../../native/addon").JsRequest} JsRequest */

linking.placeOf = (error, problems) =>
  require("./positions/place.cjs").linkingPlaceOf(error, { loader, problems });
linking.cycleThrough = (file, name) =>
  require("./positions/evaluation-help.cjs").cycleOfFiles(loader, file, name);
linking.unparsed = (file) => require("./positions/nowhere.cjs").unparsedBy(loader, file);
installStack();
installCallSites();
installAnnounced();
installLastWords();
installCoverage();
/** @type {ChainedLoader} */
const loader = new ChainedLoader(
  (file) => rootIsKnown(file),
  (key) => graph.modules.has(key),
);
/** What of it depends on the Node.js: `main` is there since 24.2. Found when the first `import.meta` is made. @type {ReturnType<typeof looksOf> | null} */
let nodesMeta = null;
const { defineProperties } = Object;
/** The entry point's file. */
let main = "";
/** Finds it. @type {(() => string | null) | null} */
let findMain = null;

/** @type {import("./evaluate/environment.cjs").Realm} */
const realm = {
  importMeta,
  importCall: (module, isCurrent, isGivenUp) => calls.of(module, isCurrent, isGivenUp),
  importFor: (module, imported) => calls.again(module, imported),
};
const graph = new Graph(loader, realm);
installFunctionText(graph);
const calls = new ImportCalls(graph, (file) => rootIsKnown(file));
const updates = new Updates(graph, addon.hotPlan);
updates.tellOfHanging();
let hotIsOn = false;
installUnsettled(
  () => graph.modules.get(mainFile() + entrySuffix()),
  (file) => graph.modules.ofFile(file),
);
installUnwarned();
answerForModules(
  (file) => graph.modules.ofFile(file).some(isBeingEvaluated),
  (file) => /** @type {any} */ (graph.modules.ofFile(file)[0])?.environment,
);

/**
 * HostGetImportMetaProperties, with Node's properties in Node's order.
 * @param {SourceTextModule} module
 */
function importMeta(module) {
  /** @type {any} */
  const meta = { __proto__: null };
  meta.dirname = path.dirname(module.file);
  meta.filename = module.file;
  nodesMeta ??= looksOf(metaProbe());
  if (nodesMeta.hasMain) meta.main = isMain(module);
  // The second counts with `--experimental-import-meta-resolve`. `length` is 1, and 2 since Node 26.
  meta.resolve = nodesMeta.takesTwo
    ? function resolve(/** @type {unknown} */ specifier, /** @type {unknown} */ parent) {
        return resolvedFrom(module, specifier, parent);
      }
    : function resolve(/** @type {unknown} */ specifier, /** @type {unknown} */ parent = undefined) {
        return resolvedFrom(module, specifier, parent);
      };
  meta.url = module.url;
  // Not enumerable: what prints an import.meta prints what plain Node has.
  if (hotIsOn) {
    const hot = { __proto__: null, value: updates.hotOf(module), configurable: true, writable: true };
    // dynohot's other name for it; and webpack's in ES modules: who asks for that uses it as webpack documents it.
    const webpackHot = { __proto__: null, get: () => updates.hotOf(module, true), configurable: true };
    defineProperties(meta, { hot, dynoHot: hot, webpackHot });
  }
  return meta;
}

/** @param {SourceTextModule} module @param {unknown} specifier @param {unknown} parent */
function resolvedFrom(module, specifier, parent) {
  const elsewhere = parent === undefined ? loader.resolvedFor(`${specifier}`, module.url) : null;
  return elsewhere ?? nativeResolve(module.file)(`${specifier}`, parent);
}

/** @param {ImportMeta} meta of Node's own */
const looksOf = (meta) => ({ hasMain: "main" in meta, takesTwo: meta.resolve?.length === 2 });

/** @returns {ImportMeta} one of Node's own */
function metaProbe() {
  const { bridgeMeta } = require("./native/native-import.cjs");
  const giveBack = putBack();
  try {
    return /** @type {ImportMeta} */ (bridgeMeta(__filename));
  } finally {
    giveBack?.();
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
  const module = await calls.prepare(request, file);
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
  const { enableTeardown } = require("./hot/teardown.cjs");
  enableTeardown(graph, (url) => {
    const those = graph.modules.ofFile(fileURLToPath(url));
    const module = those.find((it) => it.url === url);
    return module instanceof SourceTextModule ? updates.hotOf(module) : null;
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

/** @param {string[]} files */
function modulesOf(files) {
  return [...new Set(files)].flatMap((file) => graph.modules.ofFile(file));
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
const isMainFile = (file) => file === mainFile();

/** @param {SourceTextModule} module */
const isMain = ({ file, url }) => isMainFile(file) && suffixOf(url) === entrySuffix();

/** @param {string} file */
function setMain(file) {
  main = file;
  findMain = null;
}

/**
 * Node's own import() of a boundary.
 * @param {JsRequest} request
 * @param {string} file
 */
function importBoundary(request, file) {
  return calls.boundary(request, file);
}

/**
 * Node's own import() of what it would keep in its first version.
 * @param {JsRequest} request
 * @param {string} file
 */
function importKept(request, file) {
  return calls.kept(request, file);
}

module.exports = {
  endUnowned,
  enableHot,
  evaluateGraph,
  graph,
  importBoundary,
  importKept,
  isMainFile,
  loader,
  enterProgram,
  onMain,
  onRoot,
  prepareProgram,
  reloadFiles,
  updates,
};
