// What a program dies of, on its standard output.
"use strict";

const fs = require("node:fs");
const { inspect } = require("node:util");

process.on("uncaughtExceptionMonitor", (error) => {
  const text =
    error instanceof Error
      ? `${error.name} ${/** @type {any} */ (error).code ?? ""}: ${error.message}`
      : inspect(error);
  fs.writeSync(1, `UNCAUGHT ${text}\n`);
});
