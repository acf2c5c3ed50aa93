// @ts-check
"use strict";

// A parent that watches for us may tell of the first of two saves alone: chokidar, AdonisJS' watcher, drops what a file does within
// 50 ms of the "change" it has told of. What was read by then, a text before its formatter or half of one, would stay. hot-hook
// reads a file when it is imported, and so mostly later; here it has been read already.

const path = require("node:path");
const { stateOf } = require("../file-state.cjs");
const { clearTimeout, setTimeout } = require("../intrinsics.cjs");

/** Milliseconds: longer than chokidar is silent, and a message is under way. */
const SILENCE = 100;

class ToldAgain {
  #onChange;
  /** `isOurs`: nobody else has told of that state yet. @type {Map<string, { state: string, isOurs: boolean, timer: NodeJS.Timeout }>} */
  #told = new Map();

  /** @param {(file: string) => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** The parent tells of it. @param {string} name */
  tell(name) {
    const file = path.resolve(name);
    const before = this.#told.get(file);
    // Before it is read: what is saved in between is told of once more, not lost.
    const state = stateOf(file);
    if (before?.isOurs && before.state === state) before.isOurs = false;
    else this.#changed(file, state, false);
  }

  /** @param {string} file @param {string} state @param {boolean} isOurs */
  #changed(file, state, isOurs) {
    clearTimeout(this.#told.get(file)?.timer);
    const timer = setTimeout(() => this.#look(file), SILENCE);
    timer.unref();
    this.#told.set(file, { state, isOurs, timer });
    this.#onChange(file);
  }

  /** @param {string} file */
  #look(file) {
    const state = stateOf(file);
    const before = this.#told.get(file);
    if (before?.state !== state) this.#changed(file, state, true);
    else if (!before.isOurs) this.#told.delete(file);
  }

  stop() {
    for (const { timer } of this.#told.values()) clearTimeout(timer);
    this.#told.clear();
  }
}

module.exports = { ToldAgain };
