// @ts-check
"use strict";

// `import defer` and `import source` in a new version of a module that is ours: in our body nothing is left of declarations, and what
// has phases is the running Node's, which has loaded the file already, or does not know them.

const { place } = require("../../report.cjs");
const { problems } = require("../graph/load-error.cjs");
const { textOf } = require("../graph/taken-by-node.cjs");
const { frame } = require("../positions/code-frame.cjs");
const { nowNodes } = require("../watch/other-kind.cjs");
const { isRefusedAsAsync, linkOnly } = require("./bridge.cjs");

/**
 * Throws what Node says of the new text; if it would take it, that this process can't any more.
 * @param {string} file
 * @returns {never}
 */
function refusePhases(file) {
  const text = (textOf(file) ?? "").replace(/^\uFEFF/, "");
  throw refusalOf(file, text) ?? takesRestart(file, text);
}

/** @param {string} file @param {string} text */
function refusalOf(file, text) {
  try {
    linkOnly(file, text);
    return null;
  } catch (error) {
    if (isRefusedAsAsync(error)) return null;
    return error instanceof Error ? placed(error, file, text) : error;
  }
}

/** @param {string} file @param {string} text */
function takesRestart(file, text) {
  const error = new Error("import defer and import source are Node's, and so is who uses them");
  return placed(error, file, text, nowNodes);
}

/**
 * V8 tells nobody who catches it where a module is wrong.
 * @param {Error} error
 * @param {string} file
 * @param {string} text
 * @param {string} [help]
 */
function placed(error, file, text, help) {
  const { message } = error;
  const found = /^([^\S\n]*import\s+)(defer|source)\b/m.exec(text);
  const at = found ? found.index + found[1].length : 0;
  const before = text.slice(0, at).split("\n");
  const [line, column] = [before.length, /** @type {string} */ (before.at(-1)).length + 1];
  const lines = frame(text, line, column, found ? found[2].length : 1);
  const problem = { code: "HEATSYNC_REFUSED", message, file, line, column, frame: lines, help };
  problems.set(error, problem);
  place(error, problem);
  return error;
}

module.exports = { refusePhases };
