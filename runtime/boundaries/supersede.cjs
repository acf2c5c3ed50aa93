// @ts-check
"use strict";

// New versions of modules beside the old ones: loaded and linked at once, evaluated by whoever imports
// them next. Who holds an old version keeps it; where `import-meta.hot.accept()` swaps the version of a Module
// Record, a boundary gets another record.

const fs = require("node:fs");
const { tellEnded } = require("../session/consumers.cjs");
const { Hot } = require("../esm/hot/hot.cjs");
const { CommonJsModule } = require("../esm/commonjs/commonjs-module.cjs");
const { handOn, newest } = require("../esm/import-call/imported.cjs");
const { leave } = require("../esm/namespace/former-facades.cjs");
const { bequeath } = require("../esm/namespace/inherited-facade.cjs");
const { JsonModule } = require("../esm/graph/json-module.cjs");
const { keepAllGiven } = require("../esm/graph/being-linked.cjs");
const { inOrder } = require("../esm/graph/module-map.cjs");
const { retire } = require("../esm/namespace/left-shown.cjs");
const { HotModule, SourceTextModule } = require("../esm/graph/module-record.cjs");
const { fileOf } = require("../esm/update/outcome.cjs");
const { isLetGoOf } = require("./let-go-of.cjs");
const { StagedFacade, passLater } = require("../esm/namespace/staged.cjs");
const { isRequirable } = require("../esm/commonjs/required-again.cjs");

/** @typedef {import("../esm/graph/graph.cjs").Graph} Graph */
/** @typedef {import("../esm/graph/module-record.cjs").Module} Module */
/** @typedef {import("../../native/addon").JsRequest} JsRequest */

/** How often a module was superseded. @type {WeakMap<Module, number>} */
const versions = new WeakMap();

/** @param {Module | undefined} module */
const versionOf = (module) => (module && versions.get(module)) ?? 0;

/**
 * Loads and links new versions of `old` and puts them into the graph. On an error the graph is as before.
 * @param {Graph} graph
 * @param {Set<Module>} old
 * @param {Set<string>} changed files; the others are evaluated anew because of what they import
 * @param {Map<string, import("./other-kind.cjs").Kind>} kinds of the next versions
 * @returns {Module[]} what lost an importer
 */
function supersede(graph, old, changed, kinds) {
  graph.modules.begin();
  graph.willSupersede();
  const replaced = inOrder(old).flatMap((module) =>
    graph.modules.keysOf(module).map((key) => /** @type {[string, Module]} */ ([key, module])),
  );
  for (const [key] of replaced) graph.modules.delete(key);
  graph.superseding = new Map(replaced.flatMap(([key, module]) => textOf(key, module, changed)));
  graph.kinds = kinds;
  graph.predecessors = new Map(
    replaced.flatMap(([, module]) => (module instanceof SourceTextModule ? [[module.url, module]] : [])),
  );
  try {
    // What is imported statically only comes, or does not come any more, with its importers.
    const asked = replaced.filter(([, module]) => isAskedFor(graph, module));
    const there = asked.filter(([, module]) => fs.existsSync(fileOf(module)));
    for (const [key, module] of there) {
      if (!graph.modules.has(key)) graph.prepare(requestOf(module), fileOf(module));
    }
    // Then it shows who comes again, and may ask for what is gone.
    for (const [key, module] of asked) {
      if (graph.modules.has(key) || isLetGoOf(graph, module, old, changed)) continue;
      graph.prepare(requestOf(module), fileOf(module));
    }
  } catch (error) {
    forget(graph, graph.modules.rollBack());
    // What was read for it is not what runs: another attempt may have linked an older text, or link a newer one.
    graph.hasSuperseded(false);
    throw error;
  } finally {
    graph.modules.end();
    graph.superseding = null;
    graph.kinds = null;
    graph.predecessors = null;
  }
  graph.hasSuperseded(true);
  const expected = new Set([...old].filter((module) => isRequired(graph, module)));
  /** @type {Map<Module, Module | undefined>} */
  const successors = new Map(replaced.map(([key, module]) => [module, graph.modules.get(key)]));
  for (const [module, successor] of successors) {
    if (graph.expected.delete(module) || expected.has(module)) expect(graph, successor);
    follow(graph, module, successor, successors);
  }
  const heirs = [...successors].flatMap(([{ facade }, successor]) =>
    successor && facade instanceof StagedFacade && facade === successor.facade
      ? [/** @type {[StagedFacade, Module]} */ ([facade, successor])]
      : [],
  );
  const evaluated = [...successors.values()].filter((successor) => successor instanceof SourceTextModule);
  passLater(heirs, evaluated);
  for (const module of old) {
    if (module instanceof CommonJsModule) graph.commonJs?.supersede(module);
  }
  for (const [key, module] of replaced) if (!successors.get(module)) retire(graph, key, module);
  // Node has what it has given before, and would give it again.
  for (const [module, successor] of successors) {
    // Also to who requires it for the first time, or again after a while.
    graph.requiredAgain?.left(module);
    // Whoever loads it again begins to watch it, and what it imports, or an edit of that would be no news.
    const isGone = !(successor || module instanceof CommonJsModule);
    if (isGone && graph.modules.ofFile(fileOf(module)).length === 0) graph.hasLeft(fileOf(module));
  }
  return replaced.flatMap(([, module]) => module.requested).filter((module) => !old.has(module));
}

