// @ts-check
"use strict";

const fs = require("node:fs");

/**
 * Two of these differ when the file was saved in between.
 * @param {string} file
 * @param {number} [moment] in milliseconds: of a file that was saved since it is one that no file has
 */
function stateOf(file, moment = Infinity) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return "gone";
  return stat.mtimeMs >= moment ? "newer" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}

module.exports = { stateOf };
