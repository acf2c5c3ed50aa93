// @ts-check
"use strict";

// Files whose modules were let go by updates, and have not been loaded since: a function that has not run yet may ask for them,
// and gets what they hold then. A save of one is nobody's concern.

const { SafeMap } = require("../intrinsics.cjs");

/** How often each was. @type {Map<string, number>} */
const files = new SafeMap();

/** @param {string} file */
function letGo(file) {
  files.set(file, timesLetGo(file) + 1);
}

/** @param {string} file */
const timesLetGo = (file) => files.get(file) ?? 0;

/** @param {string} file of no ES module that runs */
const isLetGo = (file) => files.has(file) && !(file in require.cache);

module.exports = { isLetGo, letGo, timesLetGo };
