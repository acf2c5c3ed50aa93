// @ts-check
"use strict";

// What V8 has against a CommonJS file that our parser takes: a file that has become an ES module while the program runs, above all.
// V8's error has its line and a row of carets at the top of its stack; code frames are drawn as the addon's are.

const { assertLoads } = require("../require-hooks.cjs");
const { fromCommonJs } = require("./other-kind.cjs");

/** @typedef {import("../../native/addon").JsProblem} JsProblem */

/** Lines shown on either side. */
const AROUND = 2;
const WIDTH = 150;

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

/** @param {string} stack @param {string} text */
function placeOf(stack, text) {
  const [, number, indent, carets] = /^.*:(\d+)\n.*\n([ \t]*)(\^+)/.exec(stack) ?? [];
  if (!carets) return { line: 0, column: 0 };
  const line = Number(number);
  return { line, column: indent.length + 1, frame: frame(text, line, indent.length, carets.length) };
}

/**
 * @param {string} text
 * @param {number} line from 1
 * @param {number} start from 0
 * @param {number} length
 */
function frame(text, line, start, length) {
  const lines = text.replace(/\r?\n$/, "").split(/\r\n|[\n\r\u2028\u2029]/);
  const first = Math.max(0, line - 1 - AROUND);
  const last = Math.min(lines.length, line + AROUND);
  const left = Math.max(0, start - WIDTH / 2);
  return lines.slice(first, last).map(drawn).join("\n").trimEnd();

  /** @param {string} text @param {number} index */
  function drawn(text, index) {
    const number = first + index + 1;
    const from = number === line ? left : 0;
    const gutter = `${number}`.padStart(`${last}`.length);
    const cut = text.replaceAll("\t", " ").slice(from, from + WIDTH);
    if (number !== line) return `  ${gutter} | ${cut}`.trimEnd();
    const carets = "^".repeat(Math.min(length, cut.length + from - start) || 1);
    return `> ${gutter} | ${cut}\n  ${" ".repeat(gutter.length)} | ${" ".repeat(start - from)}${carets}`;
  }
}

module.exports = { refusalOf };
