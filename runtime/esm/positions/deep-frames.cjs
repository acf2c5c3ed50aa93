// @ts-check
"use strict";

// The frames of an error that `Error.stackTraceLimit` leaves out of its stack. To raise the limit would be seen by the program; V8
// takes more frames than that for debuggers, and we ask it to while an update goes on (`src/binding/deep_stacks.rs`).

const addon = require("../../../native/load.cjs");

/** @typedef {{ url: string, line: number, column: number }} Frame as V8 has compiled it */

/** So many updates go on: sync.* and `import.meta.hot` have each their own. */
let underWay = 0;

function begin() {
  if (underWay++ === 0) addon.deepenStacks(true);
}

function end() {
  if (--underWay === 0) addon.deepenStacks(false);
}

/** @param {Error} error @returns {Frame[]} innermost first; none: it was not made in an update */
function deepFramesOf(error) {
  return [...addon.deepFrames(error).matchAll(/^(.+):(\d+):(\d+)$/gm)].map(([, url, line, column]) => ({
    url,
    line: Number(line),
    column: Number(column),
  }));
}

module.exports = { begin, deepFramesOf, end };
