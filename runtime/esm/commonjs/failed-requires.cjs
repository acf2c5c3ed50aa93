// @ts-check
"use strict";

// CommonJS files that a module has required while it was evaluated, and that could not be loaded: it may have caught what
// they threw. Of a file that throws Node forgets all, also who has required it.

const { fileURLToPath } = require("node:url");
const { Loader } = require("../../commonjs/commonjs.cjs");
const { evaluatedAs, goesWithoutFailed, isRequired } = require("../../commonjs/gone-without.cjs");
const { insist, queueMicrotask } = require("../../intrinsics.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */

class FailedRequires {
  /** In this turn, in the order they were asked for. @type {{ from: string, parent: LoaderModule, file: string }[]} */
  #asked = [];
  /** Those that were really read: `require.resolve()` asks, too. @type {Set<string>} */
  #read = new Set();

  /** @param {string} file it is not loaded yet @param {LoaderModule} parent */
  asks(file, parent) {
    const from = evaluatedAs(parent);
    if (!from) return;
    if (this.#asked.length === 0) queueMicrotask(() => insist(() => this.#look()));
    this.#asked.push({ from, parent, file });
  }

  /** @param {string} file */
  reads(file) {
    if (this.#asked.length > 0) this.#read.add(file);
  }

  /** @param {string} url */
  readsUrl(url) {
    if (this.#asked.length > 0 && url.startsWith("file:")) this.#read.add(fileURLToPath(url));
  }

  #look() {
    const asked = this.#asked;
    const read = this.#read;
    this.#asked = [];
    this.#read = new Set();
    // What a file has lacked that could not be loaded is lacked by who has required it, too: it is told before.
    for (const { from, parent, file } of asked.reverse()) {
      if (!read.has(file) || Loader._cache[file]) continue;
      // The program may have taken it out of the cache itself.
      if (!parent.children?.some(({ filename }) => filename === file))
        goesWithoutFailed(from, () => [file], isRequired(file), { of: file });
    }
  }
}

module.exports = { FailedRequires };
