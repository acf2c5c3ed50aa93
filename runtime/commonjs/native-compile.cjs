// @ts-check
"use strict";

// `Module.prototype._compile` as it was before the program ran: packages put another in its place (v8-compile-cache, and whatever
// instruments CommonJS), which takes every text for CommonJS, or counts it as the program's.

const { apply } = require("../intrinsics.cjs");

const { _compile } = /** @type {any} */ (require("node:module")).prototype;

/**
 * Has Node compile, link and evaluate an ES module of ours, at once.
 * @param {object} module Node's, of that file
 * @param {string} source
 * @param {string} file
 */
function compileModule(module, source, file) {
  apply(_compile, module, [source, file, "module"]);
}

/** The same of CommonJS. @param {object} module @param {string} source @param {string} name a file, or its URL */
function compileCommonJs(module, source, name) {
  apply(_compile, module, [source, name, "commonjs"]);
}

module.exports = { compileCommonJs, compileModule };
