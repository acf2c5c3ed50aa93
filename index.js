// @ts-check
"use strict";

// The public face. `module.exports` is the class, as npm heatsync's is.

const { hideLoaded, load } = require("./runtime/startup.cjs");
/** @type {typeof import("./runtime/copies.cjs")} */
const { inOtherCopy } = load("copies.cjs");

// What follows CommonJS for register is to be there before what does for `new Heatsync()`, as with heatsync-rs/register.
load("named-by-flag.cjs");

const other = inOtherCopy(__filename);
module.exports = other ? require(other) : face();

function face() {
  /** @type {typeof import("./runtime/hmr.cjs")} */
  const { hmr } = load("hmr.cjs");
  /** @type {typeof import("./runtime/hot.cjs")} */
  const { hot } = load("hot.cjs");
  /** @type {typeof import("./runtime/sync/heatsync.cjs")} */
  const { Heatsync } = load("sync/heatsync.cjs");
  // Programs that delete all that `require.cache` shows are to leave us our state.
  hideLoaded();
  return Object.assign(Heatsync, { Heatsync, default: Heatsync, hmr, hot });
}

//# sourceURL=node:heatsync-rs/../index.js
