// @ts-check
"use strict";

// Node 20 and 22 (`--experimental-wasm-modules`) load no WebAssembly synchronously, and so don't link it for who can't wait: which names
// it exports is asked of V8.

const fs = require("node:fs");

/** @param {string | undefined} file @param {string} name @returns {boolean} */
function exportsName(file, name) {
  try {
    const { Module } = /** @type {any} */ (globalThis).WebAssembly;
    /** @type {{ name: string }[]} */
    const all = Module.exports(new Module(fs.readFileSync(file ?? "")));
    return all.some((it) => it.name === name);
  } catch {
    // Node says what is wrong with it.
    return true;
  }
}

module.exports = { exportsName };
