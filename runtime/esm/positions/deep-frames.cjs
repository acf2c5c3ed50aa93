// @ts-check
"use strict";

// The frames of an error that `Error.stackTraceLimit` leaves out of its stack. To raise the limit would be seen by the program; V8
// takes more frames than that for debuggers, and we ask it to while an update goes on (`src/binding/deep_stacks.rs`).
//
// And in which module's evaluation something was thrown that is no Error, and has no stack.

const { isNativeError } = require("node:util").types;
const addon = require("../../../native/load.cjs");
const { onThrown } = require("../../commonjs/plain-loader.cjs");

const { is } = Object;

/** @typedef {{ url: string, line: number, column: number }} Frame as V8 has compiled it */

/** So many updates go on: sync.* and `import.meta.hot` have each their own. */
let underWay = 0;

/** The last of the updates that go on. @type {{ value: unknown, file: string } | null} */
let thrown = null;

function begin() {
  if (underWay++ === 0) addon.deepenStacks(true);
}

function end() {
  if (--underWay > 0) return;
  thrown = null;
  addon.deepenStacks(false);
}

/**
 * Who is evaluated because of another is told of first, and stays it while that passes the same on.
 * @param {unknown} value
 * @param {string | undefined} file whose evaluation has thrown it
 */
function noteThrown(value, file) {
  if (underWay === 0 || file === undefined || isNativeError(value)) return;
  if (!thrown || !is(thrown.value, value)) thrown = { value, file };
}

onThrown(noteThrown);

/** @param {unknown} value @returns {string | undefined} the file whose evaluation has thrown it, if that is known */
const thrownIn = (value) => (thrown && is(thrown.value, value) ? thrown.file : undefined);

/** @param {Error} error @returns {Frame[]} innermost first; none: it was not made in an update */
function deepFramesOf(error) {
  return [...addon.deepFrames(error).matchAll(/^(.+):(\d+):(\d+)$/gm)].map(([, url, line, column]) => ({
    url,
    line: Number(line),
    column: Number(column),
  }));
}

module.exports = { begin, deepFramesOf, end, noteThrown, thrownIn };
