// @ts-check
"use strict";

// JSON that Node has imported stands in `require.cache`, too, as an object that is no module (lib/internal/modules/esm/translators.js):
// `require()` gives what that holds, and nobody is told.

const Loader = /** @type {any} */ (require("node:module"));

/**
 * The value of JSON for who imports it and for who requires it: of a file that was required before what that gave, and what is
 * imported first stands in `require.cache` from when it is linked on.
 * @param {string} file
 * @param {unknown} value what its text says
 * @returns {unknown}
 */
function shared(file, value) {
  const cached = Loader._cache[file];
  if (cached) return cached.loaded ? cached.exports : value;
  const entry = { exports: value, loaded: true };
  // Who requires it has it among its children, and it is told by its name there.
  for (const name of ["filename", "id"])
    Object.defineProperty(entry, name, { __proto__: null, configurable: true, value: file, writable: true });
  Loader._cache[file] = entry;
  return value;
}

/** Whoever requires the file from now on reads it. @param {string} file */
function dropImported(file) {
  const cached = Loader._cache[file];
  if (cached && !(cached instanceof Loader)) delete Loader._cache[file];
}

module.exports = { dropImported, shared };
