// @ts-check
"use strict";

// Waiting that the program can't see. A timer of ours that is due beside one of the program's would put frames of Node's
// (`runNextTicks`, `listOnTimeout`: lib/internal/timers.js runs what is queued between two timers) into the stacks of
// what the program awaits. This is a task of V8's platform: it keeps no process alive, and is on no list of Node's.

const { reportsCoverage } = require("../flags.cjs");
const { react } = require("../intrinsics.cjs");

/** Milliseconds that a program has for its own beginnings. */
const BEGINNINGS = 100;

/**
 * `HEATSYNC_REHEARSE=0`: nothing is done ahead for the first save. For tests: it is a third of what a program of theirs takes. Nor is it where
 * coverage is reported: what is rehearsed are files, which node:test would list where this package is linked.
 */
const rehearses = process.env.HEATSYNC_REHEARSE !== "0" && !process.env.NODE_V8_COVERAGE && !reportsCoverage;

const { waitAsync } = /** @type {any} */ (Atomics);
const cell = new Int32Array(new SharedArrayBuffer(4));

/**
 * Does something once `milliseconds` have gone by, if the process lives that long.
 * @param {number} milliseconds
 * @param {() => void} work what it throws is nobody's
 */
function after(milliseconds, work) {
  const done = react(waitAsync(cell, 0, 0, milliseconds).value, work);
  react(done, undefined, () => {});
}

/**
 * Does something in a turn of the event loop of its own. By `setImmediate` it would keep a program that has nothing more to do, and unreferenced
 * it would come with the next event, whenever that is.
 * @param {() => void} work what it throws is nobody's
 */
const soon = (work) => after(1, work);

module.exports = { BEGINNINGS, after, rehearses, soon };
