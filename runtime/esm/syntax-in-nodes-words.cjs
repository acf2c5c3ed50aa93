// @ts-check
"use strict";

const fs = require("node:fs");
const { place } = require("../report.cjs");
const { compileNatively } = require("./bridge.cjs");

/** @typedef {import("./load-error.cjs").LoadError} LoadError */

/**
 * V8's words for a text that does not parse. A closing bracket more, and it can't be evaluated should V8 take it after all;
 * another one tells whether what V8 has found was that.
 * @param {LoadError} error
 */
function inNodesWords(error) {
  const { file, code } = error.problem;
  if (!file || code !== "HEATSYNC_SYNTAX") return error;
  const words = [")", "]"].map((bracket) => wordsFor(file, bracket));
  if (words[0] === null || words[0] !== words[1]) return error;
  const found = new SyntaxError(words[0]);
  // Where we have asked says nothing about the program.
  found.stack = `${found.name}: ${words[0]}`;
  place(found, error.problem);
  return found;
}

/** @param {string} file @param {string} more */
function wordsFor(file, more) {
  try {
    compileNatively(`${fs.readFileSync(file, "utf8")}\n${more}`, `${file}.heatsync.mjs`);
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
  }
  return null;
}

module.exports = { inNodesWords };
