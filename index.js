// @ts-check
"use strict";

// The public face. `module.exports` is the class, as npm heatsync's is.

const { inOtherCopy } = require("./runtime/copies.cjs");

// What follows CommonJS for register is to be there before what does for `new Heatsync()`, as with heatsync-rs/register.
require("./runtime/named-by-flag.cjs");

const other = inOtherCopy(__filename);
module.exports = other ? require(other) : face();

function face() {
  const { hmr } = require("./runtime/hmr.cjs");
  const { hot } = require("./runtime/hot.cjs");
  const { Heatsync } = require("./runtime/sync/heatsync.cjs");
  return Object.assign(Heatsync, { Heatsync, default: Heatsync, hmr, hot });
}
