// @ts-check
"use strict";

// Packages that were installed after Node had looked for them. Node (20 to 26) remembers of a package.json that it was not
// there, and goes by that for good: it finds no "exports" and no "main". Their file, which our resolver finds, is then
// imported by its URL.

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { SafeMap } = require("../../intrinsics.cjs");
const { urlOf } = require("../../commonjs/named-anew.cjs");
const { placeOf } = require("../graph/request-key.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */

/** Their URLs. @type {Map<string, string>} */
const later = new SafeMap();

/** What Node is asked for. @param {JsRequest} request */
function specifierOf({ file, specifier, suffix }) {
  return (file !== undefined && later.get(file)) || urlOf(specifier, placeOf({ file, suffix }), suffix);
}

/** @param {string} file @param {string} url what Node is asked for from now on */
function importAs(file, url) {
  later.set(file, url);
}

/** @param {string | undefined} file @returns {file is string} */
function isInstalledLater(file) {
  return file !== undefined && later.has(file);
}

/**
 * Node does not find something.
 * @param {unknown} error
 * @param {JsRequest[]} requests
 * @param {(request: JsRequest) => void} link asks Node for one
 * @returns {boolean} some of it is there: to be tried again
 */
function findInstalledLater(error, requests, link) {
  if (!isNotFound(error)) return false;
  const before = later.size;
  for (const request of requests) {
    const { file, specifier, suffix = "" } = request;
    const place = placeOf(request);
    if (
      !file ||
      !path.isAbsolute(file) ||
      /^(?:[./#]|[a-z]+:)/.test(specifier) ||
      !place ||
      !fs.existsSync(place)
    )
      continue;
    if (!isFound(request, link)) later.set(file, pathToFileURL(place).href + suffix);
  }
  return later.size > before;
}

/** @param {JsRequest} request @param {(request: JsRequest) => void} link */
function isFound(request, link) {
  try {
    link(request);
    return true;
  } catch (error) {
    return !isNotFound(error);
  }
}

/** @param {any} error */
const isNotFound = (error) => error?.code === "ERR_MODULE_NOT_FOUND";

module.exports = { findInstalledLater, importAs, isInstalledLater, specifierOf };
