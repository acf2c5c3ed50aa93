// @ts-check
"use strict";

// What is held by sync.*, and what by that alone.

// By what `sync.require()` has Node load CommonJS: a `require` of the file that calls it, so that `module.parent` and require stacks say
// so. It is no import of that file: whether the exports are kept up to date is up to the instance.

const { createRequire } = require("node:module");

let create = createRequire;

/** Whoever watches what is required that way does so from now on. @param {typeof createRequire} watched */
function makeBy(watched) {
  create = watched;
}

/** @param {string} from @returns {NodeJS.Require} */
const heldRequire = (from) => create(from);

/** Names by which a module was required, which are none, where only `sync.require()` has required it. @type {WeakSet<Set<string>>} */
const heldOnly = new WeakSet();

/** @returns {Set<string>} */
function namesOfHeld() {
  /** @type {Set<string>} */
  const names = new Set();
  heldOnly.add(names);
  return names;
}

/** Somebody else has required it, too. @param {Set<string>} names */
const countAsImport = (names) => heldOnly.delete(names);

/** @param {Set<string> | undefined} names */
const isOnlyHeld = (names) => names?.size === 0 && heldOnly.has(names);

/**
 * Roots of the graph that were none before sync.* or hmr() had them from our runtime.
 * @type {WeakSet<import("../esm/graph/module-record.cjs").Module>}
 */
const heldRoots = new WeakSet();

/** @param {Set<import("../esm/graph/module-record.cjs").Module>} roots @param {import("../esm/graph/module-record.cjs").Module} module that they have */
function holdAsRoot(roots, module) {
  if (!roots.has(module)) heldRoots.add(module);
  roots.add(module);
}

module.exports = { countAsImport, heldRequire, heldRoots, holdAsRoot, isOnlyHeld, makeBy, namesOfHeld };
