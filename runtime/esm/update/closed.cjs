// @ts-check
"use strict";

// What failed updates have left closed: dispose handlers had run, the new version has not come, and the old one goes on without its
// server, its timer, its connection. Two things follow. The old text, saved again, is what runs, and no news to the engine; but
// what runs is closed, so it is evaluated anew. And where that server was all that kept the process, it would end, with code 0, at
// a mistyped name: it waits for the save that mends it. So it does while an update is in flight whose body awaits what never comes. Who has been told
// to end, and closes what is open for that, is not kept.

const { say } = require("../../hot-events.cjs");
const { clearTimeout, setTimeout } = require("../../intrinsics.cjs");
const { listed } = require("../../report.cjs");
const { isMainThread } = require("../../thread.cjs");
const { beforeEmitted } = require("../hooks/process-emit.cjs");
const { keepSignalsBetween } = require("./signals-between.cjs");

/** @typedef {import("./outcome.cjs").Outcome} Outcome */

/** The longest there is. */
const FOR_GOOD = 2 ** 31 - 1;
/** What asks a process to end; those that no listener of the program's hears end it by themselves. */
const SIGNALS = /** @type {const} */ (["SIGHUP", "SIGINT", "SIGTERM"]);
/** No thread but the main one hears a signal. Who wants another one to end tells it so by a message, and the thread closes its port. */
const port = isMainThread ? null : require("node:worker_threads").parentPort;

class Closed {
  #isRefused;
  #updates;
  /** What is closed, with the files of the update that failed. @type {Map<string, Set<string>>} */
  #closed = new Map();
  /** A file holds again what runs: that may have been all that was wrong. */
  #mayReopen = false;
  #isHeard = false;
  /** By a signal, since when no update has begun and nothing has gone live. */
  #isToldToEnd = false;
  /** What the process waits with. @type {NodeJS.Timeout | null} */
  #waiting = null;

  /**
   * @param {(file: string) => boolean} isRefused does it hold what did not go live?
   * @param {import("./update.cjs").Updates} updates
   */
  constructor(isRefused, updates) {
    this.#isRefused = isRefused;
    this.#updates = updates;
  }

  /** An update is about to begin. */
  begin() {
    // What a signal told meant something else: SIGHUP, to read the configuration again, or SIGINT that is taken for a question.
    this.#isToldToEnd = false;
    if (this.#isHeard) return;
    this.#isHeard = true;
    beforeEmitted("beforeExit", () => this.#wait());
    for (const signal of SIGNALS) beforeEmitted(signal, () => this.#toldToEnd());
    if (isMainThread) keepSignalsBetween(() => this.#updates.isInFlight);
    port?.once("close", () => this.#toldToEnd());
  }

  /** An update has ended. @param {Outcome} outcome */
  note(outcome) {
    if ("disposed" in outcome) for (const file of outcome.disposed) this.#note(file, outcome.files);
    if ("evaluated" in outcome) for (const file of outcome.evaluated) this.#closed.delete(file);
    // It goes on all the same.
    if (outcome.type === "accepted") this.#isToldToEnd = false;
    this.#endWaiting();
  }

  /** @param {string} file @param {string[]} causes */
  #note(file, causes) {
    this.#closed.set(file, new Set([...(this.#closed.get(file) ?? []), ...causes]));
  }

  /** Nobody imports it any more. @param {string} file */
  left(file) {
    if (this.#closed.delete(file)) this.#endWaiting();
  }

  /** A file holds again what runs. */
  restored() {
    this.#mayReopen = this.#closed.size > 0;
  }

  /** No update is in flight, and none is to come by itself: one would have evaluated it. */
  reopen() {
    this.#endWaiting();
    if (!this.#mayReopen) return;
    this.#mayReopen = false;
    const isMended = (/** @type {string} */ file) => !this.#isRefused(file);
    const files = [...this.#closed].filter(([file, causes]) => [file, ...causes].every(isMended));
    if (files.length > 0) this.#updates.renew(files.map(([file]) => file));
  }

  /** Files are not watched any more. */
  stop() {
    this.#closed.clear();
    this.#endWaiting();
  }

  #toldToEnd() {
    this.#isToldToEnd = true;
    this.#endWaiting();
  }

  get #mustWait() {
    return !this.#isToldToEnd && (this.#closed.size > 0 || this.#updates.isInFlight);
  }

  /** The event loop is empty. */
  #wait() {
    if (!this.#mustWait || this.#waiting) return;
    this.#waiting = setTimeout(() => {}, FOR_GOOD);
    // What an update hangs at is told of after a while.
    if (this.#closed.size === 0) return;
    const closed = listed([...this.#closed.keys()]);
    const what = isMainThread ? "process" : "thread";
    say(`nothing keeps the ${what} going: it waits for a save, since dispose handlers had run in ${closed}`);
  }

  #endWaiting() {
    if (this.#mustWait || !this.#waiting) return;
    clearTimeout(this.#waiting);
    this.#waiting = null;
  }
}

module.exports = { Closed };
