// @ts-check
"use strict";

// Files whose modules were let go by updates, and have not been loaded since: a function that has not run yet may ask for them,
// and gets what they hold then. A save of one is nobody's concern.

const { SafeMap } = require("../intrinsics.cjs");

/** Entries of `require.cache` that load their file when somebody asks: that one is there says nothing. @type {WeakSet<object>} */
const loadingLater = new WeakSet();

/** How often each was. @type {Map<string, number>} */
const files = new SafeMap();

/** @param {string} file */
function letGo(file) {
  files.set(file, timesLetGo(file) + 1);
}

/** @param {string} file */
const timesLetGo = (file) => files.get(file) ?? 0;

/** @param {string} file of no ES module that runs */
function isLetGo(file) {
  if (!files.has(file)) return false;
  const cached = require.cache[file];
  return cached === undefined || loadingLater.has(cached);
}

module.exports = { isLetGo, letGo, loadingLater, timesLetGo };
