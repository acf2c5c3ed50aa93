// @ts-check
"use strict";

// The module graph of this thread as data: modules that run on our runtime, and what Node runs of the project. What a
// change of each would come to is decided in Rust (src/graph/forecast.rs, src/graph/boundary.rs).

const { isMainThread, threadId } = require("node:worker_threads");
const addon = require("../../native/load.cjs");
const { plainModule } = require("../plain-module.cjs");
const { ifLoaded } = require("../runner/ownership.cjs");
const { nameOf } = require("./name.cjs");

/** @typedef {import("../esm/graph/module-record.cjs").Module} Module */
/** @typedef {import("../../native/addon").JsHotModule} JsHotModule */
/** @typedef {import("../../native/addon").JsForecast} JsForecast */
/** @typedef {import("./wire").Change} Change */
/** @typedef {import("./wire").WireModule} WireModule */

/**
 * A module of either kind. Lists are places in the list of all.
 * @typedef {object} Found
 * @property {string} file
 * @property {string} name
 * @property {WireModule["format"]} format
 * @property {number[]} imports
 * @property {number[]} dynamicImports
 * @property {JsHotModule} hot
 * @property {boolean} isBoundary
 * @property {boolean} isEnd a boundary, above which handlers are not asked
 * @property {Change | undefined} boundary what boundaries make of a change
 * @property {number} version
 */

/** More than a thread has. */
const CYCLES = 1e6;
/** Ours is read by native/load.cjs. */
const OWN_MANIFEST = require.resolve("../../package.json");
const RUNTIME = require.resolve("../esm/index.cjs");
const ENTERED = require.resolve("../esm/hooks/entered.cjs");

/**
 * @param {ReadonlyMap<string, number>} evaluations how often files were evaluated anew
 * @returns {WireModule[]}
 */
function collect(evaluations) {
  const { consumedFiles } = require("../runner/ownership.cjs");
  const { found, forecasts, changes } = foreseen();
  const consumed = consumedFiles();
  const names = (/** @type {number[]} */ places) => places.map((place) => found[place].name);
  return found.map((it, place) => {
    const { hot, file, name, format, isBoundary, version } = it;
    const forecast = forecasts[place];
    return {
      name,
      format,
      isRoot: hot.isRoot,
      isBoundary,
      acceptsItself: hot.acceptsItself,
      isDeclined: hot.declined,
      isSynced: consumed.has(file),
      version: version + (evaluations.get(file) ?? 0),
      ...(!isMainThread && { thread: threadId }),
      // Of all threads.
      ...(forecast.cycle !== undefined && { cycle: threadId * CYCLES + forecast.cycle }),
      imports: names(it.imports),
      dynamicImports: names(it.dynamicImports),
      accepts: names(hot.accepts),
      change: changes[place],
    };
  });
}

/** All modules, and what a change of each would come to. */
function foreseen() {
  const { syncedFiles } = require("../runner/ownership.cjs");
  const found = modulesOfRuntime();
  addModulesOfNode(found);
  const synced = syncedFiles();
  const forecasts = addon.forecast(found.map(({ hot }) => hot));
  // The nearest of handlers and boundaries counts (boundaries.cjs).
  const nearest = found.some(({ isEnd }) => isEnd)
    ? addon.forecast(found.map(({ hot, isEnd }) => ({ ...hot, isRoot: hot.isRoot || isEnd })))
    : forecasts;
  const names = (/** @type {number[]} */ places) => places.map((place) => found[place].name);
  /** @type {Change[]} */
  const changes = found.map((it, place) =>
    nearest[place].verdict === "accepted"
      ? { kind: "accepted", way: [] }
      : changeOf(it, forecasts[place], synced.has(it.file), names),
  );
  return { found, forecasts, changes };
}

/** @type {Set<Change["kind"]>} */
const RELOADS = new Set(["accepted", "boundary", "synced"]);

/** Files that no update reloads: a change of them takes a new start. @returns {string[]} */
function notReloaded() {
  const { found, changes } = foreseen();
  return found.flatMap(({ file }, place) => (RELOADS.has(changes[place].kind) ? [] : [file]));
}

/**
 * @param {Found} found
 * @param {JsForecast} forecast
 * @param {boolean} isSynced
 * @param {(places: number[]) => string[]} names
 * @returns {Change}
 */
function changeOf({ boundary, format }, { verdict, way }, isSynced, names) {
  if (boundary?.kind === "boundary") return boundary;
  if (verdict === "accepted") return { kind: "accepted", way: [] };
  // sync.* and hmr reload what they hold in any case.
  if (isSynced) return { kind: "synced", way: [] };
  if (boundary) return boundary;
  if (verdict === "declined") return { kind: "declined", way: names(way) };
  return { kind: format === "module" ? "exposed" : "plain", way: names(way) };
}

