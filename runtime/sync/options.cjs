// @ts-check
"use strict";

const { faultOf } = require("../globs.cjs");
const { notice } = require("../report.cjs");

/**
 * @typedef {object} SyncOptions
 * @property {boolean} [watchFS]
 * @property {boolean} [persistentWatchers]
 * @property {import("./user-watch.cjs").WatchFunction} [watchFunction]
 * @property {number} [watchDebounceMS]
 * @property {boolean} [deep]
 * @property {boolean | number} [poll]
 * @property {string | string[]} [ignore]
 * @property {"runtime" | "query"} [esm]
 */

const KNOWN = new Map([
  ["watchFS", "boolean"],
  ["persistentWatchers", "boolean"],
  ["watchFunction", "function"],
  ["watchDebounceMS", "number"],
  ["deep", "boolean"],
  ["poll", "boolean or number"],
  ["ignore", ""], // looked at below
  ["esm", "string"],
]);

const OF_CLASSES = new Map([["keepInstanceof", "boolean"]]);

/**
 * @param {string} where
 * @param {object} options
 * @param {Map<string, string>} known names and types
 */
function checkTypes(where, options, known) {
  if (typeof options !== "object") {
    throw new TypeError(`${where} takes an options object, not ${typeof options}`);
  }
  for (const [name, value] of Object.entries(options)) {
    const type = known.get(name);
    // No error: npm heatsync takes whatever it does not know.
    if (type === undefined) {
      const names = [...known.keys()];
      const there = `there ${names.length > 1 ? "are" : "is"} ${names.join(", ")}`;
      notice(`${where}: there is no option ${JSON.stringify(name)}; ${there}`);
    }
    if (type && value !== undefined && value !== null && !type.split(" or ").includes(typeof value)) {
      throw new TypeError(`${where}: ${name} is a ${type}, not ${typeof value}`);
    }
  }
}

/**
 * Those of `sync.reloadClassMethods`, checked.
 * @param {{ keepInstanceof?: boolean } | null} [options]
 */
function readClassOptions(options) {
  options ??= {};
  checkTypes("sync.reloadClassMethods", options, OF_CLASSES);
  return { keepsInstanceof: options.keepInstanceof ?? false };
}

/**
 * Checked and completed options.
 * @param {SyncOptions | null} [options]
 */
function readOptions(options) {
  // npm heatsync takes null for "none".
  options ??= {};
  checkTypes("new Heatsync", options, KNOWN);
  const { watchDebounceMS, poll, esm } = options;
  for (const [name, value] of Object.entries({ watchDebounceMS, poll })) {
    if (value != null && !(Number(value) >= 0))
      throw new RangeError(`new Heatsync: ${name} is a number of milliseconds from 0, not ${value}`);
  }
  const ignore = options.ignore == null ? [] : [options.ignore].flat();
  for (const glob of ignore) {
    if (typeof glob !== "string" || glob === "")
      throw new TypeError("new Heatsync: ignore is a glob or an array of globs");
    const fault = faultOf(glob, process.cwd());
    if (fault) throw new TypeError(`new Heatsync: ignore: ${fault}`);
  }
  if (esm != null && esm !== "query" && esm !== "runtime")
    throw new TypeError(`new Heatsync: esm is "runtime" or "query", not ${JSON.stringify(esm)}`);
  return {
    // As npm heatsync reads it: null is false.
    watchFS: options.watchFS === undefined ? true : (options.watchFS ?? false),
    persistentWatchers: options.persistentWatchers ?? false,
    watchFunction: options.watchFunction ?? undefined,
    watchDebounceMS: watchDebounceMS ?? 0,
    deep: options.deep ?? true,
    poll: options.poll ?? undefined,
    ignore,
    esm: esm ?? "runtime",
  };
}

module.exports = { readClassOptions, readOptions };
