// @ts-check
"use strict";

// Node prints the code frame of an error that ends the process from the text V8 has compiled, after
// the last JavaScript has run. What it prints is caught then, and put right (src/code_frame.rs). So are
// the coverage files that it writes (src/coverage.rs).

const { Dir } = require("node:fs");
const { reportsCoverage } = require("../../flags.cjs");
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
  if (reportsCoverage) correctReported();
}

/**
 * Where tests run in this process (without `--test`, or not isolated), node:test writes what V8 has counted into a folder of its own and reads
 * it before the process ends (lib/internal/test_runner/coverage.js). That it lists the folder is the only thing that it does in between and
 * JavaScript may see.
 */
function correctReported() {
  /** @type {unknown} */
  let corrected = null;
  const { prototype } = Dir;
  const { readSync: before } = prototype;
  /** @this {import("node:fs").Dir} */
  const after = function readSync() {
    const { NODE_V8_COVERAGE } = process.env;
    if (NODE_V8_COVERAGE && corrected !== this && NODE_V8_COVERAGE === this.path) {
      corrected = this;
      addon.correctCoverage(NODE_V8_COVERAGE);
    }
    return apply(before, this, []);
  };
  prototype.readSync = after;
}

module.exports = { installCoverage, installLastWords };
