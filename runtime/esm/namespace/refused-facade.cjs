// @ts-check
"use strict";

// Node 20: what a package imports has a facade of the hooks' thread, which may wait (loader.cjs). Until that is evaluated Node refuses
// to `require()` it as what awaits (`importSyncForRequire` and `runSync`, lib/internal/modules/esm/), whatever the module itself does.
// One that does not await is evaluated by us then; the facade finds it evaluated.

const { graph } = require("../index.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { isAsync } = require("./how-to-enter.cjs");

/**
 * @param {string} file that was required, and something has thrown
 * @param {() => unknown} compile has Node evaluate its facade
 * @returns {{ exports: unknown } | null} null: it was not for that
 */
function exportsOfRefused(file, compile) {
  const module = graph.modules.get(file);
  if (!(module instanceof SourceTextModule) || isAsync(module)) return null;
  try {
    compile();
    return null;
  } catch (error) {
    if (/** @type {any} */ (error).code !== "ERR_REQUIRE_ASYNC_MODULE") return null;
  }
  return { exports: graph.requiredAgain?.exportsOf(module) };
}

module.exports = { exportsOfRefused };
