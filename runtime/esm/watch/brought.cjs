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
  /** That of sync.* and hmr(). @type {Session | null} null: there are none of these */
  #theirs = null;

  /**
   * What updates bring is theirs, too, as it was read, whatever they have found in it themselves.
   * @param {Session} theirs that of sync.* and hmr()
   */
  isFor(theirs) {
    this.#theirs = theirs;
  }

  /** An update begins. */
  begin() {
    if (this.#read) this.#read.clear();
    else this.#read = new SafeSet();
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
    return [...all].filter((file) => modules.hasText(file));
  }

  /**
   * At once: when their turn comes another update of ours may have read it as it is by then, for nobody.
   * @param {string[]} brought
   * @param {Session} ours which knows by now what it was read from
   */
  tell(brought, ours) {
    for (const file of brought) this.#theirs?.shares(file, ours);
  }
}

module.exports = { Brought };
