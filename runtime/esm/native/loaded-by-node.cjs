// @ts-check
"use strict";

// Does Node's own module map hold a file?

const Module = require("node:module");
const { compileModule } = require("../../commonjs/native-compile.cjs");

/** No module parses so. */
const NO_MODULE = "import is not so";

/**
 * A module compiled in memory at a URL Node has gives what Node has; else it is parsed, and refused
 * before Node takes note of it (`importSyncForRequire` in Node's loader, the same from 20 to 26).
 * What failed is there, too, and can't be had any more.
 * @param {string} file
 */
function isLoadedByNode(file) {
  const module = /** @type {any} */ (new Module(file));
  module.filename = file;
  module.paths = [];
  try {
    compileModule(module, NO_MODULE, file);
    return true;
  } catch (error) {
    // It is there, and awaits, or is being loaded.
    return /^ERR_REQUIRE_/.test(String(/** @type {any} */ (error)?.code));
  }
}

module.exports = { isLoadedByNode };
