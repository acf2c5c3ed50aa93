// @ts-check
"use strict";

const { Consumed } = require("./consumed.cjs");

/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("./outcome.cjs").Ending} Ending */

/** What is accepted or refused as one. */
class Group {
  /** Asked for: not what came because of these. @type {Set<Module>} */
  changed = new Set();
  /** All that is evaluated, or is to be. @type {Set<Module>} */
  members = new Set();
  /** Whose dispose handlers ran. @type {Set<Module>} */
  disposed = new Set();
  /** @type {Set<Module>} */
  acceptedBy = new Set();
  /** Set once it can't go on. @type {Ending | null} */
  ending = null;
  /** Somebody takes care of every way up. */
  isAccepted = false;
  consumed = new Consumed();

  /** @param {Group} other */
  take(other) {
    for (const key of /** @type {const} */ (["changed", "members", "disposed", "acceptedBy"])) {
      for (const module of other[key]) this[key].add(module);
    }
  }
}

module.exports = { Group };
