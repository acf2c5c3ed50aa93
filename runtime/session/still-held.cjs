// @ts-check
"use strict";

// Does anybody have a module that an update has not evaluated anew? What sync.* has reloaded may import it no more, and to go on with what
// it was then is nobody's loss.

const { Loader } = require("../commonjs/commonjs.cjs");
const { ifLoaded } = require("../runner/ownership.cjs");

const RUNTIME = require.resolve("../esm/index.cjs");
const PRUNE = require.resolve("../esm/update/prune.cjs");

/** @param {string} file @returns {boolean} true also where nobody knows: of what Node runs */
function isStillHeld(file) {
  /** @type {typeof import("../esm/index.cjs") | undefined} */
  const runtime = ifLoaded(RUNTIME);
  /** @type {typeof import("../esm/update/prune.cjs") | undefined} */
  const pruning = ifLoaded(PRUNE);
  const modules = (runtime && pruning && runtime.graph.modules.ofFile(file)) ?? [];
  // A function that requires CommonJS may be called yet, and gets what is there.
  if (!runtime || !pruning || modules.length === 0 || Loader._cache[file]) return true;
  return modules.some((module) => pruning.isHeld(runtime.graph, module));
}

module.exports = { isStillHeld };
