// @ts-check
"use strict";

// A program that was sent a signal to end, as by Ctrl-C, and takes its time: a change meanwhile must not start it anew, or it would
// live on, and nobody end it any more. It may as well have caught the signal and go on, as a prompt does.

/** Milliseconds, at least, after which it is taken to go on. */
const AT_LEAST = 5000;
/** A timer that is to run longer fires at once. */
const LONGEST = 2 ** 31 - 1;

class Ending {
  #milliseconds;
  #onOutlived;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  /** What has changed since. @type {{ reason: string, files: Set<string>, lacked?: string } | null} */
  #held = null;

  /**
   * @param {number} gracePeriod
   * @param {(reason: string, files: string[], lacked?: string) => void} onOutlived called with what has changed meanwhile
   */
  constructor(gracePeriod, onOutlived) {
    this.#milliseconds = Math.min(Math.max(AT_LEAST, gracePeriod), LONGEST);
    this.#onOutlived = onOutlived;
  }

  expect() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const held = this.#held;
      this.forget();
      if (held) this.#onOutlived(held.reason, [...held.files], held.lacked);
    }, this.#milliseconds);
  }

  /**
   * Something changed: does that wait?
   * @param {string} reason
   * @param {string[]} files
   * @param {string} [lacked] what they went on without
   */
  holds(reason, files, lacked) {
    if (!this.#timer) return false;
    this.#held = { reason, files: new Set([...(this.#held?.files ?? []), ...files]), lacked };
    return true;
  }

  forget() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#held = null;
  }
}

module.exports = { Ending };
