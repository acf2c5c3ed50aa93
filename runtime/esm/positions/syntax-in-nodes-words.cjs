// @ts-check
"use strict";

const fs = require("node:fs");
const { place } = require("../../report.cjs");
const { compileNatively } = require("../native/bridge.cjs");

/** @typedef {import("../graph/load-error.cjs").LoadError} LoadError */

/**
 * V8's words for a text that does not parse. A closing bracket more, and it can't be evaluated should V8 take it after all;
 * another one tells whether what V8 has found was that.
 * @param {LoadError} error
 */
function inNodesWords(error) {
  const { file, code } = error.problem;
  if (!file || code !== "HEATSYNC_SYNTAX") return error;
  const words = wordsFor(file);
  if (words === null) return error;
  const found = new SyntaxError(words);
  // Where we have asked says nothing about the program.
  found.stack = `${found.name}: ${words}`;
  place(found, error.problem);
  return found;
}

/** @param {string} file */
function wordsFor(file) {
  try {
    const text = fs.readFileSync(file, "utf8");
    const words = saidOf(`${text}\n)`, file);
    return words === saidOf(`${text}\n]`, file) ? words : null;
  } catch {
    return null;
  }
}

/** @param {string} text @param {string} file @returns {string | null} null: nothing of its syntax */
function saidOf(text, file) {
  try {
    compileNatively(text, `${file}.heatsync.mjs`);
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
  }
  return null;
}

module.exports = { inNodesWords };
