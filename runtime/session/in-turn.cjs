// @ts-check
"use strict";

// resync() reloads at once, whatever else is being updated. But a Module Record is evaluated once at a time: of two
// evaluations of one that awaits, neither would end.

const { IntrinsicPromise, isPromise, react } = require("../intrinsics.cjs");

/** @typedef {{ files: Set<string>, ended: Promise<unknown> }} Evaluating */

/** @type {Set<Evaluating>} */
const evaluating = new Set();

const nothing = () => {};

/**
 * Updates these files, after all that is under way with one of them.
 * @template T
 * @param {() => string[]} files asked for only if somebody waits for somebody
 * @param {() => T | Promise<T>} update
 * @param {boolean} [mayWait] false: what comes of it is needed in this very moment
 * @returns {T | Promise<T>}
 */
function inTurn(files, update, mayWait = true) {
  const before = mayWait && evaluating.size > 0 ? evaluatingOneOf(files()) : [];
  const updating =
    before.length > 0 ? react(IntrinsicPromise.all(before.map(({ ended }) => ended)), update) : update();
  if (!isPromise(updating)) return updating;
  /** @type {Evaluating} */
  const own = {
    files: new Set(files()),
    ended: react(react(updating, nothing, nothing), () => evaluating.delete(own)),
  };
  evaluating.add(own);
  return updating;
}

/** @param {string[]} files */
const evaluatingOneOf = (files) => [...evaluating].filter((it) => files.some((file) => it.files.has(file)));

module.exports = { inTurn };
