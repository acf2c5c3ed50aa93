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

/**
 * @param {string} glob
 * @param {string} folder that it is relative to
 * @returns {string | undefined} what is wrong with it
 */
function faultOf(glob, folder) {
  const addon = require("../native/load.cjs");
  try {
    new addon.PathMatcher(folder, anywhere([glob]));
  } catch (error) {
    return /** @type {Error} */ (error).message.replace("The watch path", "the glob");
  }
}

module.exports = { anywhere, faultOf };
