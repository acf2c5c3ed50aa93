// @ts-check
"use strict";

// The second operand of `import()`: its import attributes (EvaluateImportCall, ECMA-262 13.3.10.1, step 11).

const { hasAssert, noteUsed } = require("./import-assertions.cjs");

/** What Node is asked with. @param {[string, string][]} attributes */
function givenTo(attributes) {
  if (attributes.length === 0) return undefined;
  /** @type {Record<string, string>} */
  const given = /** @type {any} */ ({ __proto__: null });
  for (let index = 0; index < attributes.length; index++) given[attributes[index][0]] = attributes[index][1];
  return { with: given };
}

/**
 * `with: { hot: "true" }` is for us, not for Node.
 * @param {[string, string][]} attributes
 */
function takeBoundaryMark(attributes) {
  for (let place = 0; place < attributes.length; place++) {
    const { 0: key, 1: value } = attributes[place];
    if (key !== "hot" || value !== "true") continue;
    for (; place + 1 < attributes.length; place++) attributes[place] = attributes[place + 1];
    attributes.length--;
    return true;
  }
  return false;
}

/**
 * EvaluateImportCall, step 11. Every getter is called once.
 * @param {unknown} options
 * @returns {[string, string][] | { refused: unknown }}
 */
function attributesOf(options) {
  if (options === undefined) return [];
  if (!isObject(options)) return { refused: options };
  let attributes = options.with;
  if (attributes === undefined && hasAssert()) {
    attributes = options.assert;
    if (attributes !== undefined) noteUsed();
  }
  if (attributes === undefined) return [];
  if (!isObject(attributes)) return { refused: { with: attributes } };
  // All are read, in their own order, before any is looked at.
  const keys = objectKeys(attributes);
  /** @type {[string, string][]} */
  const entries = [];
  let wrong = null;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    const value = attributes[key];
    if (typeof value !== "string") wrong ??= { with: { __proto__: null, [key]: value } };
    // They are compared sorted by name.
    let place = index;
    for (; place > 0 && entries[place - 1][0] > key; place--) entries[place] = entries[place - 1];
    entries[place] = [key, /** @type {string} */ (value)];
  }
  return wrong ? { refused: wrong } : entries;
}

const objectKeys = Object.keys;

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

module.exports = { attributesOf, givenTo, takeBoundaryMark };
