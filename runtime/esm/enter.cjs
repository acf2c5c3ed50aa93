// @ts-check
"use strict";

// What the text of a facade calls that was made on the hooks' thread (loader.cjs). With `--loader` the
// runtime is loaded by this.

/**
 * @param {string} url
 * @param {string[][]} names
 * @param {{ silent?: boolean, ignore?: string[] }} given
 */
module.exports = function enter(url, names, { silent, ignore }) {
  const { options } = require("./project-file.cjs");
  if (ignore) options.ignore ??= new RegExp(ignore[0], ignore[1]);
  require("./hooks-thread.cjs").state.hasLoader = true;
  require("./register.cjs");
  const entered = require("./entered.cjs");
  if (silent) require("../hot-events.cjs").silence();
  return entered.enter(url, names);
};
