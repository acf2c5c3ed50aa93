// @ts-check
"use strict";

// Which changed files the program deals with itself: those of modules that reload. Every other change of a
// loaded file is the runner's, who starts the program anew.

/** @typedef {Iterable<{ file?: string }> & { length: number }} Modules */

/**
 * One of our own modules, if the program has loaded it: asking must not load what it does not use.
 * @template T
 * @param {string} file
 * @returns {T | undefined}
 */
const ifLoaded = (file) => require.cache[file]?.exports;
const RUNTIME = require.resolve("../esm/index.cjs");
const ENTERED = require.resolve("../esm/hooks/entered.cjs");
const ACCEPTED = require.resolve("../boundaries/accepted.cjs");
const CONSUMERS = require.resolve("../session/consumers.cjs");
const ENVIRONMENT = require.resolve("../session/environment.cjs");
const EDGES = require.resolve("../commonjs/edges.cjs");
const LET_GO = require.resolve("../commonjs/let-go.cjs");
const REPORT = require.resolve("../esm/watch/watch-report.cjs");
const PROJECT_FILE = require.resolve("../esm/graph/project-file.cjs");

/** The modules that run on the ES module runtime. */
function runtimeModules() {
  /** @type {typeof import("../esm/index.cjs") | undefined} */
  const runtime = ifLoaded(RUNTIME);
  return /** @type {Map<string, { file?: string }> | undefined} */ (runtime?.graph?.modules);
}

/** What was to run on it, also what could not be loaded. @returns {Iterable<string>} */
function runtimeRoots() {
  /** @type {typeof import("../esm/hooks/entered.cjs") | undefined} */
  const entered = ifLoaded(ENTERED);
  return entered?.watch?.roots ?? [];
}

/** A version that did not go live may have loaded it, which ended with that. @param {string} file */
function isAwaited(file) {
  /** @type {typeof import("../esm/hooks/entered.cjs") | undefined} */
  const entered = ifLoaded(ENTERED);
  return entered?.watch?.awaits(file) === true;
}

/** The modules that `sync.require`, `sync.import` and `hmr` were asked for. @returns {Set<string>} */
function consumedFiles() {
  /** @type {typeof import("../session/consumers.cjs") | undefined} */
  const consumers = ifLoaded(CONSUMERS);
  return new Set(consumers?.allConsumers().map(({ file }) => file));
}

/** What `sync.require`, `sync.import` and `hmr` keep up to date: their modules, and what these use. */
function syncedFiles() {
  /** @type {Set<string>} */
  const files = new Set();
  /** @type {typeof import("../session/consumers.cjs") | undefined} */
  const consumers = ifLoaded(CONSUMERS);
  const all = consumers?.allConsumers().filter(({ follows }) => follows) ?? [];
  /** @type {typeof import("../session/environment.cjs") | undefined} */
  const environment = ifLoaded(ENVIRONMENT);
  if (all.length === 0 || !environment) return files;
  const session = environment.session();
  /** @type {typeof import("../commonjs/edges.cjs") | undefined} */
  const edges = ifLoaded(EDGES);
  edges?.reportEdges(session);
  for (const { file, deep } of all) {
    for (const below of deep ? session.reachable(file) : [file]) files.add(below);
  }
  return files;
}

/**
 * A CommonJS file without any `hot` above it takes the short way: nobody is asked, unless a save of it was accepted before: we may hear of
 * that one after who has accepted it was evaluated, and before it accepts anew. Boundaries say themselves what can't be
 * reloaded below them.
 * @param {import("../esm/graph/module-record.cjs").Module} module
 * @param {boolean} hasBoundaries
 */
function canReload(module, hasBoundaries) {
  /** @type {typeof import("../boundaries/accepted.cjs") | undefined} */
  const accepted = ifLoaded(ACCEPTED);
  const isCommonJs = /** @type {any} */ (module).isCommonJs;
  if (!isCommonJs || !accepted || hasBoundaries || accepted.hasHandlersAbove(module)) return true;
  /** @type {typeof import("../esm/watch/watch-report.cjs") | undefined} */
  const reported = ifLoaded(REPORT);
  return reported?.wasAccepted(fileOf(module)) === true;
}

/** @param {import("../esm/graph/module-record.cjs").Module} module */
const fileOf = (module) => /** @type {any} */ (module).file;

/** The option `ignore` of boundaries: changes of it mean nothing. @param {string} file */
function isIgnored(file) {
  /** @type {typeof import("../esm/graph/project-file.cjs") | undefined} */
  const projectFile = ifLoaded(PROJECT_FILE);
  return projectFile?.options.isIgnored?.(file) === true;
}

/**
 * @param {string[]} files
 * @returns {boolean[]} for each, whether the program reloads it, or nobody is to
 */
function owns(files) {
  const synced = syncedFiles();
  /** @type {typeof import("../esm/index.cjs") | undefined} */
  const runtime = ifLoaded(RUNTIME);
  const graph = runtime?.graph;
  graph?.commonJs?.refresh();
  const hasBoundaries = graph?.boundaries?.isActive === true;
  const modules = [...(graph?.modules.values() ?? [])].filter((module) => canReload(module, hasBoundaries));
  const running = new Set(modules.map(fileOf));
  /** @type {typeof import("../commonjs/let-go.cjs") | undefined} */
  const lettingGo = ifLoaded(LET_GO);
  const isOwn = (/** @type {string} */ file) =>
    synced.has(file) || running.has(file) || isAwaited(file) || isIgnored(file);
  return files.map((file) => isOwn(file) || lettingGo?.isLetGo(file) === true);
}

module.exports = { consumedFiles, ifLoaded, owns, runtimeModules, runtimeRoots, syncedFiles };
