// @ts-check
"use strict";

// Code frames of files as they are; the addon draws them (src/error/frame.rs).

const fs = require("node:fs");
const { codeFrame } = require("../../../native/load.cjs");
const { isProjectFile } = require("../../project-files.cjs");

/** @param {string} text */
const linesOf = (text) => text.replace(/\r?\n$/, "").split(/\r\n|[\n\r\u2028\u2029]/);

/** @param {string} file */
const textIn = (file) => fs.readFileSync(file, "utf8").replace(/^\uFEFF/, "");

/**
 * @param {string} text
 * @param {number} line from 1
 * @param {number} column from 1
 * @param {number} length
 * @param {number} [around] lines on either side
 */
const frame = (text, line, column, length, around) =>
  codeFrame(text, line, column, length, around) ?? undefined;

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
    return frame(text, line, column, 1);
  } catch {
    return undefined;
  }
}

module.exports = { frame, frameAt, linesOf, textIn };
