// @ts-check
"use strict";

// What may help where a new version has thrown. Node adds a hint of its own to such errors where nobody catches them.

const { relative } = require("../../report.cjs");
const { fileOf } = require("../update/outcome.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

/** What only CommonJS has, and an ES module in its place. @type {Record<string, string>} */
const INSTEAD = {
  __proto__: /** @type {any} */ (null),
  __dirname: "import.meta.dirname",
  __filename: "import.meta.filename",
  require: "import, or createRequire(import.meta.url) of node:module",
  module: "export, and import.meta.hot for module.hot",
  exports: "export",
};

/**
 * @param {unknown} error
 * @param {string | undefined} file which has thrown
 * @param {import("../graph/graph.cjs").Graph} graph
 * @returns {string | undefined}
 */
function helpWith(error, file, graph) {
  if (!(error instanceof ReferenceError) || file === undefined) return undefined;
  const [, name = ""] = /^(\w+) is not defined/.exec(error.message) ?? [];
  const instead = INSTEAD[name];
  if (instead && graph.loader.isModule(file)) return `An ES module has no ${name}: use ${instead}`;
  const [, early] = /^Cannot access '(.+)' before initialization/.exec(error.message) ?? [];
  if (early === undefined) return undefined;
  for (const module of graph.modules.ofFile(file)) {
    const found = cycleOf(module, early);
    if (!found) continue;
    const cycle = [...found, module].map((it) => relative(fileOf(it))).join(" → ");
    return `These import each other: ${cycle}; ${relative(file)} is evaluated before '${early}' is there`;
  }
  return undefined;
}

/**
 * The shortest way from a module through one that exports a name back to who imports that module.
 * @param {Module} module
 * @param {string} name
 * @returns {Module[] | undefined}
 */
function cycleOf(module, name) {
  const ways = module.requested.filter((it) => exportsIt(it, name)).map((it) => [module, it]);
  const seen = new Set(ways.map(([, it]) => it));
  for (const way of ways) {
    for (const next of way[way.length - 1].requested) {
      if (next === module) return way;
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}

/** @param {Module} module @param {string} name */
function exportsIt(module, name) {
  try {
    return module.getExportedNames().includes(name);
  } catch {
    return false;
  }
}

module.exports = { helpWith };
