// @ts-check
"use strict";

// node runtime/esm/run.cjs entry.mjs: a program on our runtime, for tests and measurements.

const fs = require("node:fs");
const path = require("node:path");

process.argv.splice(1, 1);
const entry = fs.realpathSync(path.resolve(process.argv[1] ?? ""));
process.argv[1] = entry;

let isSettled = false;
require("./index.cjs")
  .evaluateGraph(entry)
  .then(
    () => {
      isSettled = true;
    },
    (/** @type {unknown} */ error) => {
      isSettled = true;
      // As Node does with its entry point: not a rejection, an exception.
      setImmediate(() => {
        throw error;
      });
    },
  );
process.on("exit", (code) => {
  // Node: "Unsettled Top-Level Await".
  if (!isSettled && code === 0) process.exitCode = 13;
});
