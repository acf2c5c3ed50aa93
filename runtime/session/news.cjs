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
  const told = session.takeNews();
  if (told === null) return NOTHING;
  /** @type {News} */
  const news =
    typeof told === "string" && told[0] === "{"
      ? parse(told)
      : { update: planOf(told, session), restored: [], moved: [] };
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
 * What nearly every plan is: one group, and nothing to tell but that. Whoever saves a file again and again has the same plan but for its
 * number, and files that are known as keys by these very texts.
 * @param {string | number} told see src/binding/news.rs
 * @param {NativeSession & { lastPlan?: JsUpdate }} session
 * @returns {JsUpdate}
 */
function planOf(told, session) {
  if (typeof told === "string") {
    const plan = readPlan(told);
    session.lastPlan = plan;
    return plan;
  }
  const { isUsual, groups, problems } = /** @type {JsUpdate} */ (session.lastPlan);
  return { id: told, isUsual, groups, problems };
}

/** Cold, JSON takes three times as long. @param {string} text @returns {JsUpdate} */
function readPlan(text) {
  /** @type {string[]} */
  const lines = [];
  // Not by `split`: cold, that takes longer for so few lines (docs/speed-notes.md).
  for (let start = 0, end = 0; start <= text.length; start = end + 1) {
    end = apply(indexOf, text, ["\n", start]);
    if (end < 0) end = text.length;
    lines[lines.length] = apply(slice, text, [start, end]);
  }
  let at = 3;
  /** @type {import("../../native/addon").JsModule[]} */
  const modules = [];
  for (let count = +lines[2]; count > 0; count--) {
    const format = /** @type {import("../../native/addon").Format} */ (lines[at]);
    const planned = lines[at + 1] === "planned";
    const changed = planned || lines[at + 1] !== "";
    const file = lines[at + 2];
    const end = at + 4 + +lines[at + 3];
    /** @type {string[]} */
    const importers = [];
    for (at += 4; at < end; at++) importers[importers.length] = lines[at];
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
  for (; at < lines.length; at++) boundaries[boundaries.length] = lines[at];
  const groups = [{ modules, boundaries, outside: [] }];
  return { id: +lines[0], isUsual: lines[1] === "", groups, problems: [] };
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
