// @ts-check
"use strict";

// What the program makes, imports and takes away again (a configuration that Vite has bundled): that it is gone is no news to anybody.
// Its text tells nobody who has made it; so it is what came since the process began, and went as soon as hardly a person deletes it.

const { now, statOf } = require("../../file-state.cjs");
const { SafeMap } = require("../../intrinsics.cjs");

/** Milliseconds from its first import() to our having looked in vain: the program may be busy meanwhile. */
const SOON = 10_000;
const began = now();
const isSoonAfter = (/** @type {number} */ since) => now() - since <= SOON;

class Passing {
  /** What has come since the process began, and when it was imported. @type {Map<string, number>} */
  #young = new SafeMap();

  /** It is about to be imported for the first time. @param {string} file */
  imports(file) {
    // The oldest first: who imports thousands that it has made does not look at all of them for each.
    for (const [other, since] of this.#young) {
      if (isSoonAfter(since)) break;
      this.#young.delete(other);
    }
    const born = statOf(file)?.birthtimeMs ?? 0;
    if (born <= began) return;
    this.#young.delete(file);
    this.#young.set(file, now());
  }

  /** It is not there any more. @param {string} file @param {import("../graph/graph.cjs").Graph} graph */
  has(file, graph) {
    const since = this.#young.get(file);
    if (since === undefined || !isSoonAfter(since)) return false;
    // Who imports it by a declaration has a line that is wrong now.
    return graph.modules.ofFile(file).every(({ importers }) => importers.size === 0);
  }
}

module.exports = { Passing };
