// @ts-check
"use strict";

// Files whose modules were let go by updates, and have not been loaded since: a function that has not run yet may ask for them,
// and gets what they hold then. A save of one is nobody's concern.

const { SafeSet } = require("./intrinsics.cjs");

/** @type {Set<string>} */
const files = new SafeSet();

/** @param {string} file */
function letGo(file) {
  files.add(file);
}

/** @param {string} file of no ES module that runs */
const isLetGo = (file) => files.has(file) && !(file in require.cache);

module.exports = { isLetGo, letGo };
