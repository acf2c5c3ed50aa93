// @ts-check
"use strict";

// What V8 has against a file that our parser takes: a CommonJS file that has become an ES module while the program runs, above all,
// and a regular expression. V8's error has its line and a row of carets at the top of its stack.

const fs = require("node:fs");
const { assertLoads } = require("../../commonjs/require-hooks.cjs");
const { frame, linesOf } = require("./code-frame.cjs");
const { fromCommonJs } = require("../watch/other-kind.cjs");
const { newestPlace } = require("./positions.cjs");

/** @typedef {import("../../../native/addon").JsProblem} JsProblem */

/**
 * @param {string} file
 * @param {string} text without a byte order mark
 * @param {() => boolean} isModule has it become one, by what Node goes by?
 * @returns {JsProblem | null} null: V8 takes it
 */
function refusalOf(file, text, isModule) {
  try {
    assertLoads(text, file, isModule);
    return null;
  } catch (error) {
    const { message, stack = "" } = /** @type {Error} */ (error);
    const problem = { code: "HEATSYNC_SYNTAX", message, file, ...placeOf(stack, text) };
    if (!/'(import|export)'|import statement|import\.meta|await/.test(message) || !isModule()) return problem;
    return { ...problem, help: fromCommonJs };
  }
}

/**
 * @param {{ url: string, file: string }} module whose body V8 was given last
 * @param {Error} error
 * @returns {JsProblem}
 */
function refusalOfModule({ url, file }, { message, stack = "" }) {
  // V8's words already: nobody is to ask it once more.
  const problem = { code: "HEATSYNC_REFUSED", message, file, line: 0, column: 0 };
  const pointed = pointedAt(stack);
  if (!pointed) return problem;
  const { line, column } = newestPlace(url, pointed.line, pointed.start + 1);
  try {
    const text = fs.readFileSync(file, "utf8").replace(/^\uFEFF/, "");
    // What was saved since is another text.
    if (!linesOf(text)[line - 1].startsWith(pointed.code, column - 1)) return problem;
    return { ...problem, line, column, frame: frame(text, line, column, pointed.code.length) };
  } catch {
    return problem;
  }
}

/** @param {string} stack @param {string} text */
function placeOf(stack, text) {
  const pointed = pointedAt(stack);
  if (!pointed) return { line: 0, column: 0 };
  const { line, start, length } = pointed;
  return { line, column: start + 1, frame: frame(text, line, start + 1, length) };
}

/** @param {string} stack */
function pointedAt(stack) {
  const [, line, code, indent, carets] = /^.*:(\d+)\n(.*)\n([ \t]*)(\^+)/.exec(stack) ?? [];
  if (!carets) return null;
  const [start, { length }] = [indent.length, carets];
  return { line: Number(line), start, length, code: code.slice(start, start + length) };
}

module.exports = { refusalOf, refusalOfModule };
