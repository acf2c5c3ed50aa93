// @ts-check
"use strict";

// The URL of what stands for a module where Node imports it (native-boundary.cjs): for a boundary, or for what Node keeps in
// its first version. It has hot-hook's parameter, since tools know to strip that; unlike hot-hook's the number never changes.

const BOUNDARY = "hot-hook=0";
const KEPT = "hot-hook=1";
const PARAMETER = /([?&])hot-hook=\d+($|[&#])/;

/** @param {string} url @param {boolean} isBoundary */
function standInUrl(url, isBoundary) {
  const [, address, fragment] = /** @type {RegExpExecArray} */ (/^([^#]*)(#.*)?$/.exec(url));
  return `${address}${address.includes("?") ? "&" : "?"}${isBoundary ? BOUNDARY : KEPT}${fragment ?? ""}`;
}

/** @param {string} url @returns {string | null} null: it is none */
function stoodFor(url) {
  if (!PARAMETER.test(url)) return null;
  // What follows it takes its sign, "?" where it was the first of several. (A "&" may stand in the path, too.)
  return url.replace(PARAMETER, (_, /** @type {string} */ sign, /** @type {string} */ next) =>
    next === "&" ? sign : next,
  );
}

/** @param {string} url that of a stand-in */
const standsForBoundary = (url) => url.includes(BOUNDARY);

module.exports = { standInUrl, standsForBoundary, stoodFor };
