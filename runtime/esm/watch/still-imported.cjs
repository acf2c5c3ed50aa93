// @ts-check
"use strict";

// What the version that runs imports while its file holds one that was refused. The engine's graph follows the
// files, which is right for planning; what only the program still imports has to be watched all the same.

const { fileOf } = require("../update/outcome.cjs");
const { isOurs } = require("../update/staged-version.cjs");

/** @typedef {import("../update/outcome.cjs").Outcome} Outcome */

class StillImported {
  #session;
  #graph;
  /** What is watched because of a refused file. @type {Map<string, string[]>} */
  #watched = new Map();

  /** @param {import("../../../native/addon").Session} session @param {import("../graph/graph.cjs").Graph} graph */
  constructor(session, graph) {
    this.#session = session;
    this.#graph = graph;
  }

  /** An update has ended. @param {Outcome[]} outcomes */
  note(outcomes) {
    /** The last outcome of each file. @type {Map<string, boolean>} */
    const isLive = new Map();
    for (const { type, files } of outcomes) for (const file of files) isLive.set(file, type === "accepted");
    this.#hold([...isLive.keys()].filter((file) => !isLive.get(file)));
    this.release([...isLive.keys()].filter((file) => isLive.get(file)));
  }

  /** @param {string[]} files */
  #hold(files) {
    /** @type {Map<string, string[]>} */
    const imports = new Map();
    for (const file of files) {
      const list = this.#importedBy(file);
      if (list.length > 0) imports.set(file, list);
    }
    const imported = [...imports.values()].flat();
    // First these: what stays watched is not looked at again.
    if (imported.length > 0) this.#session.addBoundaries(imported, true, true);
    this.release(files);
    for (const [file, list] of imports) this.#watched.set(file, list);
  }

  /** @param {string} file */
  #importedBy(file) {
    const modules = this.#graph.modules.ofFile(file).filter(({ isSourceText }) => isSourceText);
    return [...new Set(modules.flatMap(({ requested }) => requested.filter(isOurs).map(fileOf)))];
  }

  /** The files hold what runs, or nothing runs of them. @param {string[]} files */
  release(files) {
    const held = files.flatMap((file) => this.#watched.get(file) ?? []);
    for (const file of files) this.#watched.delete(file);
    if (held.length > 0) this.#session.removeBoundaries(held, true, true);
  }

  stop() {
    this.release([...this.#watched.keys()]);
  }
}

module.exports = { StillImported };
