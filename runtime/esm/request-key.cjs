// @ts-check
"use strict";

// Requests that are for one module have one key.

/** @typedef {import("../../native/addon").JsRequest} JsRequest */

/** @param {JsRequest} request @param {string} from */
function keyOf({ target, file, suffix, specifier, attributes }, from) {
  if (target === "module" || target === "commonjs") return file + (suffix ?? "");
  const type = JSON.stringify(attributes);
  if (target === "json") return `${file}${suffix ?? ""} ${type}`;
  return file ? `native ${file} ${type}` : `native ${from} ${specifier} ${type}`;
}

module.exports = { keyOf };
