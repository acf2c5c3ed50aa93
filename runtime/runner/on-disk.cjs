// @ts-check
"use strict";

// Files as they are on disk: what they hold, and whether that is of before a given time.

const fs = require("node:fs");
const { statOf } = require("../file-state.cjs");

/** Milliseconds that a file system's clock may be behind: Linux takes the time of the last tick. */
const TICK = 4;

/** @param {string} file @param {number} time @returns {boolean | undefined} undefined: not there; when it comes, that is an event */
function isYounger(file, time) {
  const stat = statOf(file);
  // `mv`, `cp -p`, tar and rsync bring a time along; when they did is the other one.
  return stat && Math.max(stat.mtimeMs, stat.ctimeMs) > time - TICK;
}

/** @param {string} file @returns {string | null} null: not there */
function textOf(file) {
  try {
    return fs.readFileSync(file, "latin1");
  } catch {
    return null;
  }
}

module.exports = { TICK, isYounger, textOf };
