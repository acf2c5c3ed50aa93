// @ts-check
"use strict";

// What the engine has to tell of changes, as one text: a save is live sooner than with one property after the other. Whatever
// the program makes of JSON, a plan that has been taken has to be ended.

const fs = require("node:fs");
const { apply } = require("../intrinsics.cjs");

const { parse } = JSON;
const { indexOf, slice } = String.prototype;

/** @typedef {import("../../native/addon").News} News */
/** @typedef {import("../../native/addon").JsUpdate} JsUpdate */
/** @typedef {import("../../native/addon").Session} NativeSession */

/** @type {News} */
const NOTHING = Object.freeze({ update: null, restored: [], moved: [] });

/** @type {JsUpdate | null} */
let lastUpdate = null;
/** Files that had come or gone, and package.json files that were saved, when that was told of, or just before. @type {News["moved"]} */
let movedLast = [];

/**
 * @param {NativeSession} session
 * @param {boolean} [isRehearsal] which may come while an update of the program's goes on, and is nobody's last
 * @returns {News}
 */
function takeNews(session, isRehearsal = false) {
  const text = session.takeNews();
  if (text === null) return NOTHING;
  /** @type {News} */
  const news = text[0] === "{" ? parse(text) : { update: planOf(text), restored: [], moved: [] };
  if (news.moved?.length !== 0) movedLast = news.moved;
  if (news.update && !isRehearsal) lastUpdate = news.update;
  return news;
}

/**
 * What was saved that the last update evaluates a module for.
 * @param {string} file that module's
 * @returns {string[]} others, if it was not edited: what it lacked, or a package.json that leads it elsewhere
 */
function savedFor(file) {
  const planned = lastUpdate?.groups.flatMap(({ modules }) => modules).find((it) => it.file === file);
  if (!planned?.reconfigured && !planned?.unedited) return [file];
  const others = movedLast?.filter((it) => fs.existsSync(it)) ?? [];
  return others.length > 0 ? others : [file];
}

/**
 * What nearly every plan is: one group, and nothing to tell but that. Cold, JSON takes three times as long.
 * @param {string} text see src/binding/news.rs
 * @returns {JsUpdate}
 */
function planOf(text) {
  let end = -1;
  // Not by `split`: cold, that takes three times as long for so few lines.
  const line = () => {
    const start = end + 1;
    end = apply(indexOf, text, ["\n", start]);
    if (end < 0) end = text.length;
    return apply(slice, text, [start, end]);
  };
  const id = +line();
  const isUsual = line() === "";
  /** @type {import("../../native/addon").JsModule[]} */
  const modules = [];
  for (let count = +line(); count > 0; count--) {
    const format = /** @type {import("../../native/addon").Format} */ (line());
    const state = line();
    const planned = state === "planned";
    const changed = state !== "";
    const file = line();
    /** @type {string[]} */
    const importers = [];
    for (let left = +line(); left > 0; left--) importers[importers.length] = line();
    modules[modules.length] = {
      file,
      format,
      changed,
      planned,
      missing: false,
      reconfigured: false,
      importers,
    };
  }
  /** @type {string[]} */
  const boundaries = [];
  while (end < text.length) boundaries[boundaries.length] = line();
  const groups = [{ modules, boundaries, outside: [] }];
  return { id, isUsual, groups, problems: [] };
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

module.exports = { forceUpdate, savedFor, takeNews };
