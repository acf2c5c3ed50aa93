// @ts-check
"use strict";

// JSON that CommonJS has required, and that does not parse. Where only functions require it, evaluating anew what holds these asks for
// none of it: the update would end well, and the next call throw what the file holds by then.

const { Loader } = require("./commonjs.cjs");
const { handlerOf, isLoadedByNodesHandler } = require("./plain-loader.cjs");

/**
 * What Node's loader has against it. (What ES modules alone import is loaded before any of them is evaluated.)
 * @param {Iterable<{ file: string, changed: boolean, missing: boolean }>} modules of an update
 * @returns {{ file: string, error: unknown } | undefined}
 */
function unparsedJson(modules) {
  for (const { file, changed, missing } of modules) {
    if (!changed || missing || !file.endsWith(".json")) continue;
    // A handler of somebody else's (JSON5) may do more than to parse it.
    if (!Loader._cache[file] || !isLoadedByNodesHandler(file)) continue;
    try {
      handlerOf(file)(new Loader(file), file);
    } catch (error) {
      if (/** @type {any} */ (error)?.name === "SyntaxError") return { file, error };
    }
  }
  return undefined;
}

module.exports = { unparsedJson };