/**
 * @param {string} key
 * @param {Module} module
 * @param {Set<string>} changed
 * @returns {[string, import("../../native/addon").JsEsm][]}
 */
function textOf(key, module, changed) {
  if (!(module instanceof SourceTextModule) || changed.has(module.file)) return [];
  // Whether a member of a cycle is still one is found anew, and so is who reads imports where they come from.
  return module.isCyclic || module.live.size > 0 ? [] : [[key, module.record]];
}

/**
 * Has somebody imported it by `import()`, or required it where it is an ES module? A boundary may have been, from
 * outside of the graph.
 * @param {Graph} graph
 * @param {Module} module
 */
function isAskedFor(graph, module) {
  const isCalled = [...module.dynamicImporters].some((importer) => importer instanceof SourceTextModule);
  return isCalled || isRequired(graph, module) || graph.isBoundary(fileOf(module));
}

/**
 * Is it an ES module that CommonJS has required, or had, and may again once it is evaluated?
 * @param {Graph} graph
 * @param {Module} module
 */
function isRequired({ expected }, module) {
  if (!isRequirable(module)) return false;
  if ([...module.dynamicImporters].some((importer) => importer instanceof CommonJsModule)) return true;
  return expected.has(module);
}

/** Is it CommonJS of which nobody knows yet what it requires? It is not evaluated yet, or threw. @param {Module} module */
const mayRequire = (module) =>
  module instanceof CommonJsModule && (!module.instance?.loaded || module.evaluationError !== null);

/** @param {Graph} graph @param {Module | undefined} module */
function expect({ expected, modules }, module) {
  if (module && modules.holds(module)) expected.add(module);
}

/**
 * All CommonJS shows what it requires: nothing else is expected to be required.
 * @param {Graph} graph
 * @returns {Module[]} what was
 */
function expectedInVain({ expected, modules }) {
  if (expected.size === 0 || [...modules.commonJs].some(mayRequire)) return [];
  const all = [...expected].filter((module) => modules.holds(module));
  expected.clear();
  return all;
}

