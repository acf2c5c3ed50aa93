// @ts-check
"use strict";

const path = require("node:path");

/**
 * Globs for the engine, which takes relative ones from the working directory. One that begins with
 * `**` means "anywhere", and a project need not be below the working directory.
 * @param {string[]} globs
 * @returns {string[]}
 */
function anywhere(globs) {
  const root = path.parse(process.cwd()).root.replaceAll("\\", "/");
  return globs.map((glob) => (glob.startsWith("**/") ? root + glob : glob));
}

module.exports = { anywhere };
