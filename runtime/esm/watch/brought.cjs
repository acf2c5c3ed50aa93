// @ts-check
"use strict";

// What updates of import.meta.hot bring that was no module of the graph before. No outcome is about it, and the engine may have found another text in
// it than is read: what runs is that.

const { SafeSet } = require("../../intrinsics.cjs");

/** @typedef {import("../../../native/addon").Session} Session */
/** @typedef {import("../graph/module-map.cjs").ModuleMap} ModuleMap */

class Brought {
  /** What was read since the last update began. @type {Set<string> | null} null: there was none */
  #read = null;
  /** Of what sync.* and hmr() are to be told. @type {Set<string> | null} null: there are none of these */
  #untold = null;

  /** An update begins. */
  begin() {
    this.#read = new SafeSet();
  }

  /** A file is read that was no module of the graph. @param {string} file */
  read(file) {
    this.#read?.add(file);
  }

  /**
   * The update has ended. May be called again, should the program's built-ins throw at the end (`insist`).
   * @param {string[]} strangers files it was planned with that were none either
   * @param {ModuleMap} modules of the graph
   * @returns {string[]} what it has brought
   */
  end(strangers, modules) {
    const all = new SafeSet([...(this.#read ?? []), ...strangers]);
    const brought = [...all].filter((file) => modules.hasText(file));
    for (const file of brought) this.#untold?.add(file);
    return brought;
  }

  /**
   * sync.* and hmr() have it as it was read, whatever their own session has found in it. That is told so from the first call on.
   * @param {Session} theirs
   * @param {Session} ours
   */
  tell(theirs, ours) {
    if (this.#untold) for (const file of this.#untold) theirs.shares(file, ours);
    if (this.#untold?.size !== 0) this.#untold = new SafeSet();
  }
}

module.exports = { Brought };
