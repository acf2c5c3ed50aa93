// @ts-check
"use strict";

// Hooks of others may answer to one importer alone. Node asks them for bridges of ours, not for the module that imports.

const chain = require("./chain.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */

/**
 * Node asks the hooks once more, for a bridge that stands beside the importer: what they answer to that importer alone (esmock's
 * do) is asked for by its URL.
 * @param {JsRequest} native
 * @param {string} from a URL
 * @param {string} url
 * @returns {JsRequest}
 */
function asResolved(native, from, url) {
  const ofBridge = resolvedAs(native, new URL(".heatsync-0.mjs", from).href);
  return ofBridge === url ? native : { ...native, specifier: url };
}

/** @param {JsRequest} native @param {string} from a URL */
function resolvedAs({ specifier, attributes }, from) {
  try {
    return chain.resolve(specifier, from, Object.fromEntries(attributes)).url;
  } catch {
    return null;
  }
}

module.exports = { asResolved, resolvedAs };
