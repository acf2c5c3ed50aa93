// @ts-check
"use strict";

// Where a `require()` of a file would lead, asked of Node's resolution (require.resolve, without a `require` function).

const { Loader } = require("../../commonjs/commonjs.cjs");
const { standIn } = require("../../commonjs/plain-loader.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */

/** On whose behalf we ask: nobody is about to load what is resolved. @type {LoaderModule | null} */
let asking = null;

/**
 * The file that `require(specifier)` names in a file.
 * @param {string} specifier
 * @param {string} from
 * @returns {string} @throws what Node throws
 */
function resolveRequired(specifier, from) {
  const module = standIn(from);
  // Who patches Node's resolution may load a module meanwhile, for which we ask, too.
  const before = asking;
  asking = module;
  try {
    return /** @type {any} */ (Loader)._resolveFilename(specifier, module);
  } finally {
    asking = before;
  }
}

const isAskingOnly = () => asking !== null;

/**
 * … also if who patches Node's resolution passes on another parent, but not of a module that is loaded meanwhile.
 * @param {LoaderModule | undefined} parent
 * @param {unknown} [isMain] Node says whether it is about to load the entry point; we do not
 */
function isAskingFor(parent, isMain) {
  if (!asking || isMain === undefined || !parent || parent.filename === asking.filename)
    return asking !== null;
  return Loader._cache[parent.filename] !== parent;
}

module.exports = { isAskingFor, isAskingOnly, resolveRequired };
