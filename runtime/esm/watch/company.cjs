// @ts-check
"use strict";

// What was refused comes along with a change that may be what it lacked. The engine hands out again what it knows to belong
// to a change; what an ES module requires, and imports by import(), only the graph knows.

const { stateOf } = require("../../file-state.cjs");
const { above } = require("../graph/importers.cjs");
const { filesOf } = require("../update/outcome.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("./refusals.cjs").Refused} Refused */

/**
 * @param {string[]} asked files that an update is about
 * @param {Map<string, Refused>} refused
 * @param {Graph} graph
 * @returns {string[]} those that are to be tried with them
 */
function companyOf(asked, refused, graph) {
  /** @type {Map<string, Set<string>>} */
  const aboves = new Map();
  const filesAbove = (/** @type {string} */ file) => {
    const known = aboves.get(file) ?? new Set(filesOf(above(graph.modules.ofFile(file))));
    aboves.set(file, known);
    return known;
  };
  /** @type {string[]} */
  const company = [];
  const met = new Set(asked);
  for (const file of met) {
    const { files = [], place: shownIn } = refused.get(file) ?? {};
    const isCommonJs = graph.modules.ofFile(file).some((module) => "isCommonJs" in module);
    for (const [other, { type, files: others, place, state }] of refused) {
      if (met.has(other)) continue;
      // What lacked a name of it is tried with it: saved just now, it may have that as it is read.
      const isWithIt = files.includes(other) || others.includes(file) || shownIn === other;
      // Its text is good, so any edit may be what was missing. Nothing was evaluated.
      const mayLink = type === "linkError" && place !== other;
      // Or a name of CommonJS that passes on what this one exports.
      const mayBeNamed = () => type === "linkError" && isCommonJs && filesAbove(file).has(other);
      // With any other change its body would run, and throw, for nothing.
      const mayEnd = () =>
        type === "evaluationError" && (filesAbove(other).has(file) || filesAbove(file).has(other));
      if (!(isWithIt || mayLink || mayBeNamed() || mayEnd()) || state !== stateOf(other)) continue;
      met.add(other);
      company.push(other);
    }
  }
  return company;
}

module.exports = { companyOf };
