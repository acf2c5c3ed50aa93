// @ts-check
"use strict";

// Without register nobody tells of a save of what has thrown, since nobody has it: when it is asked for again, its files
// are looked at. As long as they are what they were its error is, too (ECMA-262 16.2.1.6, [[EvaluationError]]).

const { stateOf } = require("../../file-state.cjs");
const { isLoadedByNode } = require("../native/loaded-by-node.cjs");
const { evictRoot } = require("../update/prune.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** Files, as they were. @typedef {Map<string, string>} States */

/** @type {WeakMap<Module, States>} */
const thrown = new WeakMap();
/** Files that Node has loaded for require(). `isKept`: what it refuses for its top-level await it has for good. @type {Map<string, { states: States, isKept: boolean }>} */
const required = new Map();

/** @param {string[]} files @returns {States} */
const statesOf = (files) => new Map(files.map((file) => [file, stateOf(file)]));

/** @param {States | undefined} states */
const isSaved = (states) => [...(states ?? [])].some(([file, state]) => stateOf(file) !== state);

/** @param {Module} module that threw, or imports one that did */
function noteThrown(module) {
  const failed = new Set([module]);
  for (const { requested } of failed) {
    for (const it of requested) if (it.evaluationError || it.status === "linked") failed.add(it);
  }
  const states = statesOf([...failed].flatMap((it) => /** @type {{ file?: string }} */ (it).file ?? []));
  for (const it of failed) if (it.evaluationError) thrown.set(it, states);
}

/** @param {import("../graph/graph.cjs").Graph} graph @param {Module} module which threw @returns {boolean} was anything of it saved since? */
function leaveSaved(graph, module) {
  if (!isSaved(thrown.get(module))) return false;
  graph.loader.refresh();
  evictRoot(graph, module);
  return true;
}

/** @param {string} file an ES module that could not be required @param {string[]} files it, and what it imports */
function noteRequired(file, files) {
  required.set(file, { states: statesOf(files), isKept: isLoadedByNode(file) });
}

/** Is what Node has of it an error, and of another text? @param {string} file */
function isOutOfDate(file) {
  const known = required.get(file);
  if (!known || !isSaved(known.states)) return false;
  if (known.isKept) return true;
  required.delete(file);
  return !isLoadedByNode(file);
}

module.exports = { isOutOfDate, leaveSaved, noteRequired, noteThrown };
