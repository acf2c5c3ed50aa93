// @ts-check
"use strict";

/**
 * What Node says of a CommonJS module by a symbol of its own, which is to be had by its description alone.
 * @param {object} module
 * @param {"kIsCachedByESMLoader" | "kIsExecuting"} name
 */
function isMarked(module, name) {
  const mark = Object.getOwnPropertySymbols(module).find((it) => it.description === name);
  return mark !== undefined && /** @type {any} */ (module)[mark] === true;
}

module.exports = { isMarked };
