// @ts-check
"use strict";

// Modules whose turn it is in an update: a module, the members of a cycle, or whatever is evaluated at once.

const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { evaluate } = require("./evaluate.cjs");
const { fileOf } = require("../update/outcome.cjs");
const { settled } = require("../update/patience.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

/** @param {Module[]} modules in the order of evaluation */
async function evaluateTogether(modules) {
  const ofNode = modules.filter((module) => module instanceof CommonJsModule);
  const ours = modules.filter((module) => !(module instanceof CommonJsModule));
  const isAsync = ours.some((module) => module.hasTLA);
  for (const top of topsOf(ours)) await (isAsync ? evaluatedApart(top) : evaluated(top));
  // In a cycle the one that is required from outside comes first, and requires the others.
  for (const module of ofNode.reverse()) await evaluate(module);
}

/**
 * Evaluates a module, and waits as long as anybody wants to.
 * @param {Module} module
 */
function evaluated(module) {
  const evaluation = evaluate(module);
  if (module.status === "evaluated") return evaluation;
  return settled(evaluation, "the body", () => fileOf(unfinished(module)));
}

/**
 * In a turn of its own: a store of AsyncLocalStorage that is entered before an await is not its importers', which the update evaluates
 * next, as it is not when a program starts.
 * @param {Module} module
 */
async function evaluatedApart(module) {
  await undefined;
  await evaluated(module);
}

/** The one that the others wait for. @param {Module} module @param {Set<Module>} [seen] @returns {Module} */
function unfinished(module, seen = new Set()) {
  seen.add(module);
  const next = module.requested.find((it) => it.status !== "evaluated" && !seen.has(it));
  return next ? unfinished(next, seen) : module;
}

/**
 * Where evaluation begins: a module that a later one imports is evaluated on the way, so that order
 * within and a cycle's entry are the program's own.
 * @param {Module[]} modules
 */
function topsOf(modules) {
  const places = new Map(modules.map((module, place) => [module, place]));
  return modules.filter((module, place) =>
    [...module.importers].every((importer) => (places.get(importer) ?? -1) <= place),
  );
}

module.exports = { evaluateTogether };
