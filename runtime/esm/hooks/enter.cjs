// @ts-check
"use strict";

// What the text of a facade calls that was made on the hooks' thread (loader.cjs). With `--loader` the
// runtime is loaded by this.

const { fileURLToPath } = require("node:url");
const { hideLoaded, importUrl, load, openHead } = require("../../startup.cjs");

openHead();
/** @type {typeof import("../../copies.cjs")} */
const { inOtherCopy } = load("copies.cjs");
/** @type {typeof import("../../thread.cjs")} */
const { isHooksThread } = load("thread.cjs");

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
  const { options } = load("esm/graph/project-file.cjs");
  if (ignore) options.ignore ??= new RegExp(ignore[0], ignore[1]);
  load("esm/hooks/hooks-thread.cjs").state.hasLoader = true;
  require("../register.cjs");
  hideLoaded();
  if (teardown) load("esm/index.cjs").endUnowned();
  const entered = load("esm/hooks/entered.cjs");
  if (silent) load("hot-events.cjs").silence();
  // Node asks no hook of this thread for it: else the runner hears of it with what is loaded next, which may never come.
  if (url.startsWith("file:")) load("runner/link.cjs").noteLoaded(fileURLToPath(url));
  return entered.enter(url, names);
};

/**
 * A module that Node runs under another URL.
 * @param {string} url
 * @param {string[][]} names
 */
function native(url, names) {
  const { AS_IT_IS } = load("esm/graph/project-file.cjs");
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

//# sourceURL=node:heatsync-rs/esm/hooks/enter.cjs
