// @ts-check
"use strict";

// Files as they were when the program was last started because of them, or when they did not parse: what is as it was is no news.

const { stateOf } = require("../file-state.cjs");
const { textOf } = require("./on-disk.cjs");

class Seen {
  #startedAt = 0;
  /** @type {Map<string, { at: number, state: string, text: string | null }>} */
  #seen = new Map();

  /** A run of the program begins. @param {number} startedAt by the clock of files */
  begin(startedAt) {
    this.#startedAt = startedAt;
  }

  /** Because of it the program is about to be started anew. @param {string} file @returns {string | null} what it holds; null: it is gone */
  note(file) {
    const text = textOf(file);
    this.#seen.set(file, { at: Date.now(), state: stateOf(file), text });
    return text;
  }

  /**
   * Was the program started because of this very save? That it holds the same text is not enough: somebody may have gone to another branch
   * and back, and the program has begun in between.
   * @param {string} file
   */
  hasRead(file) {
    const seen = this.#seen.get(file);
    return seen !== undefined && seen.at <= this.#startedAt && seen.state === stateOf(file);
  }

  /** Does it hold what it held when the program was started because of it? @param {string} file */
  isAsItWas(file) {
    const seen = this.#seen.get(file);
    return seen !== undefined && seen.text === textOf(file);
  }
}

class Broken {
  /** Files that did not parse, as they were. @type {Map<string, string>} */
  #states = new Map();

  /** Was it not saved since it did not parse before? It comes along with other changes. @param {string} file @param {boolean} isBroken by now */
  isToldOf(file, isBroken) {
    const before = this.#states.get(file);
    this.#states.delete(file);
    if (isBroken) this.#states.set(file, stateOf(file));
    return before !== undefined && this.#states.get(file) === before;
  }
}

module.exports = { Broken, Seen };
