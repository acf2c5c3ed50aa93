// @ts-check
"use strict";

// Files of the project that packages have asked for by require(), until somebody looks whether they have them.

const { SafeMap, SafeSet } = require("../../intrinsics.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */

class FromOutside {
  /** @type {[WeakRef<LoaderModule>, string][]} */
  all = [];
  /** When there are more they are gone through: a package may load a file anew for each request, and nobody save anything. */
  #most = 1000;

  /** @param {LoaderModule} parent @param {string} file */
  add(parent, file) {
    this.all.push([new WeakRef(parent), file]);
    if (this.all.length <= this.#most) return;
    this.#leaveOutKnown();
    this.#most = Math.max(this.#most, 2 * this.all.length);
  }

  /** … and those that nobody has any more. */
  #leaveOutKnown() {
    /** @type {Map<LoaderModule, Set<string>>} */
    const known = new SafeMap();
    this.all = this.all.filter(([reference, file]) => {
      const parent = reference.deref();
      if (!parent) return false;
      const files = known.get(parent) ?? new SafeSet();
      known.set(parent, files);
      const isKnown = files.has(file);
      files.add(file);
      return !isKnown;
    });
  }
}

module.exports = { FromOutside };
