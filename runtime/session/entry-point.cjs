// @ts-check
"use strict";

// Which file the program was started with.

const fs = require("node:fs");
const { pathToFileURL } = require("node:url");
const { isEntryUrl } = require("../flags.cjs");
const { isMainThread } = require("../thread.cjs");

/** The program's own file: what it has opened is not to exist twice because something that is reloaded imports it. */
function entryPoint() {
  const main = process.mainModule?.filename;
  if (main) return main;
  const [, given] = process.argv;
  try {
    const isUrl = isEntryUrl && isMainThread;
    return fs.realpathSync(isUrl ? new URL(given, pathToFileURL(`${process.cwd()}/`)) : given);
  } catch {
    return undefined; // there is none, or it is no file (--eval, a worker of code)
  }
}

module.exports = { entryPoint };
