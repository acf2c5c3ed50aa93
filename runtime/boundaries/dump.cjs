// @ts-check
"use strict";

// The module tree as data: `hot.dump()`.

const path = require("node:path");
const addon = require("../../native/load.cjs");
const { fileOf } = require("../esm/update/outcome.cjs");
const { versionOf } = require("./supersede.cjs");

/** @typedef {import("../esm/graph/module-record.cjs").Module} Module */

/**
 * @param {Module[]} modules
 * @param {{ described: import("../../native/addon").JsBoundaryModule[], root: string | undefined, roots: Set<Module> }} of
 * @returns {import("../../boundaries").DumpedModule[]}
 */
function dump(modules, { described, root, roots }) {
  const [first] = roots;
  const folder = path.dirname(root ?? (first ? fileOf(first) : path.join(process.cwd(), "root")));
  const name = (/** @type {string} */ file) => path.relative(folder, file).replaceAll(path.sep, "/");
  const names = modules.map((module) => name(fileOf(module)));
  const found = addon.reloadability(described);
  /** @type {string[][]} */
  const parents = modules.map(() => []);
  const dependencies = described.map(({ imports, dynamicImports }, place) => {
    const all = [...new Set([...imports, ...dynamicImports])];
    for (const imported of all) parents[imported].push(names[place]);
    return all.map((imported) => names[imported]);
  });
  const isRootOurs = !root || modules.some((module) => fileOf(module) === root);
  // Node ran it before there was a graph.
  const rootName = isRootOurs ? [] : [name(/** @type {string} */ (root))];
  const isFromRoot = (/** @type {number} */ place) =>
    roots.has(modules[place]) || parents[place].length === 0;
  const tree = modules.map((module, place) => {
    const above = isFromRoot(place) ? [...rootName, ...parents[place]] : parents[place];
    return {
      path: names[place],
      boundary: described[place].isBoundary,
      reloadable: found[place].kind === "reloadable",
      version: versionOf(module),
      parents: above,
      dependents: above,
      dependencies: dependencies[place],
    };
  });
  const nodes = rootName.map((path) => ({
    ...{ path, boundary: false, reloadable: false, version: 0, parents: [], dependents: [] },
    dependencies: tree.filter(({ parents }) => parents.includes(path)).map((it) => it.path),
  }));
  return [...nodes, ...tree];
}

module.exports = { dump };