/** @param {Module} module @returns {JsRequest} */
function requestOf(module) {
  const { url } = module;
  const suffix = /[?#].*$/.exec(url)?.[0] ?? "";
  const common = { specifier: url, file: fileOf(module), suffix, url };
  if (module instanceof JsonModule) return { ...common, target: "json", attributes: [["type", "json"]] };
  return { ...common, target: module instanceof SourceTextModule ? "module" : "commonjs", attributes: [] };
}

/**
 * @param {Graph} graph
 * @param {Module} module
 * @param {Module | undefined} successor undefined: nothing imports it any more
 * @param {Map<Module, Module | undefined>} successors
 */
function follow(graph, module, successor, successors) {
  for (const required of module.requested) required.importers.delete(module);
  for (const importer of module.dynamicImporters) {
    if (successors.has(importer) || !(importer instanceof SourceTextModule)) continue;
    const specifiers = importer.dynamicImports.get(module);
    importer.dynamicImports.delete(module);
    if (!successor || !specifiers) continue;
    importer.dynamicImports.set(successor, specifiers);
    successor.dynamicImporters.add(importer);
  }
  if (module instanceof SourceTextModule) followImports(module, successor, successors);
  // The next version requires what it requires: perhaps the same.
  if (module instanceof CommonJsModule) {
    if (successor instanceof CommonJsModule) successor.kept = module.kept;
    for (const required of module.dynamicImports.keys()) {
      required.dynamicImporters.delete(module);
      expect(graph, successors.has(required) ? successors.get(required) : required);
    }
  }
  module.lineage ??= { newest: module };
  module.lineage.newest = successor ?? null;
  if (!successor) return;
  successor.isCalledByNode = module.isCalledByNode;
  module.isCalledByNode = false;
  successor.lineage = module.lineage;
  versions.set(successor, versionOf(module) + 1);
  // Its namespace is what the next import() gives, too, as long as the names are the same.
  bequeath(leave(module)[0] ?? null, successor);
}

/**
 * What the old version has imported by `import()` the new one will, too, as far as anybody can know.
 * @param {SourceTextModule} module
 * @param {Module | undefined} successor
 * @param {Map<Module, Module | undefined>} successors
 */
function followImports(module, successor, successors) {
  const heir = successor instanceof SourceTextModule ? successor : undefined;
  if (heir) heir.kept = module.kept;
  for (const [imported, specifiers] of module.dynamicImports) {
    imported.dynamicImporters.delete(module);
    const newest = successors.has(imported) ? successors.get(imported) : imported;
    if (!heir || !newest) continue;
    heir.dynamicImports.set(newest, handOn(specifiers));
    newest.dynamicImporters.add(heir);
  }
  // Its imports' cells would keep it.
  if (module.status === "evaluated") module.environment?.dispose();
}

/**
 * What an attempt that failed had brought is nobody's importer, and nobody's to evaluate: also not for a package that Node has linked with it,
 * and keeps.
 * @param {Graph} graph
 * @param {Module[]} modules
 */
function forget(graph, modules) {
  const gone = modules.filter((module) => !graph.modules.holds(module));
  for (const module of gone) {
    graph.roots.delete(module);
    for (const required of module.requested) required.importers.delete(module);
  }
  keepAllGiven(graph, gone);
}

/**
 * Runs the dispose handlers of versions that were superseded, in the given order.
 * @param {Graph} graph
 * @param {Module[]} modules
 * @param {(error: unknown, module: HotModule) => unknown} onError
 */
async function dispose(graph, modules, onError) {
  /** @type {[HotModule, Hot, Record<string, any>][]} */
  const hots = [];
  for (const module of modules) {
    if (!(module instanceof HotModule) || !module.hot) continue;
    /** @type {Record<string, any>} */
    const data = {};
    hots.push([module, module.hot, data]);
    // The next version may be imported before a handler that takes its time has ended.
    const heir = newest(module);
    if (heir instanceof HotModule && heir !== module) heir.handed = data;
    // It is made when somebody requires it.
    else if (module instanceof CommonJsModule) graph.commonJs?.bequeath(module, data);
  }
  // Nothing that the next version begins may be among what ends.
  tellEnded(modules.map(fileOf));
  for (const [module, hot, data] of hots) {
    await Hot.end(hot, { data, onThrown: (error) => onError(error, module) });
    Hot.retire(hot);
  }
}

module.exports = { dispose, expectedInVain, isAskedFor, mayRequire, requestOf, supersede, versionOf };
