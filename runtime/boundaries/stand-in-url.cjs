// @ts-check
"use strict";

// The URL of what stands for a boundary where Node imports it (native-boundary.cjs). It has hot-hook's parameter,
// since tools know to strip that; unlike hot-hook's the number never changes.

const MARK = "hot-hook=0";
const PARAMETER = /[?&]hot-hook=\d+(?=$|[&#])/;

/** @param {string} url */
function standInUrl(url) {
  const [, address, fragment] = /** @type {RegExpExecArray} */ (/^([^#]*)(#.*)?$/.exec(url));
  return `${address}${address.includes("?") ? "&" : "?"}${MARK}${fragment ?? ""}`;
}

/** @param {string} url @returns {string | null} null: it is none */
function stoodFor(url) {
  if (!PARAMETER.test(url)) return null;
  const plain = url.replace(PARAMETER, "");
  // It was the first of several.
  return plain.includes("?") ? plain : plain.replace("&", "?");
}

module.exports = { standInUrl, stoodFor };
