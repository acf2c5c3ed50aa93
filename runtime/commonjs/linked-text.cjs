// @ts-check
"use strict";

// When Node links an import of CommonJS it leaves a module in `require.cache` that is evaluated later, with the text that the file had then
// (lib/internal/modules/esm/translators.js, `cjsPreparseModuleExports`; Node 20 to 26). Where what imports it does not link after all, that
// may be much later: whoever requires or imports the file next would have the old text, and the engine, which was told of the new one, would
// never hear of it.

const Module = require("node:module");
const { apply } = require("../intrinsics.cjs");
const { isMarked } = require("./node-marks.cjs");
const { hasModuleHooks, isReadPlainly } = require("./plain-loader.cjs");

/** Whose `readFileSync` answers with what is planned (`planned-text.cjs`). @type {typeof import("node:fs")} */
const fs = /** @type {any} */ (process).getBuiltinModule("node:fs");

/** @typedef {import("./commonjs.cjs").LoaderModule} LoaderModule */

const { prototype } = /** @type {any} */ (Module);
/** Looked at before. @type {WeakSet<LoaderModule>} */
const known = new WeakSet();

/** Has Node linked it, and not evaluated it yet? @param {LoaderModule} module */
function isLinkedOnly(module) {
  if (module.loaded || known.has(module) || !isMarked(module, "kIsCachedByESMLoader")) return false;
  return !isMarked(module, "kIsExecuting") && !hasModuleHooks();
}

/**
 * It is about to be evaluated.
 * @param {LoaderModule} module
 * @param {string} file
 * @param {string} source which Node has of it
 */
function newestText(module, file, source) {
  if (!isLinkedOnly(module)) return source;
  known.add(module);
  try {
    const text = fs.readFileSync(file, "utf8");
    // Who has taught Node's loader something makes of the text what nobody knows: that is asked last, since at the start all is as it was.
    return text !== source && isReadPlainly(file) ? text : source;
  } catch {
    return source; // it is gone by now
  }
}

/**
 * It is about to be loaded, and nobody stands in the way of what Node does.
 * @param {LoaderModule} module
 * @param {string} file
 */
function takeNewest(module, file) {
  if (!isLinkedOnly(module) || Object.hasOwn(module, "_compile")) return;
  Object.defineProperty(module, "_compile", {
    __proto__: null,
    configurable: true,
    writable: true,
    /** @this {LoaderModule} @param {any[]} given */
    value: function _compile(...given) {
      delete (/** @type {any} */ (module)._compile);
      given[0] = newestText(module, file, given[0]);
      return apply(prototype._compile, this, given);
    },
  });
}

module.exports = { newestText, takeNewest };
