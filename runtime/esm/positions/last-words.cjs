// @ts-check
"use strict";

// Node prints the code frame of an error that ends the process from the text V8 has compiled, after
// the last JavaScript has run. What it prints is caught then, and put right (src/code_frame.rs). So are
// the coverage files that it writes (src/coverage.rs).

const { apply } = require("../../intrinsics.cjs");
const { isMainThread } = require("../../thread.cjs");
const addon = require("../../../native/load.cjs");
const { allUnmapped, takeUnmapped } = require("./positions.cjs");

/** @typedef {(error: unknown, isRejection: boolean) => boolean} OnFatal */

/** Once for each process: a worker's errors are its parent's to report. */
function installLastWords() {
  // Node's C++ looks it up whenever something was thrown that nobody has caught.
  const { _fatalException: before } = /** @type {{ _fatalException?: OnFatal }} */ (
    /** @type {any} */ (process)
  );
  if (!isMainThread || typeof before !== "function") return;
  /** @this {unknown} @param {unknown} error @param {boolean} isRejection */
  const after = function _fatalException(error, isRejection) {
    // `false`: no listener has dealt with it, "exit" was emitted, and Node reports it and ends.
    const isHandled = apply(before, this, [error, isRejection]);
    if (!isHandled) {
      // Node looks whether to use colours, which it would not of a file.
      void process.stderr.isTTY;
      // Its code frame is of what the source map names, and printed before a stack is asked for.
      if (/** @type {any} */ (process).sourceMapsEnabled) noteAllSourceMaps();
      addon.catchLastWords();
    }
    return isHandled;
  };
  Object.assign(process, { _fatalException: after });
}

function noteAllSourceMaps() {
  for (const url of allUnmapped()) {
    if (takeUnmapped(url)) require("../native/source-maps.cjs").noteSourceMap(url);
  }
}

/** Node has made the path absolute, also for child processes. */
function installCoverage() {
  const { NODE_V8_COVERAGE } = process.env;
  if (NODE_V8_COVERAGE) addon.correctCoverage(NODE_V8_COVERAGE);
}

module.exports = { installCoverage, installLastWords };
