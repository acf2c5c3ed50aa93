// @ts-check
"use strict";

// `heatsync app.js`: the runner at a terminal. Signals go to the program, what is typed too, and its end is ours.

const fs = require("node:fs");
const { workingDirectory } = require("../report.cjs");
const { parse } = require("./arguments.cjs");

/** @type {NodeJS.Signals[]} SIGUSR1 included: it opens the inspector of the program, not ours. */
const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGBREAK"];

/**
 * @param {string[]} words
 * @param {string} command what we are called
 * @returns {Promise<number>} the exit code
 */
async function runCommand(words, command) {
  if (workingDirectory() === null) {
    console.error(`${command}: the current folder has been removed: nothing can be started there`);
    return 1;
  }
  const parsed = parse(words, command === "hot-runner");
  if ("error" in parsed) return refuse(command, parsed.error);
  /** @type {import("../runner/runner.cjs").Runner} */
  let runner;
  try {
    const { run, servePage } = require("../runner/index.cjs");
    const input = canBeRead() ? process.stdin : undefined;
    const page = await servePage(parsed.options).catch((error) => String(error.message));
    if (typeof page === "string") {
      console.error(`${command}: ${page}`);
      return 1;
    }
    // As of `log`: it is the screen that is cleared.
    if (parsed.options.clearScreen) process.stdout.on("error", () => {});
    // Before there is a program: who sees its output may send a signal before we come to the next line.
    forwardSignals(() => runner);
    runner = /** @type {any} */ (run({ ...parsed.options, input, log }, page));
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== "HEATSYNC_NO_SCRIPT") throw error;
    return refuse(command, message);
  }
  stopWithTerminal(runner);
  passMessages(runner);
  const { code, signal } = await runner.ended;
  if (signal) endBy(signal);
  return code ?? 1;
}

let isHeard = false;

/** Who reads it may go before the program (`2>&1 | head`, a terminal that is closed), and EPIPE would end us, and kill that. @param {string} text */
function log(text) {
  if (!isHeard) process.stderr.on("error", () => {});
  isHeard = true;
  process.stderr.write(`[heatsync] ${text}\n`);
}

/** @param {() => import("../runner/runner.cjs").Runner} runner there is one once the event loop turns */
function forwardSignals(runner) {
  for (const signal of FORWARDED) {
    try {
      process.on(signal, () => runner().forward(signal));
    } catch {
      // Not on this platform.
    }
  }
}

/**
 * Who has started the command with an IPC channel (pm2, `fork()`) means the program by it. What that says to its runner is the runner's.
 * @param {import("../runner/runner.cjs").Runner} runner
 */
function passMessages(runner) {
  if (!process.connected) return;
  const isOwn = (/** @type {any} */ message) =>
    typeof message?.type === "string" && message.type.startsWith("hot-hook:");
  // Nobody is there any more: a program is not told of that by an error, either.
  const ignore = () => {};
  runner.on("message", (message) => {
    if (process.connected && !isOwn(message)) process.send?.(message, undefined, undefined, ignore);
  });
  process.on("message", (message) => {
    try {
      runner.send(message);
    } catch (error) {
      // BigInts, what refers to itself: the parent's channel may be one of `serialization: "advanced"`.
      const [words] = /** @type {Error} */ (error).message.split("\n");
      log(`a message does not reach the program: ${words}`);
    }
  });
  process.on("disconnect", () => runner.disconnect());
}

/** A terminal or a pipe. A file is the program's alone: there is nobody who types. */
function canBeRead() {
  try {
    return process.stdin.isTTY || fs.fstatSync(0).isFIFO() || fs.fstatSync(0).isSocket();
  } catch {
    return false; // closed
  }
}

/**
 * Ctrl-Z stops the runner's process group, and the program is in another.
 * @param {import("../runner/runner.cjs").Runner} runner
 */
function stopWithTerminal(runner) {
  if (process.platform === "win32") return;
  process.on("SIGTSTP", () => {
    // The program's group has no terminal of its own, and would ignore SIGTSTP (POSIX: an orphaned group).
    runner.signalAll("SIGSTOP");
    process.kill(process.pid, "SIGSTOP");
  });
  process.on("SIGCONT", () => runner.signalAll("SIGCONT"));
}

/** @param {NodeJS.Signals} signal */
function endBy(signal) {
  process.removeAllListeners(signal);
  process.exitCode = 128 + require("node:os").constants.signals[signal];
  process.kill(process.pid, signal);
}

/** @param {string} command @param {string} message */
function refuse(command, message) {
  console.error(`${command}: ${message}\nTry ${command} --help.`);
  return 2;
}

module.exports = { refuse, runCommand };
