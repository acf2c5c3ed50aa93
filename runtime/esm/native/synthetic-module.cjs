// @ts-check
"use strict";

// A namespace object without a text, which V8 would keep in its compilation cache, and without a URL, which Node would keep: a Synthetic
// Module Record (ECMA-262 16.2.1.8), as Node itself makes of CommonJS. Nothing keeps it but who has the namespace.

const { nodesLoader } = require("./nodes-loader.cjs");

/** Where this was tried: what Node's own constructor is given wrongly ends the process. */
const MAJORS = new Set(["20", "22", "24", "26"]);
const isKnown = MAJORS.has(process.versions.node.split(".")[0]);

/**
 * @param {string[]} names
 * @returns {import("./nodes-loader.cjs").ModuleWrap | null} null: such modules are not to be had
 */
function syntheticModule(names) {
  const loader = isKnown && nodesLoader();
  if (!loader) return null;
  const module = new loader.ModuleWrap("heatsync-rs:namespace", undefined, names, () => {});
  try {
    module.instantiate();
  } catch (error) {
    // Node 22.21 and newer wants to be told that there is nothing to link. No other is told: what it expects there has changed often.
    if (/** @type {any} */ (error).code !== "ERR_VM_MODULE_LINK_FAILURE") throw error;
    module.link([]);
    module.instantiate();
  }
  return module;
}

module.exports = { syntheticModule };
