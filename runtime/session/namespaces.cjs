// @ts-check
"use strict";

// Namespace objects of versions. A native namespace lives as long as the process; one of these as
// long as somebody holds it, and like a native one it shows its own version for ever.

const { isModuleNamespaceObject } = require("node:util").types;

/** @type {WeakSet<object>} */
const ours = new WeakSet();

/** Is it a module namespace object, Node's or one of ours? @param {unknown} value @returns {value is Record<string, unknown>} */
function isNamespace(value) {
  return isModuleNamespaceObject(value) || isNamespaceOfOurs(value);
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isNamespaceOfOurs = (value) => typeof value === "object" && value !== null && ours.has(value);

/** @typedef {{ get: () => unknown } | { value: unknown }} Property */

/** The exports of one version for whoever only copies them: an object would be made to be read once. */
class Exports {
  /** @param {string[]} names in their order @param {() => unknown[]} values what they are now @param {boolean} [ofCommonJs] */
  constructor(names, values, ofCommonJs = false) {
    this.names = names;
    this.values = values;
    this.ofCommonJs = ofCommonJs;
  }
}

/**
 * An object with the exports of one version: their names in order, no prototype, nothing that can be
 * written (ECMA-262 10.4.6). What the module itself may write again is read when it is asked for.
 * @template T
 * @param {Map<string, T>} bindings by their names
 * @param {(binding: T, name: string) => Property} propertyOf
 * @returns {Record<string, unknown>}
 */
function namespaceObject(bindings, propertyOf) {
  /** @type {any} */
  const namespace = { __proto__: null };
  for (const name of [...bindings.keys()].sort()) {
    const property = propertyOf(/** @type {T} */ (bindings.get(name)), name);
    if ("get" in property)
      Object.defineProperty(namespace, name, { __proto__: null, get: property.get, enumerable: true });
    // Without a prototype nothing stands in the way of `__proto__`.
    else namespace[name] = property.value;
  }
  Object.defineProperty(namespace, Symbol.toStringTag, { __proto__: null, value: "Module" });
  ours.add(namespace);
  return Object.freeze(namespace);
}

module.exports = { Exports, isNamespace, isNamespaceOfOurs, namespaceObject };
