// @ts-check
"use strict";

// What the version that runs imports while its file holds one that was refused. The engine's graph follows the
// files, which is right for planning; what only the program still imports has to be watched all the same.

const { fileOf } = require("./outcome.cjs");
const { isOurs } = require("./transaction.cjs");

/** @typedef {import("./outcome.cjs").Outcome} Outcome */

class StillImported {
  #session;
  #graph;
  /** What is watched because of a refused file. @type {Map<string, string[]>} */
  #watched = new Map();

  /** @param {import("../../native/addon").Session} session @param {import("./graph.cjs").Graph} graph */
  constructor(session, graph) {
    this.#session = session;
    this.#graph = graph;
  }

  /** An update has ended. @param {Outcome[]} outcomes */
  note(outcomes) {
    for (const { type, files } of outcomes) {
      for (const file of files) {
        if (type === "accepted") this.release(file);
        else this.#hold(file);
      }
    }
  }

  /** @param {string} file */
  #hold(file) {
    const modules = this.#graph.modules.ofFile(file).filter(({ isSourceText }) => isSourceText);
    const imports = new Set(modules.flatMap(({ requested }) => requested.filter(isOurs).map(fileOf)));
    // First these: what stays watched is not looked at again.
    for (const imported of imports) this.#session.addBoundary(imported, true, true);
    this.release(file);
    if (imports.size > 0) this.#watched.set(file, [...imports]);
  }

  /** The file holds what runs, or nothing runs of it. @param {string} file */
  release(file) {
    for (const imported of this.#watched.get(file) ?? []) this.#session.removeBoundary(imported, true, true);
    this.#watched.delete(file);
  }

  stop() {
    for (const file of [...this.#watched.keys()]) this.release(file);
  }
}

module.exports = { StillImported };
