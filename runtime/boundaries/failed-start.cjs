// @ts-check
"use strict";

// A program that failed while it started, and has caught that: AdonisJS prints what was thrown, sets `process.exitCode`, and nothing
// keeps the process. Its parent (`ace serve --hmr` of AdonisJS 6) watches no file: it starts the program anew when it is asked to, which
// nobody would do any more. So the process waits for a save; hot-hook before 1.0 kept every process. (With 1.0 the parent watches,
// and says so: `watch: false`.)

const events = require("../hot-events.cjs");
const { clearTimeout, setTimeout } = require("../intrinsics.cjs");
const { hasRunner } = require("../runner/link.cjs");
const { isMainThread } = require("../thread.cjs");
const { beforeEmitted } = require("../esm/hooks/process-emit.cjs");

/** Of processes that such a program has started: the code they end with is what it waits for. */
const OF_PROGRAM = "HEATSYNC_BOUNDARIES";
/** The longest there is. */
const FOR_GOOD = 2 ** 31 - 1;
/** Whoever sends one wants it to end; the program may listen, and close what keeps it. */
const ENDS = /** @type {const} */ (["disconnect", "SIGHUP", "SIGINT", "SIGTERM"]);

/** @type {NodeJS.Timeout | null} */
let waiting = null;
/** It waits once. */
let isOver = false;
let hasWaited = false;
let isHeard = false;

/**
 * Files are watched, and their changes told of.
 * @param {() => void} begun the process waits: what was not loaded may be what is wrong, and is watched from now on
 */
function waitIfItFails(begun) {
  if (isHeard || !isMainThread) return;
  isHeard = true;
  const isStarted = process.env[OF_PROGRAM] !== undefined;
  process.env[OF_PROGRAM] ??= "1";
  if (isStarted || !process.connected) return;
  beforeEmitted("beforeExit", () => {
    if (isOver || waiting || hasRunner() || !process.connected || !Number(process.exitCode)) return;
    waiting = setTimeout(() => {}, FOR_GOOD);
    hasWaited = true;
    begun();
    events.say(
      "the program has failed, and waits for a save, after which its parent is asked to start it anew",
    );
  });
  for (const event of ENDS) beforeEmitted(event, endWaiting);
}

/** Then a save is the parent's to take care of, whatever it is a save of. */
const isLeftToParent = () => hasWaited;
const isWaiting = () => waiting !== null;

/** The parent has been asked, or is gone. */
function endWaiting() {
  isOver = true;
  if (waiting) clearTimeout(waiting);
  waiting = null;
}

module.exports = { endWaiting, isLeftToParent, isWaiting, waitIfItFails };
