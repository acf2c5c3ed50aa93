// @ts-check
"use strict";

const fs = require("node:fs");

/** Of a file that may not be there, or be below one that is no folder (ENOTDIR, which Node throws all the same). @param {string} file */
function statOf(file) {
  try {
    return fs.statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * Two of these differ when the file was saved in between.
 * @param {string} file
 * @param {number} [moment] in milliseconds: of a file that was saved since it is one that no file has
 */
function stateOf(file, moment = Infinity) {
  const stat = statOf(file);
  if (!stat) return "gone";
  return stat.mtimeMs >= moment ? "newer" : `${stat.mtimeMs} ${stat.ctimeMs} ${stat.size} ${stat.ino}`;
}

module.exports = { stateOf, statOf };
