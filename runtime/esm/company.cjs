// @ts-check
"use strict";

// What was refused comes along with a change that may be what it lacked. The engine hands out again what it knows to belong
// to a change; what an ES module requires, and imports by import(), only the graph knows.

const { stateOf } = require("../file-state.cjs");
const { fileOf } = require("./outcome.cjs");

/** @typedef {import("./graph.cjs").Graph} Graph */
/** @typedef {import("./outcome.cjs").Outcome} Outcome */
/**
 * A refused file as it was then: the files of that update, and what the error was about.
 * @typedef {{ type: Outcome["type"], files: string[], place: string | undefined, state: string }} Refused
 */

/**
 * @param {string[]} asked files that an update is about
 * @param {Map<string, Refused>} refused
 * @param {Graph} graph
 * @returns {string[]} those that are to be tried with them
 */
function companyOf(asked, refused, graph) {
  /** @type {Map<string, Set<string>>} */
  const aboves = new Map();
  const above = (/** @type {string} */ file) => {
    const known = aboves.get(file) ?? filesAbove(graph, file);
    aboves.set(file, known);
    return known;
  };
  const known = new Set(asked);
  for (const file of known) {
    const { files = [] } = refused.get(file) ?? {};
    for (const [other, { type, files: others, place, state }] of refused) {
      if (known.has(other)) continue;
      const isWithIt = files.includes(other) || others.includes(file);
      // Its text is good, so any edit may be what was missing. Nothing was evaluated.
      const mayLink = type === "linkError" && place !== other;
      // Its body would run, and throw, at each save of something else.
      const isConnected = () => above(other).has(file) || above(file).has(other);
      if (!isWithIt && !mayLink && !(type === "evaluationError" && isConnected())) continue;
      if (state === stateOf(other)) known.add(other);
    }
  }
  return [...known].slice(new Set(asked).size);
}

/** Whose imports, by whatever means, lead to a file. @param {Graph} graph @param {string} file */
function filesAbove(graph, file) {
  const above = new Set(graph.modules.ofFile(file));
  for (const module of above) {
    for (const importer of [...module.importers, ...module.dynamicImporters]) above.add(importer);
  }
  return new Set([...above].map(fileOf));
}

module.exports = { companyOf };
