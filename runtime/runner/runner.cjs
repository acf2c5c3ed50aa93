// @ts-check
"use strict";

// Runs a program, and runs it anew when something changed that can't be reloaded in place.

const { EventEmitter } = require("node:events");
const fs = require("node:fs");
const path = require("node:path");
const { agreeing } = require("../report.cjs");
const { AppProcess } = require("./app-process.cjs");
const { Ending } = require("./ending.cjs");
const { Spare } = require("./spare.cjs");
const { GONE, describe, namesOf } = require("./words.cjs");

/**
 * @typedef {import("./app-process.cjs").Command} Command
 * @typedef {import("./app-process.cjs").Exit} Exit
 * @typedef {import("./files.cjs").Change} Change
 * @typedef {import("../inspect/runner-page.cjs").RunnerPage} RunnerPage
 * @typedef {import("../../native/addon").JsProblem} Problem
 *
 * @typedef {object} Settings
 * @property {Command} command
 * @property {string} entry the script's file
 * @property {NodeJS.Signals} signal
 * @property {number} gracePeriod milliseconds
 * @property {boolean} wait also when the program has ended well
 * @property {boolean} spare
 * @property {string[]} restart globs
 * @property {string[]} envFiles read by Node itself
 * @property {RunnerPage | null} page
 * @property {(settings: { port: number, source: boolean }) => RunnerPage} openPage
 * @property {() => void} clear
 * @property {(text: string) => void} log
 */

