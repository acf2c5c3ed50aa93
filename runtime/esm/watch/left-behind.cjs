// @ts-check
"use strict";

// Files that have left the graph in the update in flight. Its end says of them, too, what they were made from; so the engine takes them for
// loaded until then.

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../../../native/addon").Session} Session */

class LeftBehind {
  #graph;
  #session;
  /** @type {Set<string>} */
  #files = new Set();

  /** @param {Graph} graph @param {Session} session */
  constructor(graph, session) {
    this.#graph = graph;
    this.#session = session;
  }

  /** @param {string} file */
  add(file) {
    this.#files.add(file);
  }

  /** Those that nobody has asked for since. */
  #present() {
    return [...this.#files].filter((file) => this.#graph.modules.ofFile(file).length === 0);
  }

  /**
   * The program imports something before the update has ended, which may lead to one of them: of what the engine takes for loaded it is not
   * told that it is read, and what is read then, and undone, would stay for good.
   */
  unload() {
    const files = this.#present();
    if (files.length > 0) this.#session.unloaded(files);
  }

  /** The update has ended. */
  take() {
    const files = this.#present();
    this.#files.clear();
    return files;
  }
}

module.exports = { LeftBehind };
