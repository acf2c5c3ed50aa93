"use strict";

// How a subject tells the harness which value is live, and since when. The clock is read before anything is sent;
// process.hrtime is the system's monotonic clock, the same for every process of the machine.

const net = require("node:net");

const socket = net
  .connect(/** @type {string} */ (process.env.BENCH_SOCKET))
  .on("error", () => process.exit());

/** @param {unknown} value */
function report(value) {
  const at = String(process.hrtime.bigint());
  socket.write(`${JSON.stringify({ subject: process.env.BENCH_SUBJECT, value, at })}\n`);
}

/**
 * Reports the value as soon as the ordinary way of reading it gives a new one, without polling while nothing happens:
 * the edited module, at its end, calls `globalThis.benchEvaluated`, which reads right after the call that evaluated
 * it has ended, and on further turns of the event loop if the value is still the old one then.
 * @param {() => unknown} read
 */
function reportWhenNew(read) {
  let last = read();
  report(last);
  const look = (until) => {
    const value = read();
    if (value !== last) {
      last = value;
      report(value);
    } else if (performance.now() < until) setImmediate(look, until);
  };
  globalThis.benchEvaluated = () => process.nextTick(look, performance.now() + 200);
}

module.exports = { report, reportWhenNew };
