// @ts-check
"use strict";

// Records of modules, which come from the addon as texts.

/** @typedef {import("../../../native/addon").JsEsm} JsEsm */
/** @typedef {import("../../../native/addon").JsProblem} JsProblem */

const LIKE = ',"like":"';

/**
 * A module's record, which the addon hands over as text: V8 reads JSON in a third of the time that one property after
 * the other takes.
 * @param {import("../../../native/addon").JsText | JsProblem} loaded
 * @returns {JsEsm | JsProblem}
 */
function recordOf(loaded) {
  if (!("record" in loaded)) return loaded;
  /** @type {JsEsm} */
  const record = JSON.parse(loaded.record);
  record.code = loaded.code;
  return record;
}

/** @param {import("../../../native/addon").JsAhead} loaded @returns {import("../../../native/addon").JsEsmAhead[]} */
function recordsOf({ codes, records }) {
  /** @type {import("../../../native/addon").JsEsmAhead[]} */
  const list = JSON.parse(records);
  for (let n = 0; n < codes.length; n++) list[n].code = codes[n];
  return list;
}

/** What a record's text has as `like` (src/load/text.rs), without reading the rest. @param {string} text */
function likeness(text) {
  const start = text.lastIndexOf(LIKE) + LIKE.length;
  return text.slice(start, start + 16);
}

/**
 * Its code is not the usual one: that of a member of a cycle, with live imports, or of another loader's text.
 * @template {JsEsm | JsProblem} T
 * @param {T} record
 * @returns {T}
 */
function unlikeAny(record) {
  if ("parameters" in record) record.like = undefined;
  return record;
}

module.exports = { likeness, recordOf, recordsOf, unlikeAny };
