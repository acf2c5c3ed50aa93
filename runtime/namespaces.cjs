// @ts-check
"use strict";

// Namespace objects of versions. A native namespace lives as long as the process; one of these as
// long as somebody holds it, and like a native one it shows its own version for ever.

const { isModuleNamespaceObject } = require("node:util").types;

/** @type {WeakSet<object>} */
const ours = new WeakSet();

/** Is it a module namespace object, Node's or one of ours? @param {unknown} value @returns {value is Record<string, unknown>} */
function isNamespace(value) {
  return isModuleNamespaceObject(value) || (typeof value === "object" && value !== null && ours.has(value));
}

/**
 * An object with the exports of one version: their names in order, no prototype, nothing that can be
 * written (ECMA-262 10.4.6). What the module itself may write again is read when it is asked for.
 * @param {Iterable<[name: string, binding: { isLive: boolean, get: () => unknown }]>} bindings
 * @returns {Record<string, unknown>}
 */
function namespaceObject(bindings) {
  /** @type {any} */
  const namespace = { __proto__: null };
  for (const [name, binding] of [...bindings].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (binding.isLive) Object.defineProperty(namespace, name, { get: binding.get, enumerable: true });
    else Object.defineProperty(namespace, name, { value: binding.get(), enumerable: true });
  }
  Object.defineProperty(namespace, Symbol.toStringTag, { value: "Module" });
  ours.add(namespace);
  return Object.preventExtensions(namespace);
}

module.exports = { isNamespace, namespaceObject };
