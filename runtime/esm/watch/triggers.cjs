// @ts-check
"use strict";

// Files that need not be modules: who wants to hear of them is called, and nothing is evaluated.

const { anywhere } = require("../../globs.cjs");

class Triggers {
  #session;
  /** @type {Map<number, (files: string[]) => Promise<void>>} */
  callbacks = new Map();

  /** @param {import("../../../native/addon").Session} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * @param {number} trigger
   * @param {string} target
   * @param {string} folder what globs are relative to
   * @param {string[]} globs
   * @param {(files: string[]) => Promise<void>} callback
   */
  add(trigger, target, folder, globs, callback) {
    if (this.callbacks.has(trigger)) this.#session.removeTrigger(trigger);
    this.callbacks.set(trigger, callback);
    const ignored = ["node_modules", ".git"].flatMap((name) => [`**/${name}`, `**/${name}/**`]);
    this.#session.addTrigger(trigger, target, folder, globs, anywhere(ignored));
  }

  /** Calls those whose files have changed. */
  take() {
    for (const { trigger, files } of this.#session.takeTriggers()) {
      void this.callbacks.get(trigger)?.(files);
    }
  }

  /** Nobody wants to hear any more. */
  clear() {
    for (const trigger of this.callbacks.keys()) this.#session.removeTrigger(trigger);
    this.callbacks.clear();
  }
}

module.exports = { Triggers };
