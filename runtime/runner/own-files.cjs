// @ts-check
"use strict";

// Files that the program writes at its start, and loads: each start would be the reason for the next one. From outside that looks like
// somebody who saves while the program starts, several times in a row (a rebase does, a script), whose last save must not be lost.
// So the program is started once more when it has been quiet for a while, and only what is saved during that start, too, is the program's.

const { notice, relative } = require("../report.cjs");

/** Starts in a row for which one and the same file may be the reason at once. Who saves that fast is no person. */
const LATE_AT_MOST = 3;
/** Milliseconds without such a save after which nobody is at work any more. */
const QUIET = 500;

class OwnFiles {
  #onQuiet;
  /** How many starts in a row a file was saved after the program began and before it was watched; so in the last one. @type {Map<string, number>} */
  #late = new Map();
  /** @type {Map<string, number>} */
  #lateBefore = new Map();
  /** What was saved once too often: it starts the program anew when it is quiet. @type {Set<string>} */
  #doubted = new Set();
  /** Those because of which the program is about to be started, and was. @type {Set<string>} */
  #onTrialNext = new Set();
  /** @type {Set<string>} */
  #onTrial = new Set();
  /** The program's. @type {Set<string>} */
  #own = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {(files: string[]) => void} onQuiet nobody knows whether the program has read these as they are */
  constructor(onQuiet) {
    this.#onQuiet = onQuiet;
  }

  /** The program starts, and will read all files as they are now. */
  begin() {
    this.close();
    this.#lateBefore = this.#late;
    this.#late = new Map();
    this.#onTrial = this.#onTrialNext;
    this.#onTrialNext = new Set();
    for (const file of this.#own) if (!this.#lateBefore.has(file)) this.#own.delete(file);
  }

  /** It was saved while the program started: is that no reason to start it anew, or none for now? @param {string} file */
  isOwn(file) {
    const times = (this.#lateBefore.get(file) ?? 0) + 1;
    this.#late.set(file, times);
    if (times <= LATE_AT_MOST) return false;
    if (this.#own.has(file)) return true;
    if (this.#onTrial.has(file)) {
      this.#own.add(file);
      notice(`${relative(file)} is written each time the program starts: that is no reason to start it anew`);
      return true;
    }
    this.#doubted.add(file);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#try(), QUIET);
    return true;
  }

  #try() {
    this.#onTrialNext = new Set(this.#doubted);
    this.#doubted.clear();
    this.#onQuiet([...this.#onTrialNext]);
  }

  close() {
    clearTimeout(this.#timer);
    this.#doubted.clear();
  }
}

module.exports = { OwnFiles };
