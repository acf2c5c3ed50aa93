// @ts-check
"use strict";

// What is being linked is not in the graph yet. To link it Node is asked for packages, and a package may import a file of the
// project that is just being linked, too: it is to be given that very module, not a second one.

const { SafeMap } = require("../intrinsics.cjs");
const { noteShown } = require("./module-map.cjs");

/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {Extract<NonNullable<Module["facade"]>, { isGiven: boolean }>} Facade */

/** Of the graph, innermost last. @type {WeakMap<object, Set<Module>[]>} */
const linking = new WeakMap();

/**
 * @template T
 * @param {object} graph
 * @param {Set<Module>} members
 * @param {() => T} work
 * @returns {T}
 */
function whileLinked(graph, members, work) {
  const all = linking.get(graph) ?? [];
  linking.set(graph, all);
  all.push(members);
  try {
    return work();
  } finally {
    all.pop();
  }
}

/**
 * @param {object} graph
 * @param {string} key of an ES module: its file and what follows that in its URL
 * @returns {Module | undefined}
 */
function beingLinked(graph, key) {
  for (const members of linking.get(graph) ?? []) {
    for (const member of members) if (member.isSourceText && keyOfModule(member) === key) return member;
  }
  return undefined;
}

/** @param {any} module */
const keyOfModule = ({ file, url }) => file + (/[?#].*$/.exec(url)?.[0] ?? "");

/** Facades that Node was given of modules which did not link after all, by key: Node asks for each once. @type {WeakMap<object, Map<string, Facade>>} */
const given = new WeakMap();

/** A module is withdrawn. @param {object} graph @param {string} key @param {Module} module */
function keepGiven(graph, key, { facade }) {
  if (!facade || !("isGiven" in facade) || !facade.isGiven || facade.isStarted) return;
  const all = given.get(graph) ?? new SafeMap();
  given.set(graph, all);
  all.set(key, facade);
}

/** A module has come: the facade that Node has stands for it. @param {object} graph @param {string} key @param {Module} module */
function takeGiven(graph, key, module) {
  const all = given.get(graph);
  const facade = all?.get(key);
  if (!facade) return;
  all?.delete(key);
  facade.standFor(module);
  module.facade = facade;
  noteShown(module);
}

module.exports = { beingLinked, keepGiven, takeGiven, whileLinked };
