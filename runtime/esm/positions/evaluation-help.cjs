// @ts-check
"use strict";

// What may help where a new version has thrown. Node adds a hint of its own to such errors where nobody catches them.

const { namesOfPackage } = require("../link/names-of-package.cjs");
const { linking, relative } = require("../../report.cjs");
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
  return helpOf(error, file, {
    isModule: (it) => graph.loader.isModule(it),
    cycleThrough: (it, early) => {
      for (const module of graph.modules.ofFile(it)) {
        const found = cycleOf(
          module,
          (at) => at.requested,
          (at) => exportsIt(at, early),
        );
        if (found) return found.map(fileOf);
      }
      return undefined;
    },
  });
}

/**
 * The same where the version that has thrown is put back, or was Node's: by the files alone.
 * @param {unknown} error
 * @param {string | undefined} file which has thrown
 * @param {import("../../../native/addon").Session} session
 */
function helpByFiles(error, file, session) {
  const { cycleThrough } = linking;
  return helpOf(error, file, { isModule: (it) => session.format(it) === "module", cycleThrough });
}

/** @typedef {{ isModule: (file: string) => boolean, cycleThrough: (file: string, name: string) => string[] | undefined }} Known */

/** @param {unknown} error @param {string | undefined} file @param {Known} known @returns {string | undefined} */
function helpOf(error, file, { isModule, cycleThrough }) {
  if (!(error instanceof ReferenceError) || file === undefined) return undefined;
  const [, name = ""] = /^(\w+) is not defined/.exec(error.message) ?? [];
  const instead = INSTEAD[name];
  if (instead && isModule(file)) return `An ES module has no ${name}: use ${instead}`;
  const [, early] = /^Cannot access '(.+)' before initialization/.exec(error.message) ?? [];
  if (early === undefined || !isModule(file)) return undefined;
  const cycle = cycleThrough(file, early);
  if (!cycle) return undefined;
  const way = cycle.map(relative).join(" → ");
  return `These import each other: ${way}; ${relative(file)} is evaluated before '${early}' is there`;
}

/**
 * By what the files import now.
 * @param {import("../graph/chained-loader.cjs").ChainedLoader} loader
 * @param {string} file
 * @param {string} name
 */
function cycleOfFiles(loader, file, name) {
  return cycleOf(
    file,
    (it) => loader.leadsTo(it).filter((to) => loader.isModule(to)),
    (it) => namesOfPackage(loader, it)?.includes(name) ?? false,
  );
}

/**
 * The shortest way from a module through one that exports a name back to it.
 * @template T a module, or its file
 * @param {T} module
 * @param {(module: T) => T[]} importsOf
 * @param {(module: T) => boolean} exportsName
 * @returns {T[] | undefined} beginning and ending with it
 */
function cycleOf(module, importsOf, exportsName) {
  const ways = importsOf(module)
    .filter(exportsName)
    .map((it) => [module, it]);
  const seen = new Set(ways.map(([, it]) => it));
  for (const way of ways) {
    for (const next of importsOf(way[way.length - 1])) {
      if (next === module) return [...way, module];
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

module.exports = { cycleOfFiles, helpByFiles, helpWith };
