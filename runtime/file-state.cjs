// @ts-check
"use strict";

const fs = require("node:fs");

/** Of a file that may not be there, or be below one that is no folder (ENOTDIR, which Node throws all the same). @param {string} file */
function statOf(file) {
  try {
    return fs.statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Two of these differ when the file was saved in between. @param {string} file */
function stateOf(file) {
  const stat = statOf(file);
  return stat ? `${stat.mtimeMs} ${stat.ctimeMs} ${stat.size} ${stat.ino}` : "gone";
}

/** Not what a program that fakes the time (sinon, node:test) says it is. */
const { now } = Date;

/**
 * Was it written, or moved here, between two moments? By the system's own account: the time of modification is what programs have set it to
 * (`touch -d`, `cp -p`, `tar x`). What is later than now was written by another machine's clock, which says nothing.
 * @param {string} file
 * @param {number} since in milliseconds
 * @param {number} [until] of a moment the system knows less than a millisecond
 */
function isTouched(file, since, until = now() + 1) {
  const touched = statOf(file)?.ctimeMs ?? Number.NaN;
  return touched >= since && touched <= until;
}

/** @param {string} file */
const isFile = (file) => statOf(file)?.isFile() ?? false;

module.exports = { isFile, isTouched, now, stateOf, statOf };
