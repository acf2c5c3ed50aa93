// @ts-check
"use strict";

// Requests that are for one module have one key; and what can be told of one by its specifier.

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */

/** @param {JsRequest} request @param {string} from */
function keyOf({ target, file, suffix, specifier, attributes }, from) {
  if (target === "module" || target === "commonjs") return file + (suffix ?? "");
  const type = JSON.stringify(attributes);
  if (target === "json") return `${file}${suffix ?? ""} ${type}`;
  return file ? `native ${file} ${type}` : `native ${from} ${specifier} ${type}`;
}

/** That of a JSON file without a query. @param {string} file */
const jsonKeyOf = (file) => `${file} [["type","json"]]`;

/** Does it name a file by its place? @param {string} specifier */
const isPlace = (specifier) => {
  const { 0: first, 1: second, 2: third, 3: fourth, 4: fifth } = specifier;
  if (first === "f") return first + second + third + fourth + fifth === "file:";
  return first === "/" || (first === "." && (second === "/" || (second === "." && third === "/")));
};

/** The file alone, or the builtin, without what its URL has behind the path. @param {{ file?: string, suffix?: string }} request */
const placeOf = ({ file, suffix }) => (file && suffix ? file.slice(0, -suffix.length) : file);

/** Those of `import()`. @param {JsRequest} request */
const optionsOf = ({ attributes }) =>
  attributes.length > 0 ? { with: Object.fromEntries(attributes) } : undefined;

module.exports = { isPlace, jsonKeyOf, keyOf, optionsOf, placeOf };