/** @returns {Found[]} */
function modulesOfRuntime() {
  /** @type {typeof import("../esm/index.cjs") | undefined} */
  const runtime = ifLoaded(RUNTIME);
  if (!runtime?.graph) return [];
  const { describe } = require("../esm/hot/acceptance.cjs");
  const { isOurs } = require("../esm/update/staged-version.cjs");
  const { Transaction } = require("../esm/update/transaction.cjs");
  const { fileOf } = require("../esm/update/outcome.cjs");
  const { HotModule } = require("../esm/graph/module-record.cjs");
  const { versionOf } = require("../boundaries/supersede.cjs");
  const { graph } = runtime;
  graph.commonJs?.refresh();
  const keys = [...graph.modules].filter(([, module]) => isOurs(module));
  const modules = keys.map(([, module]) => module);
  const places = new Map(modules.map((module, place) => [module, place]));
  const hots = describe(modules, new Map(), new Set(), new Transaction(graph), graph.roots);
  /** @type {typeof import("../esm/hooks/entered.cjs") | undefined} */
  const entered = ifLoaded(ENTERED);
  const boundaries = entered?.boundaries?.isActive ? entered.boundaries : undefined;
  const outlook = boundaries?.outlook();
  return modules.map((module, place) => {
    const placesOf = (/** @type {Iterable<Module>} */ list) => [
      ...new Set([...list].flatMap((other) => places.get(other) ?? [])),
    ];
    const called = module instanceof HotModule ? placesOf(module.dynamicImports.keys()) : [];
    // require() is no import().
    const [imports, dynamic] =
      formatOf(module) === "commonjs" ? [called, []] : [placesOf(module.requested), called];
    const file = fileOf(module);
    return {
      file,
      name: nameOfModule(module),
      format: formatOf(module),
      imports,
      dynamicImports: dynamic.filter((other) => !imports.includes(other)),
      hot: hots[place],
      isBoundary: graph.isBoundary(file),
      isEnd: outlook?.ends.has(module) ?? false,
      boundary: outlook && boundaryChange(outlook.refusals.get(module)),
      version: versionOf(module),
    };
  });
}

/** @param {{ kind: string, way: Module[] } | undefined} refusal @returns {Change} */
function boundaryChange(refusal) {
  if (!refusal) return { kind: "boundary", way: [] };
  return { kind: /** @type {Change["kind"]} */ (refusal.kind), way: refusal.way.map(nameOfModule) };
}

/** @param {Module} module */
function nameOfModule(module) {
  const { fileOf } = require("../esm/update/outcome.cjs");
  return nameOf(fileOf(module), /[?#].*$/.exec(module.url)?.[0]);
}

/** @param {Module} module @returns {WireModule["format"]} */
function formatOf(module) {
  const { fileOf } = require("../esm/update/outcome.cjs");
  if (/** @type {any} */ (module).isCommonJs) return fileOf(module).endsWith(".json") ? "json" : "commonjs";
  return module.isSourceText ? "module" : "json";
}

/**
 * What Node's CommonJS loader has of the project, and who required whom.
 * @param {Found[]} found gets what it does not have
 */
function addModulesOfNode(found) {
  const { Loader } = require("../commonjs/commonjs.cjs");
  const { isProjectFile } = require("../project-files.cjs");
  const places = new Map(found.map(({ file }, place) => [file, place]));
  const isTheirs = (/** @type {string | undefined} */ file) => isProjectFile(file) && file !== OWN_MANIFEST;
  const cached = Object.values(Loader._cache).filter((module) => isTheirs(module?.filename));
  for (const { filename: file } of cached) {
    if (places.has(file)) continue;
    places.set(file, found.length);
    found.push({
      file,
      name: nameOf(file),
      format: file.endsWith(".json") ? "json" : "commonjs",
      imports: [],
      dynamicImports: [],
      hot: plainModule(),
      isBoundary: false,
      isEnd: false,
      boundary: undefined,
      version: 0,
    });
  }
  for (const { filename, children } of cached) {
    const { imports, hot } = found[/** @type {number} */ (places.get(filename))];
    for (const child of children ?? []) {
      const place = places.get(child.filename);
      if (place === undefined || imports.includes(place)) continue;
      imports.push(place);
      if (!hot.imports.includes(place)) hot.imports.push(place);
    }
  }
  const main = places.get(require.main?.filename ?? "");
  if (main !== undefined) found[main].hot.isRoot = true;
}

module.exports = { collect, notReloaded };
