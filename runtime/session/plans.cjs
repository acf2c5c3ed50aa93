// @ts-check
"use strict";

// What is said of a plan that is not applied as it should be, and what it comes to then.

const { reportEdges } = require("../commonjs/edges.cjs");
const { textOf } = require("../error-text.cjs");
const { insist } = require("../intrinsics.cjs");
const { notice, relative } = require("../report.cjs");

/** @typedef {import("../../native/addon").Session} NativeSession */
/** @typedef {import("../../native/addon").JsUpdate} Update */

/** @param {Update} plan */
const filesOf = (plan) => plan.groups.flatMap(({ modules }) => modules.map(({ file }) => file));

/** Milliseconds after which an update that still evaluates is worth a line. */
const OVERDUE = 5000;

/** @param {Update} plan */
function tellOverdue(plan) {
  const files = filesOf(plan).map(relative);
  notice(`still evaluating ${files.join(", ")} (a top-level await?); other changes wait for it`);
}

/** @param {Update} plan */
function noneLive({ groups }) {
  /** @type {boolean[]} */
  const live = [];
  for (let index = 0; index < groups.length; index++) live[index] = false;
  return live;
}

/**
 * Something of ours went wrong, or the program has put what throws in the place of built-ins: worth a line, and not the
 * end of a program that goes on as it was.
 * @param {unknown} error
 */
function tellFailed(error) {
  try {
    insist(() => notice(`an update failed: ${textOf(error)}`));
  } catch {
    // Nobody is there to be told.
  }
}

/** Whatever comes of that, what was taken has to be ended. @param {NativeSession} own */
function reportAll(own) {
  try {
    reportEdges(own);
  } catch {
    reportAgain(own);
  }
}

/** @param {NativeSession} own */
function reportAgain(own) {
  try {
    insist(() => reportEdges(own));
  } catch (error) {
    tellFailed(error);
  }
}

module.exports = { OVERDUE, filesOf, noneLive, reportAll, tellFailed, tellOverdue };
