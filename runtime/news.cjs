// @ts-check
"use strict";

// What the engine has to tell of changes, as one text: a save is live sooner than with one property after the other. Whatever
// the program makes of JSON, a plan that has been taken has to be ended.

const { apply } = require("./intrinsics.cjs");

const { parse } = JSON;
const { split } = String.prototype;

/** @typedef {import("../native/addon").News} News */
/** @typedef {import("../native/addon").JsUpdate} JsUpdate */
/** @typedef {import("../native/addon").Session} NativeSession */

/** @type {News} */
const NOTHING = Object.freeze({ update: null, restored: [], moved: [] });

/** @param {NativeSession} session @returns {News} */
function takeNews(session) {
  const text = session.takeNews();
  if (text === null) return NOTHING;
  return text[0] === "{" ? parse(text) : { update: planOf(text), restored: [], moved: [] };
}

/**
 * What nearly every plan is: one module was edited. Cold, JSON takes three times as long.
 * @param {string} text see src/binding/news.rs
 * @returns {JsUpdate}
 */
function planOf(text) {
  /** @type {string[]} */
  const lines = apply(split, text, ["\n"]);
  const boundariesFrom = 4 + +lines[3];
  /** @type {string[]} */
  const importers = [];
  /** @type {string[]} */
  const boundaries = [];
  for (let at = 4; at < lines.length; at++) {
    const list = at < boundariesFrom ? importers : boundaries;
    list[list.length] = lines[at];
  }
  const module = {
    file: lines[2],
    format: /** @type {import("../native/addon").Format} */ (lines[1]),
    changed: true,
    missing: false,
    reconfigured: false,
    importers,
  };
  return { id: +lines[0], groups: [{ modules: [module], boundaries, outside: [] }], problems: [] };
}

/**
 * The plan to evaluate `file` anew, and all that follows from it.
 * @param {NativeSession} session
 * @param {string} file
 * @returns {JsUpdate | null} null: nobody has it
 */
function forceUpdate(session, file) {
  const text = session.forceUpdate(file);
  return text === null ? null : parse(text);
}

module.exports = { forceUpdate, takeNews };
