// @ts-check
"use strict";

// node runtime/esm/run.cjs entry.mjs: a program on our runtime, for tests and measurements.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

// A preload would count as a possible loader.
if (process.env.HEATSYNC_RUN_FIRST) require(process.env.HEATSYNC_RUN_FIRST);

process.argv.splice(1, 1);
const entry = fs.realpathSync(path.resolve(process.argv[1] ?? ""));
process.argv[1] = entry;

require("./index.cjs")
  .prepareProgram(entry)
  .then(
    () => /** @type {any} */ (Module).runMain(path.join(__dirname, "program.mjs")),
    (/** @type {unknown} */ error) => {
      // As Node does with its entry point: not a rejection, an exception.
      setImmediate(() => {
        throw error;
      });
    },
  );
