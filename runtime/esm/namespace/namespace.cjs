// @ts-check
"use strict";

// Namespace objects (ECMA-262 10.4.6), real ones: each is that of a facade (`facade.cjs`).
//
// The namespace of a module in a cycle can be seen before and while it is evaluated: `staged.cjs`.

const { putBack } = require("../../intrinsics.cjs");
const { Cell } = require("../graph/cell.cjs");
const { Facade, useNamespaces } = require("./facade.cjs");
const { inherit } = require("./inherited-facade.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} ModuleRecord */

/**
 * @param {ModuleRecord} module
 * @returns {Record<string, unknown>}
 */
function namespaceOf(module) {
  const native = /** @type {any} */ (module);
  if (native.nativeNamespace) return native.nativeNamespace();
  if (module.facade?.namespace) return module.facade.get();
  const giveBack = putBack();
  try {
    if (!module.facade && module.inheritedFacade && module.status === "evaluated") inherit(module);
    module.facade ??= new Facade(module);
    return module.facade.get();
  } finally {
    giveBack?.();
  }
}

/**
 * A namespace as a binding, which is initialized when the module is linked.
 * @param {ModuleRecord} module
 * @returns {Cell}
 */
function namespaceCell(module) {
  if (module.isNative) return /** @type {any} */ (module).namespaceCell();
  const cell = new Cell();
  cell.initialize(namespaceOf(module));
  return cell;
}

useNamespaces({ namespaceCell, namespaceOf });

module.exports = { namespaceCell, namespaceOf };
