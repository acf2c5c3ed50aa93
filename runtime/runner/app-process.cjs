// @ts-check
"use strict";

// One run of the program: a process, its channel to us, what it has loaded, how it ends.

const { spawn } = require("node:child_process");
const { EventEmitter } = require("node:events");
const { runnerPreload } = require("../flags.cjs");
const { endLeftovers, signalGroup } = require("./process-group.cjs");

/**
 * @typedef {import("./link.cjs").FromApp} FromApp
 * @typedef {import("./link.cjs").Crash} Crash
 * @typedef {import("./link.cjs").Verdict} Verdict
 * @typedef {import("./link.cjs").FromAgent} FromAgent
 * @typedef {import("./link.cjs").ToAgent} ToAgent
 * @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Exit
 *
 * What every run of the program has in common.
 * @typedef {object} Command
 * @property {string} execPath
 * @property {string[]} nodeArguments
 * @property {string} script
 * @property {string[]} scriptArguments
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {boolean} register
 * @property {{ source: boolean } | null} page does it tell a page what it does?
 * @property {"pipe" | "inherit"} stdin
 * @property {number} gracePeriod milliseconds: without a runner it ends itself as the runner would have ended it
 */

/** stdio places: 3 is Node's IPC channel, 4 ours. */
const CHANNEL = 4;
/** Milliseconds for an answer; a program that computes for longer counts as stuck. */
const PATIENCE = 1500;
/** Milliseconds for the report of what is being loaded; then the program counts as stuck in that. */
const REPORTED = 300;
/** So many loads that are told of one by one are answered together: of those that are not, the program tells a few only (link.cjs). */
const HEARD = 20;
/** Milliseconds for what an ended program has said to arrive, should its channel be kept open by something. */
const LAST_WORDS = 100;

/**
 * Events: `message` (what the program said with `process.send`), `loaded`, `fullReload` (asked for by a worker), `page` (for
 * the page).
 * @extends {EventEmitter<{ message: [any], loaded: [files: string[], taught: string[] | null, isHooked: boolean], fullReload: [import("./link.cjs").FullReload],
 *   page: [FromAgent] }>}
 */
class AppProcess extends EventEmitter {
  /** When it began to run, by the clock of files: before it is spawned, which on a busy machine returns long after its first steps. */
  startedAt = Date.now();
  /** Has Node come as far as to run anything? */
  hasBooted = false;
  /** What it died of, if of an error nobody caught. @type {Crash | undefined} */
  crash;
  /** @type {Exit | undefined} */
  exit;
  /** What it loads, and has not reported yet. @type {Set<string>} */
  #loading = new Set();
  /** … and what of that it has not been answered. */
  #loads = 0;
  /** @type {NodeJS.Timeout | undefined} */
  #stuck;
  #questions = 0;
  /** @type {Map<number, (verdict: Verdict | undefined) => void>} */
  #answers = new Map();

