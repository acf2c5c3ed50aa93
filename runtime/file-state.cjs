// @ts-check
"use strict";

const fs = require("node:fs");

/** Two of these differ when the file was saved in between. @param {string} file */
function stateOf(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : "gone";
}

module.exports = { stateOf };
