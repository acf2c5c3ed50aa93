// @ts-check
"use strict";

// The public face. `module.exports` is the class, as npm heatsync's is.

const path = require("node:path");
const { otherCopy } = require("./runtime/copies.cjs");

// What follows CommonJS for register is to be there before what does for `new Heatsync()`, as with heatsync-rs/register.
require("./runtime/named-by-flag.cjs");

const other = otherCopy();
module.exports = other ? require(path.join(other, "index.js")) : face();

function face() {
  const { hmr } = require("./runtime/hmr.cjs");
  const { hot } = require("./runtime/hot.cjs");
  const { Heatsync } = require("./runtime/sync/heatsync.cjs");
  return Object.assign(Heatsync, { Heatsync, default: Heatsync, hmr, hot });
}
