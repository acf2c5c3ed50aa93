// @ts-check
"use strict";

// JSON that Node has imported stands in `require.cache`, too, as an object that is no module (lib/internal/modules/esm/translators.js):
// `require()` gives what that holds, and nobody is told.

const Loader = /** @type {any} */ (require("node:module"));

/** Whoever requires the file from now on reads it. @param {string} file */
function dropImported(file) {
  const cached = Loader._cache[file];
  if (cached && !(cached instanceof Loader)) delete Loader._cache[file];
}

module.exports = { dropImported };
