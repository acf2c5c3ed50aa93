// @ts-check
"use strict";

// Files that the program makes, loads and takes away again (a bundled configuration): that it is not there any more is no reason
// for a new start, which would do the same. What was there before the program began somebody else has taken away. Who loads what stands
// in a folder starts without that, and nothing says what it lacks: it is watched until it is back, which is a reason to start anew.

const { notice, relative } = require("../report.cjs");

class TakenAway {
  /** What was there before the program that runs began, and what has come since. @type {Map<string, boolean>} */
  #isOlder = new Map();
  /** Of this and of former starts. @type {Set<string>} */
  #gone = new Set();
  /** The program was started because of what nobody here has seen; is to be. */
  #isTried = false;
  #isToTry = false;
  /** Has done so in two starts in a row, by whatever names: it does in each. */
  #isProgram = false;

  /** The program starts. */
  begin() {
    this.#isOlder.clear();
    this.#isTried = this.#isToTry;
    this.#isToTry = false;
  }

  /** The program has loaded it. @param {string} file @param {boolean} isOlder than the program's start */
  loaded(file, isOlder) {
    this.#isOlder.set(file, isOlder);
  }

  /** @param {string} file that was watched @param {boolean} isGone it has gone, or has come back */
  note(file, isGone) {
    if (!isGone) this.#gone.delete(file);
    else if (this.#isOlder.get(file)) this.#gone.add(file);
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
