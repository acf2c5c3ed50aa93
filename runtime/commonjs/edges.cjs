// @ts-check
"use strict";

// Who required whom, as the engine is told of it: read from the `children` of Node's modules, which hold what was in the cache already, too.

const Module = require("node:module");
const { isNamespace } = require("../session/namespaces.cjs");
const { isProjectFile } = require("../project-files.cjs");

/** @typedef {import("../../native/addon").Session} NativeSession */
/** @typedef {import("./commonjs.cjs").LoaderModule} LoaderModule */

const Loader = /** @type {import("./commonjs.cjs").LoaderClass} */ (/** @type {unknown} */ (Module));

/** Modules that were loaded and whose imports are not reported yet, the newest of each file. @type {Map<string, LoaderModule>} */
let fresh = new Map();
/** What was reported last, to notice a later require() of a file that was already in the cache.
 * @type {Map<string, { module: LoaderModule, children: number }>} */
const reported = new Map();
/** What stands for ES modules: by what they export some can't be told from CommonJS (whole-export.cjs). @type {WeakSet<LoaderModule>} */
const esModuleEntries = new WeakSet();

/** It was loaded, or asked for: what it requires is to be reported. @param {string} file @param {LoaderModule} module */
function noteLoaded(file, module) {
  fresh.set(file, module);
}

/** @param {string} file */
const isReported = (file) => reported.has(file);

/** It was taken out of the cache. @param {string} file */
function forget(file) {
  reported.delete(file);
}

/** It is in the cache again, with what it had required. @param {string} file @param {LoaderModule} module */
function putBack(file, module) {
  reported.set(file, { module, children: childrenOf(module).length });
}

/** Its children are others by what we do: that is no news of it. @param {string} file @param {LoaderModule} module */
function recount(file, module) {
  const entry = reported.get(file);
  if (entry?.module === module) entry.children = childrenOf(module).length;
}

/** @param {LoaderModule} module */
function noteEsModule(module) {
  esModuleEntries.add(module);
}

/** @param {LoaderModule} module */
function isEsModule(module) {
  if (esModuleEntries.has(module)) return true;
  const exports = Reflect.getOwnPropertyDescriptor(module, "exports");
  // A getter is one of `answerWith` (modules.cjs), which is not to be evaluated for this.
  return exports?.get !== undefined || isNamespace(exports?.value);
}

/**
 * JSON that Node has imported stands in the cache as an object that is no module, and names no file (lib/internal/modules/esm/translators.js).
 * @param {NodeJS.Module} child
 */
function fileOfChild(child) {
  if (child instanceof Loader || child.filename) return child.filename;
  return Object.keys(Loader._cache).find((file) => Loader._cache[file] === child);
}

/** What a module required. An imported JSON file is in the cache too, as an entry without children. @param {LoaderModule} module */
const childrenOf = (module) => module.children ?? [];

/**
 * Reports what was required since the last call.
 * @param {NativeSession} session
 */
function reportEdges(session) {
  if (reported.size + fresh.size === 0) return;
  /** @type {[string, string[]][]} */
  const edges = [];
  for (const { module, children } of reported.values()) {
    const { filename } = module;
    // One that was replaced since may have lost some of its own: the newer one is what is to be reported.
    const isReplaced = () => fresh.has(filename) && Loader._cache[filename] !== module;
    if (childrenOf(module).length !== children && !isReplaced()) fresh.set(filename, module);
  }
  for (const [file, module] of fresh) {
    // A module that failed to load is taken out of the cache by Node, and is nobody's import.
    if (Loader._cache[file] !== module) {
      if (reported.get(file)?.module === module) reported.delete(file);
      continue;
    }
    if (isEsModule(module)) {
      session.prepare(module.filename);
      continue;
    }
    const all = childrenOf(module);
    const children = all.map(fileOfChild).filter(isProjectFile);
    reported.set(module.filename, { module, children: all.length });
    edges.push([module.filename, children]);
  }
  if (edges.length > 0) session.link(edges);
  // Not before: if something throws, they are to be reported yet.
  fresh = new Map();
}

module.exports = {
  childrenOf,
  forget,
  isEsModule,
  isReported,
  noteEsModule,
  noteLoaded,
  putBack,
  recount,
  reportEdges,
};
