// @ts-check
"use strict";

// Packages that were required in vain, and may have been installed since. Node (20, 24 and 26) remembers of a package.json
// that it was not there, and goes by that for good: it finds no "exports" and no "main". Ours are looked for anew.

const { SafeSet } = require("../intrinsics.cjs");

/** Their names. @type {Set<string>} */
const lacked = new SafeSet();

/** @param {unknown} request which leads nowhere */
function noteLacked(request) {
  const name = packageOf(request);
  if (name) lacked.add(name);
}

/** @param {string} request */
function wasLacked(request) {
  return lacked.size > 0 && lacked.has(packageOf(request) ?? "");
}

/** @param {unknown} request @returns {string | undefined} the package's name; of a path, `#import` or URL there is none */
function packageOf(request) {
  if (typeof request !== "string") return undefined;
  return /^(?:@[^/]+\/)?[^@./#\\:][^/\\:]*(?=\/|$)/.exec(request)?.[0];
}

module.exports = { noteLacked, packageOf, wasLacked };
