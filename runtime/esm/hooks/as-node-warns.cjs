// @ts-check
"use strict";

// What Node warns of where it loads a file itself, and we do in its place. That a text was read twice to find out that it is an ES module
// (`warnTypelessPackageJsonFile`, lib/internal/modules/esm/get_format.js) it says once of each package.json; of what is required, not at all.

const { defaultsToModule } = require("../../flags.cjs");
const { SafeMap, SafeSet } = require("../../intrinsics.cjs");
const { willTell } = require("../native/unwarned.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */
/** How a module is asked for that no module of ours asks for. @typedef {"entered" | "required" | undefined} By */

/** From Node 24 on what a module requests is loaded before what stands beside it; before that, level by level. */
const isInDepth = Number.parseInt(process.versions.node, 10) >= 24;
/** Older ones are not asked for a TypeScript file. */
const readsTypes = Boolean(/** @type {any} */ (process.features).typescript);

/** Each package.json that was told of. @type {Set<string>} */
const told = new SafeSet();
/** By package.json, what has come since the last tick. @type {Map<string, SourceTextModule[]>} */
const open = new SafeMap();
let isTransformTold = false;

/**
 * A module was loaded whose package.json leaves open what it is.
 * @param {SourceTextModule} module
 * @param {string} manifest
 * @param {By} by
 */
function noteTypeless(module, manifest, by) {
  // Then nothing is left open.
  if (defaultsToModule) return;
  if (by === "required" || told.has(manifest) || (module.file.endsWith(".ts") && !readsTypes)) return;
  // The thread of hooks has asked Node for it, who has said so there.
  if (by === "entered") return void told.add(manifest);
  // Later, as what Node warns of is told later, and it is known by then who imports whom.
  if (open.size === 0) process.nextTick(tellOpen);
  const those = open.get(manifest);
  if (those) those.push(module);
  else open.set(manifest, [module]);
}

function tellOpen() {
  const all = [...open];
  open.clear();
  for (const [manifest, modules] of all) {
    if (told.has(manifest)) continue;
    told.add(manifest);
    tell(isInDepth ? modules[0] : nearest(modules), manifest);
  }
}

/**
 * The one of those that is met first, level by level, from what the first `import()` asks for, or the program's start.
 * @param {SourceTextModule[]} modules
 */
function nearest(modules) {
  /** @type {Set<Module>} */
  const those = new SafeSet(modules);
  /** @type {Set<Module>} */
  const met = new SafeSet([rootOf(modules[0])]);
  for (const module of met) {
    if (those.has(module)) return /** @type {SourceTextModule} */ (module);
    for (const requested of module.requested) met.add(requested);
  }
  return modules[0];
}

/** @param {Module} module */
function rootOf(module) {
  /** @type {Set<Module>} */
  const above = new SafeSet([module]);
  for (const one of above) {
    if (one.importers.size === 0) return one;
    for (const importer of one.importers) above.add(importer);
  }
  // A cycle that nobody imports.
  return module;
}

/** @param {SourceTextModule} module @param {string} manifest */
function tell({ url }, manifest) {
  const text =
    `Module type of ${url} is not specified and it doesn't parse as CommonJS.\n` +
    "Reparsing as ES module because module syntax was detected. This incurs a performance overhead.\n" +
    `To eliminate this warning, add "type": "module" to ${manifest}.`;
  willTell(text);
  process.emitWarning(text, { code: "MODULE_TYPELESS_PACKAGE_JSON" });
}

/** A TypeScript file was loaded, under `--experimental-transform-types`. */
function noteTransformed() {
  if (isTransformTold) return;
  isTransformTold = true;
  const text = "Transform Types is an experimental feature and might change at any time";
  process.nextTick(() => process.emitWarning(text, "ExperimentalWarning"));
}

module.exports = { noteTransformed, noteTypeless };