/** Node's own: an error nobody caught, one that a handler of 'uncaughtException' has thrown, a top-level await that never came to an end. */
const CRASH_CODES = new Set([1, 7, 13]);
/** The kernel's or V8's last word. Other signals are somebody's wish. */
const CRASH_SIGNALS = new Set(["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE", "SIGTRAP", "SIGSYS"]);
/** Signals that mean: end. */
const ENDING = new Set(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK"]);
/** Those a terminal sends to every process in its foreground. */
const OF_TERMINAL = new Set(["SIGINT", "SIGHUP", "SIGQUIT", "SIGWINCH"]);

/**
 * @extends {EventEmitter<{ start: [{ pid: number, restarts: number }], restart: [{ reason: string, files: string[] }],
 *   crash: [Exit], message: [any], invalidated: [string[]], page: [{ url: string }] }>}
 */
class Runner extends EventEmitter {
  #settings;
  #spare;
  /** @type {AppProcess | undefined} */
  #app;
  /** @type {import("./files.cjs").Files | undefined} */
  #files;
  /** running; a restart is under way; waiting for a change after a crash; over @type {"running" | "restarting" | "waiting" | "over"} */
  #state = "running";
  #restarts = 0;
  /** @type {RunnerPage | null} */
  #page;
  #isAskedToEnd = false;
  #ending;
  /** Has any process of the program begun? */
  #hasBooted = false;
  /** Files that are no modules, as the program began: which of them go before they are watched tells no time of theirs. @type {string[]} */
  #there;
  /** What the program has said to have loaded before anybody was there to watch it. @type {[files: string[], taught: string[] | null, isHooked: boolean][]} */
  #unwatched = [];
  /** What it has asked for by then: whether that is a reason for a new start, is for who watches to say. @type {(() => void)[] | null} */
  #unjudged = [];
  /** What came while no program was there to read it. @type {Buffer[]} */
  #unread = [];
  #inputHasEnded = false;
  /** Called when there is perhaps less that nobody has read. */
  onRead = () => {};
  /** While it waits for a change, nothing else may hold the event loop open. */
  #alive = setInterval(() => {}, 2 ** 31 - 1);
  /** @type {(exit: Exit) => void} */
  #finish = () => {};

  /** @param {Settings} settings */
  constructor(settings) {
    super();
    this.#settings = settings;
    this.#page = settings.page;
    this.#spare = new Spare(settings);
    this.#ending = new Ending(settings.gracePeriod, (reason, files, lacked) => {
      if (this.#state === "running") void this.restart(reason, files, lacked);
    });
    const { command, envFiles, restart } = settings;
    const plain = [".env", ...envFiles, ...restart].map((file) => path.resolve(command.cwd, file));
    this.#there = plain.filter((file) => fs.existsSync(file));
    /** @type {Promise<Exit>} */
    this.ended = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#start();
    // After the program's process is on its way: loading the addon takes as long as Node's first steps.
    setImmediate(() => this.#watch());
  }

  get pid() {
    return this.#app?.child.pid;
  }

  #watch() {
    const { command, entry, envFiles, restart } = this.#settings;
    if (this.#state === "over") return;
    try {
      const { Files } = require("./files.cjs");
      const { byWhatIsLeftOut } = require("./left-out.cjs");
      const isRunning = () => this.#state === "running";
      this.#files = new Files(entry, command.cwd, (change) => void this.#changed(change), isRunning);
      const plain = [".env", ...envFiles, ...restart];
      const startedAt = this.#app?.startedAt ?? Date.now();
      for (const { patterns, leftOut } of byWhatIsLeftOut(plain))
        this.#files.watchPlain(command.cwd, patterns, startedAt, leftOut);
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      this.#settings.log(`files are not watched: ${message}`);
      this.#judge();
      return;
    }
    this.#files.begin(this.#app?.startedAt ?? Date.now());
    for (const loaded of this.#unwatched.splice(0)) this.#files.add(...loaded);
    if (this.#state === "waiting") this.#files.settle({ crash: this.#app?.crash, keep: true });
    const gone = this.#there.filter((file) => !fs.existsSync(file));
    if (gone.length > 0) void this.#changed({ files: gone, problems: [], isPlain: true });
    this.#judge();
  }

  #judge() {
    const asked = this.#unjudged ?? [];
    this.#unjudged = null;
    for (const ask of asked) ask();
  }

  /** @param {number} [milliseconds] since it was to start */
  #start(milliseconds) {
    this.#settings.clear();
    const app = this.#spare.take() ?? new AppProcess(this.#settings.command, false);
    this.#app = app;
    this.#state = "running";
    this.#isAskedToEnd = false;
    this.#ending.forget();
    for (const chunk of this.#unread.splice(0)) app.child.stdin?.write(chunk);
    if (this.#inputHasEnded) app.child.stdin?.end();
    // "close": who reads nothing any more holds up nobody.
    for (const event of ["drain", "close"]) app.child.stdin?.on(event, () => this.onRead());
    this.onRead();
    app.on("message", (message) => this.#heard(app, message));
    app.on("fullReload", ({ reason, files, loaded, lacked }) => {
      if (this.#app === app) this.#asked(reason, files, loaded, lacked);
    });
    app.on("loaded", (...loaded) => {
      if (this.#app !== app) return;
      if (this.#files) this.#files.add(...loaded);
      else this.#unwatched.push(loaded);
    });
    app.on("page", (message) => {
      if (this.#app === app) this.#heardForPage(app, message);
    });
    void app.ended.then((exit) => this.#appEnded(app, exit));
    this.#files?.begin(app.startedAt);
    this.emit("start", { pid: app.child.pid ?? 0, restarts: this.#restarts });
    this.#page?.started(app, milliseconds);
    this.#spare.prepareSoon();
  }

  /** @param {AppProcess} app @param {any} message */
  #heard(app, message) {
    if (this.#app !== app) return;
    this.emit("message", message);
    if (message?.type === "hot-hook:full-reload") {
      const textsOf = (/** @type {unknown} */ it) =>
        [it ?? []].flat().filter((each) => typeof each === "string");
      const files = textsOf(message.paths ?? message.path);
      const reason = message.reason ?? "can't be reloaded in place";
      this.#asked(reason, files, textsOf(message.loaded), message.lacked);
    }
    if (message?.type === "hot-hook:invalidated" && Array.isArray(message.paths)) {
      this.emit("invalidated", message.paths);
      // By hot-hook itself: what is ours has said so (`parent.cjs`).
      if (message.isTold !== true)
        this.#settings.log(`reloaded ${namesOf(message.paths, this.#settings.command.cwd)}`);
    }
  }

  /**
   * The program says that a new start alone has what changed.
   * @param {string} reason
   * @param {string[]} files
   * @param {string[]} loaded
   * @param {string} [lacked] what they went on without
   */
  #asked(reason, files, loaded, lacked) {
    if (this.#unjudged) return void this.#unjudged.push(() => this.#asked(reason, files, loaded, lacked));
    // Of what it lacked it names who did, which nobody has saved.
    if (!lacked && this.#files?.areOwn(files)) return;
    if (reason === GONE && this.#files?.areTakenAway(files)) return;
    this.#restartUnlessBroken(reason, files, this.#files?.problems(files, loaded), lacked);
  }

  /** @param {AppProcess} app @param {import("./link.cjs").FromAgent} message */
  #heardForPage(app, message) {
    if (!this.#page && message.what === "wanted") {
      this.#page = this.#settings.openPage(message);
      this.#page.started(app);
    }
    this.#page?.heard(message);
  }

  /** @param {Change} change */
  async #changed({ files, problems, isPlain, isAsked }) {
    const app = this.#app;
    if (this.#state !== "running" || !app) {
      if (this.#state === "waiting") void this.restart("changed", files);
      return;
    }
    if (isPlain) return this.#restartFor("changed", files);
    if (isAsked) return this.#restartUnlessBroken("changed", files, problems);
    const verdict = await app.ask(files);
    // It has ended instead of answering: what that means comes first.
    if (app.exit) await new Promise(setImmediate);
    if (this.#app !== app) return;
    if (/** @type {string} */ (this.#state) === "waiting") {
      const others = files.filter((file) => !this.#files?.isOfCrashed(file));
      if (others.length > 0) void this.restart("changed", others);
    }
    if (this.#state !== "running") return;
    const foreign = files.filter((_, index) => !verdict?.isOwn[index]);
    if (foreign.length === 0) return;
    const refused = verdict?.refused.filter((words) => words !== null) ?? [];
    for (const words of refused) this.#settings.log(`not restarted: ${words}`);
    if (refused.length > 0) return;
    // It has said meanwhile which are ours to judge; where it computes for long, it is not to be ended for what can't start.
    const broken = verdict ? this.#files?.problems(foreign) : this.#files?.problemsUnanswered(foreign);
    const what = foreign.some((file) => fs.existsSync(file)) ? "changed" : GONE;
    if (what === GONE && this.#files?.arePassing(foreign)) return;
    this.#restartUnlessBroken(verdict ? what : `${what}, and the program does not answer`, foreign, broken);
  }

  /**
   * A program that runs is worth more than one that can't start.
   * @param {string} reason
   * @param {string[]} files
   * @param {Problem[]} [problems] what is wrong with them
   * @param {string} [lacked] what they went on without
   */
  #restartUnlessBroken(reason, files, problems = [], lacked = undefined) {
    if (this.#files?.isLackedAgain(lacked, files)) return;
    const broken = problems.filter(({ code }) => code === "HEATSYNC_SYNTAX");
    for (const problem of broken) {
      this.#settings.log(`not restarted: ${describe(problem)}`);
      this.#page?.broken(problem);
    }
    if (broken.length === 0) this.#restartFor(reason, files, lacked);
  }

  /** @param {string} reason @param {string[]} files a change of the program that runs @param {string} [lacked] */
  #restartFor(reason, files, lacked) {
    if (!this.#ending.holds(reason, files, lacked)) void this.restart(reason, files, lacked);
  }

  /**
   * Ends the program and starts it anew.
   * @param {string} reason
   * @param {string[]} [files] because of which
   * @param {string} [lacked] what they went on without
   */
  async restart(reason, files = [], lacked = undefined) {
    if (this.#state === "restarting" || this.#state === "over") return; // what has not begun will see this change too
    this.#state = "restarting";
    const what =
      files.length > 0 ? `${namesOf(files, this.#settings.command.cwd)} ${agreeing(reason, files)}` : reason;
    this.#settings.log(`restarting: ${what}`);
    this.#files?.note(files, lacked);
    this.emit("restart", { reason, files });
    this.#page?.restarting(reason, files);
    const began = performance.now();
    const { signal, gracePeriod } = this.#settings;
    await this.#app?.end(signal, gracePeriod);
    // A runner that was busy has read only now that it had begun.
    this.#hasBooted ||= this.#app?.hasBooted ?? false;
    // Else it is the restart that seems to take so long.
    if (this.#app?.isOverdue)
      this.#settings.log(`the program had not ended ${gracePeriod} ms after ${signal}, and was killed`);
    // Asked to end meanwhile.
    if (/** @type {string} */ (this.#state) === "over") return;
    this.#restarts++;
    this.#start(performance.now() - began);
  }

  /** @param {AppProcess} app @param {Exit} exit */
  async #appEnded(app, exit) {
    if (this.#app !== app || this.#state !== "running") return;
    const { code, signal } = exit;
    this.#hasBooted ||= app.hasBooted;
    const isCrash =
      app.crash !== undefined ||
      !app.hasBooted ||
      (code !== null && CRASH_CODES.has(code)) ||
      (signal !== null && CRASH_SIGNALS.has(signal));
    // Node itself refused to start: no save mends that, unless it has started before (an env file that is away).
    const canBeMended = this.#hasBooted || signal !== null;
    if (this.#isAskedToEnd || !canBeMended || (!isCrash && !this.#settings.wait)) return this.#over(exit);
    this.#state = "waiting";
    this.#files?.ended();
    this.onRead();
    await app.end(this.#settings.signal, this.#settings.gracePeriod); // what it left behind
    if (this.#app !== app || this.#state !== "waiting") return;
    // Before it is said that we wait: whoever reads that may save at once.
    this.#files?.settle({ crash: app.crash, keep: true });
    if (this.#state !== "waiting") return; // saved meanwhile
    const isTaken = app.crash?.code === "EADDRINUSE" ? ": its port is in use by another one" : "";
    const how = (signal ? `was ended by ${signal}` : `ended with exit code ${code}`) + isTaken;
    this.#settings.log(`the program ${how}; waiting for a change (Return starts it again)`);
    this.#page?.crashed(`the program ${how}`);
    this.emit("crash", exit);
    // What Node refuses it would refuse a spare.
    if (app.hasBooted) this.#spare.prepareSoon();
  }

  /**
   * A signal for the program, as if it had got it itself.
   * @param {NodeJS.Signals} signal
   */
  forward(signal) {
    if (this.#state === "waiting" && ENDING.has(signal)) return void this.#over({ code: null, signal });
    if (this.#state === "restarting" && ENDING.has(signal)) return void this.stop(signal);
    if (ENDING.has(signal)) {
      this.#isAskedToEnd = true;
      this.#ending.expect();
    }
    if (OF_TERMINAL.has(signal)) this.#app?.signalAll(signal);
    else this.#app?.signal(signal);
  }

  /** @param {NodeJS.Signals} signal to the program and all it has started */
  signalAll(signal) {
    this.#app?.signalAll(signal);
  }

  /**
   * Ends the program and what it has started, and then the runner.
   * @param {NodeJS.Signals} [signal]
   * @returns {Promise<Exit>} how the program ended
   */
  async stop(signal = this.#settings.signal) {
    const app = this.#app;
    if (this.#state === "over") return this.ended;
    const wasRunning = this.#state === "running";
    this.#state = "over";
    this.#spare.discard();
    await app?.end(signal, this.#settings.gracePeriod);
    await this.#over(wasRunning && app?.exit ? app.exit : { code: null, signal });
    return this.ended;
  }

  /** @param {Exit} exit */
  async #over(exit) {
    this.#state = "over";
    this.#spare.discard();
    this.#files?.close();
    await this.#app?.end(this.#settings.signal, this.#settings.gracePeriod);
    clearInterval(this.#alive);
    this.#ending.forget();
    this.#page?.close();
    this.#finish(exit);
  }

  /** For a change: no program runs. */
  get isWaiting() {
    return this.#state === "waiting";
  }

  /** The program's, while there is one: what comes as it ends is for the next one. */
  get #input() {
    const { stdin = null, exitCode = null, signalCode = null } = this.#app?.child ?? {};
    return this.#state === "running" && exitCode === null && signalCode === null ? stdin : null;
  }

  /** Input for the program. @param {Buffer} chunk */
  input(chunk) {
    if (this.#input) this.#input.write(chunk);
    else this.#unread.push(chunk);
  }

  get unreadBytes() {
    return this.#input?.writableLength ?? this.#unread.reduce((sum, { length }) => sum + length, 0);
  }

  endInput() {
    this.#inputHasEnded = true;
    this.#app?.child.stdin?.end();
  }

  /** Of nobody's IPC channel but ours: `process.on("message")` of the program. @param {any} message */
  send(message) {
    this.#app?.send(message);
  }

  /** Nobody will send anything any more. */
  disconnect() {
    this.#app?.disconnect();
  }

  /** For the moment in which this process ends, whatever it ends of. */
  kill() {
    this.#spare.discard();
    if (this.#app && !this.#app.exit) this.#app.signalAll("SIGKILL");
  }
}

module.exports = { Runner };
