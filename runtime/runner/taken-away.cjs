// @ts-check
"use strict";

// Files that the program makes, loads and takes away again (a bundled configuration): that it is not there any more is no reason
// for a new start, which would do the same. What was there before the program began somebody else has taken away. Who loads what stands
// in a folder starts without that, and nothing says what it lacks: it is watched until it is back, which is a reason to start anew. A
// program that itself takes away what it has found, and makes it anew in the start without it, would be started without end.

const { notice, relative } = require("../report.cjs");

/** As many are watched, those that have gone last: names that no build makes once more (`chunk-3f2a.js`) never return. */
const GONE_AT_MOST = 1000;
/** Starts in a row for which the return of one and the same file may be the reason at once. Who takes it away that often is hardly a person, … */
const RETURNS_AT_MOST = 3;
/** … if each time the program has run for less than that, in milliseconds. */
const SOON = 30_000;
/** Milliseconds that it has been there without a change, after which it is a reason all the same: a person's last word must not be lost. */
const PAUSE = 3000;
/** … at most: with each further return the pause is twice as long. */
const LONGEST_PAUSE = 30_000;

class TakenAway {
  /** What was there before the program that runs began, and what has come since. @type {Map<string, boolean>} */
  #isOlder = new Map();
  /** Of this and of former starts. @type {Set<string>} */
  #gone = new Set();
  /** Those that have come back in this start. @type {Set<string>} */
  #back = new Set();
  /** How often in a row the program was started for that, and it went again soon. @type {Map<string, number>} */
  #returns = new Map();
  /** Those for which it is to be started once they have been there for a while. @type {Set<string>} */
  #held = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #onStay;
  #startedAt = 0;
  /** That one of them is held back was told of in this start: a folder's files may come together. */
  #isTold = false;
  /** The program was started because of what nobody here has seen; is to be. */
  #isTried = false;
  #isToTry = false;
  /** Has done so in two starts in a row, by whatever names: it does in each. */
  #isProgram = false;

  /** @param {(files: string[]) => void} onStay these are back, and the program has not loaded them */
  constructor(onStay) {
    this.#onStay = onStay;
  }

  /** The program starts. @param {number} startedAt */
  begin(startedAt) {
    this.close();
    for (const file of this.#held) this.#gone.delete(file);
    this.#held.clear();
    this.#back.clear();
    this.#startedAt = startedAt;
    this.#isTold = false;
    this.#isOlder.clear();
    this.#isTried = this.#isToTry;
    this.#isToTry = false;
  }

  /** The program has loaded it. @param {string} file @param {boolean} isOlder than the program's start */
  loaded(file, isOlder) {
    this.#isOlder.set(file, isOlder);
  }

  /** Did it come, and was it loaded, since the program began? @param {string} file */
  hasCome(file) {
    return this.#isOlder.get(file) === false;
  }

  /** @param {string} file that was watched @param {boolean} isGone it has gone, or has come back */
  note(file, isGone) {
    if (isGone && Date.now() - this.#startedAt > SOON) this.#returns.delete(file);
    if (!isGone) {
      if (this.#gone.delete(file)) this.#back.add(file);
      return;
    }
    this.#back.delete(file);
    this.#held.delete(file);
    if (this.#isOlder.get(file)) this.#watch(file);
  }

  /** Has it come back once too often to be a reason at once? @param {string} file that was saved, while the program runs without it */
  isHeldBack(file) {
    const more = (this.#returns.get(file) ?? 0) - RETURNS_AT_MOST;
    if (more < 0 || !this.#back.has(file)) return false;
    // It may go again.
    this.#gone.add(file);
    this.#held.add(file);
    const pause = Math.min(LONGEST_PAUSE, PAUSE * 2 ** more);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // They may have gone once more.
      if (this.#held.size > 0) this.#onStay([...this.#held]);
    }, pause);
    if (this.#isTold) return true;
    this.#isTold = true;
    const what = `${relative(file)} goes each time the program has loaded it, and comes when it has started without it`;
    const when = `once it has been there for ${pause / 1000} s (Return does at once)`;
    notice(`${what}: the program is started anew ${when}`);
    return true;
  }

  /** The program is about to be started anew. @param {string[]} files because of these */
  startsFor(files) {
    const isBack = (/** @type {string} */ file) => this.#back.has(file);
    for (const file of files.filter(isBack)) this.#returns.set(file, (this.#returns.get(file) ?? 0) + 1);
    if (files.some((file) => this.#gone.has(file) || this.#returns.has(file))) return;
    // What is held back stays so, or it would take as many starts after each save.
    for (const [file, returns] of this.#returns) if (returns < RETURNS_AT_MOST) this.#returns.delete(file);
  }

  /** @param {string} file */
  #watch(file) {
    this.#gone.add(file);
    for (const first of this.#gone) {
      if (this.#gone.size <= GONE_AT_MOST) break;
      this.#gone.delete(first);
      this.#returns.delete(first);
    }
  }

  /** What somebody else has taken away, and is to be watched. @returns {Iterable<string>} */
  get gone() {
    return this.#gone;
  }

  /**
   * Is it none of the reasons for which the program asks for a new start? What has come since it began is watched here.
   * @param {string} file not there any more
   */
  isLeftAlone(file) {
    return this.#isOlder.get(file) === false || this.isPassing(file);
  }

  /**
   * Has nobody here seen it there, and is that no reason for a new start?
   * @param {string} file that the program has loaded, and that is not there any more
   */
  isPassing(file) {
    if (this.#isOlder.has(file)) return false;
    if (this.#isTried && !this.#isProgram) {
      this.#isProgram = true;
      const what = `${relative(file)} is not there any more, as soon as the program has loaded it`;
      notice(`${what}: that is no reason to start it anew (Return is)`);
    }
    this.#isToTry = !this.#isProgram;
    return this.#isProgram;
  }

  close() {
    clearTimeout(this.#timer);
  }
}

module.exports = { TakenAway };
