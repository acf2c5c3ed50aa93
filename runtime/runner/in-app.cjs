// @ts-check
"use strict";

// Preloaded (`NODE_OPTIONS=--require`) into the program that the runner starts, and by inheritance into the
// processes that one starts. In a spare it stops right here, before anything of the user's has run, until the
// program is wanted: what comes after is a start like any other, in a process that need not boot any more.

const { isMainThread } = require("node:worker_threads");
const { inOtherCopy } = require("../copies.cjs");
const { isHooksThread } = require("../thread.cjs");

/** Which descriptor leads to the runner. Gone from the environment at once: children are not the runner's. */
const CHANNEL = "HEATSYNC_RUNNER_CHANNEL";
/** Milliseconds that it has to end, should the runner be killed. */
const GRACE = "HEATSYNC_RUNNER_GRACE";
/** "1": wait for the runner's word. */
const HOLD = "HEATSYNC_RUNNER_HOLD";
/** There is a page: "source": with lines of code. */
const PAGE = "HEATSYNC_RUNNER_PAGE";
/** "0": start without hot reloading; the runner restarts at each change. Inherited. */
const REGISTER = "HEATSYNC_RUNNER_REGISTER";

if (!isHooksThread()) begin();

function begin() {
  // The runner asks this one who reloads what, also without register.
  inOtherCopy(__filename);
  const channel = isMainThread ? Number(process.env[CHANNEL] ?? 0) : require("./link.cjs").sharedChannel();
  const isHeld = process.env[HOLD] === "1";
  const page = process.env[PAGE];
  const grace = Number(process.env[GRACE]);
  if (isMainThread) {
    delete process.env[CHANNEL];
    delete process.env[GRACE];
    delete process.env[HOLD];
    delete process.env[PAGE];
  }
  // Before the wait: what is loaded and registered here depends on nothing that may change meanwhile.
  const isSpare = channel !== 0 && isHeld;
  if (isSpare) warmUp();
  if (channel && isMainThread) {
    const link = require("./link.cjs");
    link.expect();
    if (page) {
      link.whenConnected(() => require("../inspect/in-process.cjs").tellRunner(page === "source"));
    }
  }
  if (process.env[REGISTER] !== "0") register(isSpare);
  if (isSpare) {
    waitForTheWord(channel);
    // package.json may have changed meanwhile, and a spare that watches would hear of what it was started for.
    if (process.env[REGISTER] !== "0") attempt(() => require("../boundaries/init.cjs").release());
  }
  if (channel) require("./link.cjs").connect(channel, grace);
  else if (isMainThread && process.connected) require("./link.cjs").connectToParent();
}

/** What every start would load: the addon, and what most programs need of Node. None of it is visible to them. */
function warmUp() {
  try {
    require("../../native/load.cjs");
  } catch {
    // `register` says so.
  }
  require("./link.cjs");
  require("./ownership.cjs");
  for (const name of ["node:http", "node:net", "node:stream", "node:url", "node:vm"]) require(name);
}

/** @param {number} descriptor */
function waitForTheWord(descriptor) {
  const { readSync } = require("node:fs");
  const word = Buffer.alloc(1);
  // 0 bytes: the runner is gone, and nobody will ever ask for us.
  if (readSync(descriptor, word, 0, 1, null) === 0) process.kill(process.pid, "SIGKILL");
}

/** @param {boolean} isSpare */
function register(isSpare) {
  attempt(() => {
    if (isSpare) require("../boundaries/init.cjs").hold();
    require("../esm/register.cjs");
  });
}

/** @param {() => void} work */
function attempt(work) {
  try {
    work();
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    process.stderr.write(`[heatsync] no hot reloading, the program restarts instead: ${message}\n`);
  }
}
