// @ts-check
"use strict";

// The public face. `module.exports` is the class, as npm heatsync's is.

const { hmr } = require("./runtime/hmr.cjs");
const { hot } = require("./runtime/hot.cjs");
const { Heatsync } = require("./runtime/sync/heatsync.cjs");

require("./runtime/named-by-flag.cjs");

module.exports = Object.assign(Heatsync, { Heatsync, default: Heatsync, hmr, hot });