  /**
   * @param {Command} command
   * @param {boolean} isSpare boots, and waits for {@link release}
   */
  constructor(command, isSpare) {
    super();
    const { execPath, nodeArguments, script, scriptArguments, cwd, stdin } = command;
    this.child = spawn(execPath, [...nodeArguments, script, ...scriptArguments], {
      cwd,
      env: environmentOf(command, isSpare),
      stdio: [stdin, "inherit", "inherit", "ipc", "pipe"],
      // A process group of its own, so that what it starts can be ended with it.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    this.channel = /** @type {import("node:net").Socket} */ (this.child.stdio[CHANNEL]);
    this.channel?.setEncoding("utf8");
    this.channel?.on("error", () => {}); // it has ended: `ended` says so
    let rest = "";
    this.channel?.on("data", (text) => {
      const lines = (rest + text).split("\n");
      rest = /** @type {string} */ (lines.pop());
      for (const line of lines) this.#hear(JSON.parse(line));
    });
    this.child.stdin?.on("error", () => {});
    this.child.on("message", (message) => this.emit("message", message));
    /** @type {Promise<Exit>} */
    this.ended = new Promise((resolve) => {
      this.child.on("error", (error) => {
        if (this.child.pid === undefined) resolve(this.#end({ code: 1, signal: null }, error));
      });
      // Not "close", which waits until its children have closed what they inherited.
      this.child.on("exit", (code, signal) => {
        // What it said last may still be on its way: our channel is closed in all it starts, so it ends with it.
        const finish = () => {
          clearTimeout(timer);
          resolve(this.#end({ code, signal }));
        };
        const timer = setTimeout(finish, LAST_WORDS);
        if (this.channel.destroyed) finish();
        else this.channel.once("close", finish);
      });
    });
  }

  /** @param {Exit} exit @param {Error} [failure] */
  #end(exit, failure) {
    this.exit = exit;
    this.#loaded();
    if (failure) process.stderr.write(`[heatsync] ${failure.message}\n`);
    for (const answer of this.#answers.values()) answer(undefined);
    return exit;
  }

  /** @param {FromApp} message */
  #hear(message) {
    switch (message.type) {
      case "started":
        this.hasBooted = true;
        break;
      case "full-reload":
        this.emit("fullReload", message);
        break;
      case "loading":
        this.#loading.add(message.file);
        this.#stuck ??= setTimeout(() => this.#loaded(), REPORTED);
        if (++this.#loads === HEARD) {
          this.say({ type: "heard", loads: HEARD });
          this.#loads = 0;
        }
        break;
      case "loaded":
        for (const file of message.files) this.#loading.delete(file);
        this.emit("loaded", message.files, message.taught, message.isHooked);
        break;
      case "crash":
        this.crash = message;
        break;
      case "page":
        this.emit("page", message);
        break;
      case "verdict":
        this.#answers.get(message.question)?.(message);
        break;
      default:
        unreachable(message);
    }
  }

  /** What it was loading when it hung, or died without a word. Nobody has said whether it is ours to judge: it may be a require hook's. */
  #loaded() {
    clearTimeout(this.#stuck);
    this.#stuck = undefined;
    const files = [...this.#loading];
    this.#loading.clear();
    if (files.length > 0) this.emit("loaded", files, null, true);
  }

  /** Lets a spare run the program. */
  release() {
    this.startedAt = Date.now();
    this.channel.write("!");
  }

  /**
   * Which of these files does the program reload itself, and which does a require hook of it refuse?
   * @param {string[]} files
   * @returns {Promise<Verdict | undefined>} undefined: it does not answer
   */
  ask(files) {
    const question = ++this.#questions;
    return new Promise((resolve) => {
      const finish = (/** @type {Verdict | undefined} */ verdict) => {
        clearTimeout(timer);
        this.#answers.delete(question);
        resolve(verdict);
      };
      const timer = setTimeout(finish, PATIENCE, undefined);
      this.#answers.set(question, finish);
      this.channel.write(`${JSON.stringify({ type: "question", question, files })}\n`);
    });
  }

  /** @param {ToAgent | { type: "heard", loads: number }} message */
  say(message) {
    if (!this.exit) this.channel.write(`${JSON.stringify(message)}\n`);
  }

  /** By Node's IPC channel. @param {any} message */
  send(message) {
    if (this.child.connected) this.child.send(message, () => {});
  }

  disconnect() {
    if (this.child.connected) this.child.disconnect();
  }

  /** @param {NodeJS.Signals} signal to the program alone */
  signal(signal) {
    if (!this.exit) this.child.kill(signal);
  }

  /** @param {NodeJS.Signals} signal to it and all it has started, as the terminal's Ctrl-C */
  signalAll(signal) {
    if (this.child.pid !== undefined) signalGroup(this.child.pid, signal);
  }

  /** It has outlived its grace period. */
  isOverdue = false;

  /**
   * Ends it and all it has started: `signal`, after `grace` milliseconds SIGKILL. The program first: it may want to end its
   * children itself.
   * @param {NodeJS.Signals} signal
   * @param {number} grace 0: SIGKILL at once; Infinity: never
   */
  async end(signal, grace) {
    const { pid } = this.child;
    if (pid === undefined) return;
    const began = performance.now();
    if (grace === 0) this.signalAll("SIGKILL");
    else if (!this.exit) this.child.kill(signal);
    const kill = () => {
      this.isOverdue = true;
      this.signalAll("SIGKILL");
    };
    const timer = Number.isFinite(grace) && grace > 0 ? setTimeout(kill, grace) : undefined;
    await this.ended;
    clearTimeout(timer);
    await endLeftovers(pid, signal, Math.max(0, grace - (performance.now() - began)));
  }
}

/**
 * The environment of the program: the user's, and our preload in front of theirs.
 * @param {Command} command
 * @param {boolean} isSpare
 */
function environmentOf({ env, register, page, gracePeriod }, isSpare) {
  return {
    ...env,
    NODE_OPTIONS: env.NODE_OPTIONS ? `${runnerPreload()} ${env.NODE_OPTIONS}` : runnerPreload(),
    HEATSYNC_RUNNER_CHANNEL: String(CHANNEL),
    HEATSYNC_RUNNER_GRACE: String(gracePeriod),
    ...(isSpare ? { HEATSYNC_RUNNER_HOLD: "1" } : {}),
    ...(register ? {} : { HEATSYNC_RUNNER_REGISTER: "0" }),
    ...(page ? { HEATSYNC_RUNNER_PAGE: page.source ? "source" : "1" } : {}),
  };
}

/** @param {never} message @returns {never} */
function unreachable(message) {
  throw new Error(`heatsync-rs: a message nobody knows: ${JSON.stringify(message)}`);
}

module.exports = { AppProcess };
