// @ts-check
"use strict";

// Code frames, drawn as the addon's are.

const fs = require("node:fs");
const { isProjectFile } = require("../../project-files.cjs");

/** So many lines are shown on either side. */
const AROUND = 2;
/** No line of a frame is wider. */
const WIDTH = 160;
const TAB = 4;

/** What is shown in the columns of a terminal: offset in the text, character, column. @typedef {[number, string, number]} Cell */

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
  const digits = `${last}`.length;
  const room = WIDTH - digits - "> 1 | ".length;
  return lines.slice(first, last).map(drawn).join("\n").trimEnd();

  /** @param {string} text @param {number} index */
  function drawn(text, index) {
    const number = first + index + 1;
    const gutter = `${number}`.padStart(digits);
    const { cells, width } = cellsOf(text);
    const columnOf = (/** @type {number} */ at) => cells.find((cell) => cell[0] >= at)?.[2] ?? width;
    if (number !== line) return `  ${gutter} | ${cut(cells, width, 0, room).shown}`.trimEnd();
    const from = columnOf(start);
    const to = Math.max(columnOf(Math.min(start + length, text.length)), from + 1);
    const { shown, before, end } = cut(cells, width, from, room);
    const carets = "^".repeat(Math.max(Math.min(to, end) - from, 1));
    const pad = " ".repeat(from - before);
    return `${`> ${gutter} | ${shown}`.trimEnd()}\n  ${" ".repeat(digits)} | ${pad}${carets}`;
  }
}

/** @param {string} text one line */
function cellsOf(text) {
  /** @type {Cell[]} */
  const cells = [];
  let at = 0;
  let width = 0;
  for (const character of text) {
    if (character === "\t") {
      do cells.push([at, " ", width++]);
      while (width % TAB !== 0);
    } else if (character !== "\uFEFF") {
      // An escape sequence in a source must not reach the terminal.
      cells.push([at, /\p{Cc}/u.test(character) ? "\uFFFD" : character, width]);
      width += columnsOf(character);
    }
    at += character.length;
  }
  return { cells, width };
}

/**
 * At most `room` columns, with `column` among them.
 * @param {Cell[]} cells
 * @param {number} width
 * @param {number} column
 * @param {number} room
 * @returns {{ shown: string, before: number, end: number }} the columns that are left out before it, and where it ends
 */
function cut(cells, width, column, room) {
  const textOf = (/** @type {Cell[]} */ all) => all.map(([, character]) => character).join("");
  if (width <= room) return { shown: textOf(cells), before: 0, end: width };
  // An ellipsis at either end.
  const inner = room - 2;
  const wanted = Math.min(Math.max(column - Math.floor(inner / 2), 0), width - inner);
  const from = cells.find((cell) => cell[2] >= wanted)?.[2] ?? wanted;
  const end = from + inner;
  const within = cells.filter(([, character, at]) => at >= from && at + columnsOf(character) <= end);
  const lead = from > 0 ? "…" : "";
  return { shown: lead + textOf(within) + (end < width ? "…" : ""), before: from - lead.length, end };
}

/** Join the one before. */
const MARKS = [
  [0x300, 0x36f],
  [0x200b, 0x200f],
  [0x20d0, 0x20ff],
  [0xfe00, 0xfe0f],
  [0xfe20, 0xfe2f],
];
/** East Asian wide ones and emoji: the ranges of Unicode Standard Annex #11 that are wide as a whole. */
const WIDE = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Columns of a terminal, as `columns` in src/error/frame.rs has them. @param {string} character */
function columnsOf(character) {
  const code = character.codePointAt(0) ?? 0;
  const isIn = (/** @type {number[][]} */ ranges) => ranges.some(([from, to]) => code >= from && code <= to);
  if (code < 0x300) return 1;
  if (isIn(MARKS)) return 0;
  return isIn(WIDE) ? 2 : 1;
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
