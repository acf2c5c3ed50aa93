// @ts-check
"use strict";

// Where the specifier of an `import()` leads. What is asked here may run while something of the program stands in the place of
// built-ins.

const { putBack } = require("../../intrinsics.cjs");

/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */

/** @param {import("../graph/graph.cjs").Graph} graph @param {string} text @param {[string, string][]} attributes @param {SourceTextModule} module */
function targetOf(graph, text, attributes, { file, url }) {
  const giveBack = putBack();
  try {
    return graph.asLoaded(graph.loader.target(text, attributes, file, url), file);
  } finally {
    giveBack?.();
  }
}

/** Of what the URL parser leaves out at the end our resolver takes NUL alone for part of a name. @param {string} text */
function withoutNul(text) {
  const giveBack = putBack();
  const isURL = /^(?:\.{0,2}\/|(?!node:)[a-z][\w+.-]*:)/i.test(text);
  const kept = isURL ? text.replace(/\0+$/, "") : text;
  giveBack?.();
  return kept;
}

/** @template T @param {(files: typeof import("../graph/loaded-before.cjs")) => T} find */
function formerly(find) {
  const giveBack = putBack();
  try {
    return find(require("../graph/loaded-before.cjs"));
  } finally {
    giveBack?.();
  }
}

module.exports = { formerly, targetOf, withoutNul };
