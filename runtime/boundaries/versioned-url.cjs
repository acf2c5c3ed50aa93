// @ts-check
"use strict";

/** As hot-hook calls it: tools that strip its parameter strip ours. */
const PARAMETER = /[?&]hot-hook=\d+(?=$|[&#])/;

/** @param {string} url @param {number} version */
function withVersion(url, version) {
  const [, address, fragment] = /** @type {RegExpExecArray} */ (/^([^#]*)(#.*)?$/.exec(url));
  return `${address}${address.includes("?") ? "&" : "?"}hot-hook=${version}${fragment ?? ""}`;
}

/** @param {string} url @returns {string | null} null: it has none */
function withoutVersion(url) {
  if (!PARAMETER.test(url)) return null;
  const plain = url.replace(PARAMETER, "");
  // It was the first of several.
  return plain.includes("?") ? plain : plain.replace("&", "?");
}

module.exports = { withVersion, withoutVersion };
