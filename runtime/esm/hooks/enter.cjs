// @ts-check
"use strict";

// What the text of a facade calls that was made on the hooks' thread (loader.cjs). With `--loader` the
// runtime is loaded by this.

const { inOtherCopy } = require("../../copies.cjs");
const { hideLoaded, importUrl } = require("../../startup.cjs");
const { isHooksThread } = require("../../thread.cjs");

/**
 * @param {string} url
 * @param {string[][]} names
 * @param {{ silent?: boolean, teardown?: boolean, ignore?: string[] }} given
 */
module.exports = function enter(url, names, { silent, teardown, ignore }) {
  // A loader that is registered after ours, or what it imports: no program runs on that thread.
  if (isHooksThread()) return native(url, names);
  const other = inOtherCopy(__filename);
  if (other) return require(other)(url, names, { silent, teardown, ignore });
  const { options } = require("../graph/project-file.cjs");
  if (ignore) options.ignore ??= new RegExp(ignore[0], ignore[1]);
  require("./hooks-thread.cjs").state.hasLoader = true;
  require("../register.cjs");
  hideLoaded();
  if (teardown) require("../index.cjs").endUnowned();
  const entered = require("./entered.cjs");
  if (silent) require("../../hot-events.cjs").silence();
  return entered.enter(url, names);
};

/**
 * A module that Node runs under another URL.
 * @param {string} url
 * @param {string[][]} names
 */
function native(url, names) {
  const { AS_IT_IS } = require("../graph/project-file.cjs");
  /** @type {Record<string, unknown>} */
  let namespace = {};
  return {
    start() {},
    async enter() {
      namespace = await importUrl(`${url}${AS_IT_IS}`);
    },
    next: (/** @type {number} */ index) => namespace[names[index][0]],
    end() {},
  };
}
