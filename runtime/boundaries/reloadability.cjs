// @ts-check
"use strict";

// What Rust is asked about boundaries (src/graph/boundary.rs), and its answers: which modules a change invalidates, and
// why what it can't is not reloadable.

const addon = require("../../native/load.cjs");
const { isAcceptedByName } = require("./accepted.cjs");
const { relative } = require("../report.cjs");
const { Hot } = require("../esm/hot/hot.cjs");
const { CommonJsModule } = require("../esm/commonjs/commonjs-module.cjs");
const { HotModule } = require("../esm/graph/module-record.cjs");
const { fileOf } = require("../esm/update/outcome.cjs");
const { isOurs } = require("../esm/update/staged-version.cjs");

/** @typedef {import("../esm/graph/graph.cjs").Graph} Graph */
/** @typedef {import("../esm/graph/module-record.cjs").Module} Module */
/** @typedef {import("../../native/addon").JsReloadability} Reloadability */

/** Modules of the project. @param {Graph} graph */
function modulesOf(graph) {
  return [...graph.modules.values()].filter(isOurs);
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

/** @param {Graph} graph @param {Module[]} modules @param {Set<string>} files */
function planOf(graph, modules, files) {
  const changed = modules.flatMap((module, place) => (files.has(fileOf(module)) ? [place] : []));
  return addon.boundaryPlan(describe(graph, modules), changed);
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
  const { refused } = addon.boundaryPlan(describe(graph, modules), [...modules.keys()]);
  const refusals = refused.map(({ changed, why }) => {
    const way = why.way.map((place) => modules[place]);
    return /** @type {const} */ ([modules[changed], { kind: why.kind, way }]);
  });
  return { ends: new Set(endsOf(graph, modules)), refusals: new Map(refusals) };
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

module.exports = { describe, endsOf, modulesOf, outlookOf, planOf, reasonOf };
