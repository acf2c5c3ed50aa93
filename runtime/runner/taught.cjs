// @ts-check
"use strict";

// Of which files of the program a require hook makes something else: what they hold is not the runner's to judge.

class Taught {
  /** @type {Set<string>} */
  #files = new Set();
  /** What may be so: the program hangs in it, computes, or has died, and has not said. @type {Set<string>} */
  #unsaid = new Set();

  /**
   * @param {string[]} files that the program loads
   * @param {string[] | null} taught null: it has not come to say which, and what it has said of them before holds
   */
  note(files, taught) {
    for (const file of files) {
      if (taught) this.#files.delete(file);
      if (taught || this.#files.has(file)) this.#unsaid.delete(file);
      else this.#unsaid.add(file);
    }
    for (const file of taught ?? []) this.#files.add(file);
  }

  /** @param {string} file */
  has(file) {
    return this.#files.has(file) || this.#unsaid.has(file);
  }

  /** @param {string} file */
  isUnsaid(file) {
    return this.#unsaid.has(file);
  }
}

module.exports = { Taught };
