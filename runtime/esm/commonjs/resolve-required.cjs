// @ts-check
"use strict";

// Where a `require()` of a file would lead, asked of Node's resolution (require.resolve, without a `require` function).

const { Loader } = require("../../commonjs/commonjs.cjs");
const { standIn } = require("../../commonjs/plain-loader.cjs");

/** Nobody is about to load what is resolved. */
let isAsking = false;

/**
 * The file that `require(specifier)` names in a file.
 * @param {string} specifier
 * @param {string} from
 * @returns {string} @throws what Node throws
 */
function resolveRequired(specifier, from) {
  const module = standIn(from);
  isAsking = true;
  try {
    return /** @type {any} */ (Loader)._resolveFilename(specifier, module);
  } finally {
    isAsking = false;
  }
}

const isAskingOnly = () => isAsking;

module.exports = { isAskingOnly, resolveRequired };
