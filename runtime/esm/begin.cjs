// @ts-check
"use strict";

// Under register the program's entry point is known before anything of the runtime is loaded: Rust reads
// and transforms what it leads to meanwhile, on other threads.

const addon = require("../../native/load.cjs");
const { conditions, flags, isUnderRunner } = require("../flags.cjs");
const { isMainThread } = require("../thread.cjs");

/** @type {import("../../native/addon").EsmLoader | null} */
let begun = null;

/** @param {string} main */
function beginProgram(main) {
  if (!isMainThread || !startsNext()) return;
  begun = new addon.EsmLoader(conditions);
  begun.beginAhead(main);
}

/**
 * Is what Node does after us to start the program? Another preload may yet write files, or register other loaders,
 * and a spare of the runner waits here for hours.
 */
function startsNext() {
  const preloads = [...flags()].filter(([purpose]) => purpose !== "condition");
  return preloads.length === 1 && !isUnderRunner;
}

/** The thread's loader of ES modules. @returns {import("../../native/addon").EsmLoader} */
function takeLoader() {
  const loader = begun ?? new addon.EsmLoader(conditions);
  begun = null;
  return loader;
}

module.exports = { beginProgram, takeLoader };
