"use strict";

// What warm-up.cjs loads.

exports.value = 0;
exports.get = function get() {
  return exports.value;
};

//# sourceURL=node:heatsync-rs/session/warm-up-module.cjs
