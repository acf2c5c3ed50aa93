// @ts-check
"use strict";

const fs = require("node:fs");
const { compileNatively } = require("./bridge.cjs");

/** @typedef {import("./load-error.cjs").LoadError} LoadError */

/**
 * V8's words for a text that does not parse. A closing parenthesis more, and it can't be evaluated
 * should V8 take it after all.
 * @param {LoadError} error
 */
function inNodesWords(error) {
  const { file, code } = error.problem;
  if (!file || code !== "HEATSYNC_SYNTAX") return error;
  try {
    compileNatively(`${fs.readFileSync(file, "utf8")}\n)`, `${file}.heatsync.mjs`);
  } catch (words) {
    const { message } = /** @type {Error} */ (words);
    if (words instanceof SyntaxError && message !== "Unexpected token ')'") {
      const found = new SyntaxError(message);
      // Where we have asked says nothing about the program.
      found.stack = `${found.name}: ${message}`;
      return found;
    }
  }
  return error;
}

module.exports = { inNodesWords };
