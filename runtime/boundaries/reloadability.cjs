// @ts-check
"use strict";

// What Rust is asked about boundaries (src/graph/boundary.rs), and its answers: which modules a change invalidates, and
// why what it can't is not reloadable.

const addon = require("../../native/load.cjs");
const { isAcceptedByName } = require("./accepted.cjs");
const { relative } = require("../report.cjs");
const { above } = require("../esm/graph/importers.cjs");
const { Hot } = require("../esm/hot/hot.cjs");
const { CommonJsModule } = require("../esm/commonjs/commonjs-module.cjs");
const { inOrder } = require("../esm/graph/module-map.cjs");
const { HotModule } = require("../esm/graph/module-record.cjs");
const { fileOf } = require("../esm/update/outcome.cjs");
const { isOurs } = require("../esm/update/staged-version.cjs");

/** @typedef {import("../esm/graph/graph.cjs").Graph} Graph */
/** @typedef {import("../esm/graph/module-record.cjs").Module} Module */
/** @typedef {import("../../native/addon").JsReloadability} Reloadability */
/** @typedef {{ module: Module, kind: Reloadability["kind"], way: Module[] }} Refused why a change can't be applied in place */

/** Modules of the project. @param {Graph} graph */
function modulesOf(graph) {
  return inOrder(graph.modules.values()).filter(isOurs);
}

/** What files are in the graph, in its order. @param {Graph} graph @param {Iterable<string>} files @returns {Module[]} */
function modulesOfFiles({ modules }, files) {
  return inOrder(new Set([...files].flatMap((file) => modules.ofFile(file)).filter(isOurs)));
}

/**
 * All that counts for a change of these files: whether it is reloadable is a matter of the ways that lead there, and what it invalidates
 * lies on them. The rest of the graph, however large, is not looked at.
 * @param {Graph} graph
 * @param {Iterable<string>} files
 * @returns {Module[]} in the order of the graph
 */
function concernedBy(graph, files) {
  const isThere = (/** @type {Module} */ it) => isOurs(it) && graph.modules.holds(it);
  return inOrder(above(modulesOfFiles(graph, files), isThere));
}

/** @param {Graph} graph @param {Module[]} modules @returns {import("../../native/addon").JsBoundaryModule[]} */
function describe(graph, modules) {
  const places = new Map(modules.map((module, place) => [module, place]));
  const placesOf = (/** @type {Iterable<Module>} */ list) =>
    [...list].flatMap((module) => places.get(module) ?? []);
  return modules.map((module) => {
    const own = module instanceof HotModule ? module : null;
    const called = placesOf(own?.dynamicImports.keys() ?? []);
    // require() is no import(): what it gives is kept.
    const isRequired = module instanceof CommonJsModule;
    return {
      imports: isRequired ? called : placesOf(module.requested),
      dynamicImports: isRequired ? [] : called,
      // Who has required it threw, or it would show who that is.
      isRoot: graph.roots.has(module) && !graph.commonJs?.required.isNobodys(module),
      isBoundary: graph.isBoundary(fileOf(module)),
      isDeclined: own?.hot ? Hot.stateOf(own.hot).isDeclined : false,
    };
  });
}

/**
 * @param {Graph} graph
 * @param {Set<string>} files changed
 * @returns {{ refused: Refused[], invalidated: Module[] }}
 */
function planOf(graph, files) {
  return planFor(graph, concernedBy(graph, files), files);
}

/** @param {Graph} graph @param {Module[]} modules @param {{ has(file: string): boolean }} files */
function planFor(graph, modules, files) {
  const changed = modules.flatMap((module, place) => (files.has(fileOf(module)) ? [place] : []));
  const { invalidated, refused } = addon.boundaryPlan(describe(graph, modules), changed);
  return {
    refused: refused.map(({ changed, why }) => ({
      module: modules[changed],
      kind: why.kind,
      way: why.way.map((place) => modules[place]),
    })),
    invalidated: invalidated.map((place) => modules[place]),
  };
}

/** What handlers above are not asked for. @param {Graph} graph @param {Module[]} modules */
function endsOf(graph, modules) {
  return modules.filter((module) => graph.isBoundary(fileOf(module)) && !isAcceptedByName(module));
}

/**
 * For tools: where handlers end, and why changes could not be applied in place.
 * @param {Graph} graph
 * @returns {{ ends: Set<Module>, refusals: Map<Module, { kind: string, way: Module[] }> }}
 */
function outlookOf(graph) {
  const modules = modulesOf(graph);
  const { refused } = planFor(graph, modules, { has: () => true });
  const refusals = new Map(refused.map(({ module, kind, way }) => [module, { kind, way }]));
  return { ends: new Set(endsOf(graph, modules)), refusals };
}

/** @param {Pick<Reloadability, "kind">} why @param {string[]} way */
function reasonOf({ kind }, way) {
  if (kind === "declined") return `would evaluate ${relative(way[0])} anew, which declined`;
  const list = way.map(relative).join(" → ");
  if (kind === "fixed") {
    return `is below ${relative(way[1])}, a boundary that ${relative(way[0])} imports statically (${list})`;
  }
  return way.length > 1 ? `is not below a boundary: ${list}` : "is the root, or imported from outside";
}

module.exports = { concernedBy, describe, endsOf, modulesOf, modulesOfFiles, outlookOf, planOf, reasonOf };
