// @ts-check
"use strict";

// Code frames, drawn as the addon's are.

const fs = require("node:fs");
const { isProjectFile } = require("../../project-files.cjs");

/** So many lines are shown on either side. */
const AROUND = 2;
const WIDTH = 150;

/** @param {string} text */
const linesOf = (text) => text.replace(/\r?\n$/, "").split(/\r\n|[\n\r\u2028\u2029]/);

/** @param {string} file */
const textIn = (file) => fs.readFileSync(file, "utf8").replace(/^\uFEFF/, "");

/**
 * @param {string} text
 * @param {number} line from 1
 * @param {number} start from 0
 * @param {number} length
 * @param {number} [around]
 */
function frame(text, line, start, length, around = AROUND) {
  const lines = linesOf(text);
  const first = Math.max(0, line - 1 - around);
  const last = Math.min(lines.length, line + around);
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

/**
 * The lines around the place where code of the project threw, which is in its file as it is.
 * @param {import("../update/outcome.cjs").Place} place
 * @returns {string | undefined}
 */
function frameAt({ file, line, column }) {
  if (!file || !line || !column || !isProjectFile(file)) return undefined;
  try {
    const text = textIn(file);
    // Saved since: it is another text.
    if (column > linesOf(text)[line - 1].length) return undefined;
    return frame(text, line, column - 1, 1);
  } catch {
    return undefined;
  }
}

module.exports = { AROUND, frame, frameAt, linesOf, textIn };
