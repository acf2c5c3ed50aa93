// @ts-check
"use strict";

// V8 cuts a stack off at `Error.stackTraceLimit`. Where Node evaluates a package for us, it does so by `require()` of a module of ours,
// and four frames of Node's stand below the package's where plain Node has those of its entry point: in a stack that ends within them
// none of ours tells that they are there for us. CommonJS that a package is always has so many below it.

const { isModuleNamespaceObject } = require("node:util/types");
const { requirerOf } = require("../../commonjs/parents.cjs");

const Loader = /** @type {any} */ (require("node:module"));
const { keys } = Object;

/** Innermost first: the names of the functions, and their files. */
const OF_REQUIRE = [
  ["runSync", "node:internal/modules/esm/module_job"],
  ["importSyncForRequire", "node:internal/modules/esm/loader"],
  ["loadESMFromCJS", "node:internal/modules/cjs/loader"],
  ["_compile", "node:internal/modules/cjs/loader"],
];

/** @param {NodeJS.CallSite | undefined} site @param {number} index */
function isOfRequire(site, index) {
  const [name, script] = OF_REQUIRE[index];
  return (
    site?.getScriptNameOrSourceURL() === script &&
    `${site.getFunctionName() ?? site.getMethodName()}`.endsWith(name)
  );
}

/** Do these end with the first so many? @param {NodeJS.CallSite[]} sites @param {number} count */
function endWithRequire(sites, count) {
  let index = 0;
  while (index < count && isOfRequire(sites[sites.length - count + index], index)) index++;
  return index === count;
}

/**
 * How many frames of a package's come first, of which some are Node's, too: it has loaded the package's CommonJS.
 * @param {NodeJS.CallSite[]} sites they end where one of ours has had Node evaluate the package
 */
function endOfPackage(sites) {
  return endWithRequire(sites, OF_REQUIRE.length) ? sites.length - OF_REQUIRE.length : 0;
}

/**
 * Where, in a stack that was cut off, Node's frames begin that are there since it evaluates a package for us.
 * @param {NodeJS.CallSite[]} trace
 * @returns {number} -1: there are none
 */
function cutOffBelowPackage(trace) {
  let count = Math.min(OF_REQUIRE.length, trace.length - 1);
  while (count > 0 && !endWithRequire(trace, count)) count--;
  return count === 0 || mayBeRequired(trace) ? -1 : trace.length - count;
}

/**
 * May it be that CommonJS of the program's has required an ES module, now or before? Nothing in such a stack would set them apart.
 * @param {NodeJS.CallSite[]} trace
 */
function mayBeRequired(trace) {
  const running = new Set(trace.map((site) => site.getFileName()));
  return keys(Loader._cache).some((file) => {
    const module = Loader._cache[file];
    if (!module || running.has(file)) return false;
    // Of what nobody has required yet (Node has looked at its names) there is no parent.
    return module.loaded ? isModuleNamespaceObject(module.exports) : Boolean(requirerOf(module));
  });
}

module.exports = { cutOffBelowPackage, endOfPackage };
