// @ts-check
"use strict";

// Files that the program makes, loads and takes away again (a bundled configuration): that it is not there any more is no reason
// for a new start, which would do the same. What was there before the program began somebody else has taken away. Who loads what stands
// in a folder starts without that, and nothing says what it lacks: it is watched until it is back, which is a reason to start anew. A
// program that itself takes away what it has found, and makes it anew in the start without it, would be started without end.

const { notice, relative } = require("../report.cjs");

/** As many are watched, those that have gone last: names that no build makes once more (`chunk-3f2a.js`) never return. */
const GONE_AT_MOST = 1000;
/** Starts in a row for which the return of one and the same file may be the reason. Who takes it away that often is no person, … */
const RETURNS_AT_MOST = 3;
/** … if each time the program has run for less than that, in milliseconds. */
const SOON = 30_000;

class TakenAway {
  /** What was there before the program that runs began, and what has come since. @type {Map<string, boolean>} */
  #isOlder = new Map();
  /** Of this and of former starts. @type {Set<string>} */
  #gone = new Set();
  /** How often in a row the program was started since it was back, and it went again soon. @type {Map<string, number>} */
  #returns = new Map();
  #startedAt = 0;
  /** That one of them is given up was told of in this start: a folder's files may go together. */
  #isTold = false;
  /** The program was started because of what nobody here has seen; is to be. */
  #isTried = false;
  #isToTry = false;
  /** Has done so in two starts in a row, by whatever names: it does in each. */
  #isProgram = false;

  /** The program starts. @param {number} startedAt */
  begin(startedAt) {
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
    const returns = this.#returns.get(file) ?? 0;
    if (!isGone) {
      if (this.#gone.delete(file)) this.#returns.set(file, returns + 1);
    } else if (this.#isOlder.get(file) && !this.#gone.has(file)) {
      if (returns < RETURNS_AT_MOST) this.#watch(file);
      else if (returns === RETURNS_AT_MOST) this.#giveUp(file);
    }
  }

  /** @param {string} file */
  #giveUp(file) {
    this.#returns.set(file, RETURNS_AT_MOST + 1);
    if (this.#isTold) return;
    this.#isTold = true;
    const what = `${relative(file)} goes each time the program has loaded it, and comes when it has started without it`;
    notice(`${what}: its coming is no reason to start it anew any more (Return is)`);
  }

  /** The program is about to be started anew. @param {string[]} files because of these */
  startsFor(files) {
    if (files.some((file) => this.#gone.has(file) || this.#returns.has(file))) return;
    // What is given up stays so, or it would take as many starts after each save.
    for (const [file, returns] of this.#returns) if (returns <= RETURNS_AT_MOST) this.#returns.delete(file);
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
    const isOlder = this.#isOlder.get(file);
    if (isOlder !== undefined) return !isOlder;
    if (this.#isTried && !this.#isProgram) {
      this.#isProgram = true;
      const what = `${relative(file)} is not there any more, as soon as the program has loaded it`;
      notice(`${what}: that is no reason to start it anew (Return is)`);
    }
    this.#isToTry = !this.#isProgram;
    return this.#isProgram;
  }
}

module.exports = { TakenAway };
