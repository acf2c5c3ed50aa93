// @ts-check
"use strict";

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
  ["esm", "string"],
]);

/**
 * Checked and completed options.
 * @param {SyncOptions | null} [options]
 */
function readOptions(options) {
  // npm heatsync takes null for "none".
  options ??= {};
  if (typeof options !== "object") {
    throw new TypeError(`new Heatsync takes an options object, not ${typeof options}`);
  }
  for (const [name, value] of Object.entries(options)) {
    const type = KNOWN.get(name);
    if (type && value !== undefined && value !== null && !type.split(" or ").includes(typeof value)) {
      throw new TypeError(`new Heatsync: ${name} is a ${type}, not ${typeof value}`);
    }
  }
  const { watchDebounceMS, esm } = options;
  if (watchDebounceMS != null && !(watchDebounceMS >= 0)) {
    throw new RangeError(
      `new Heatsync: watchDebounceMS is a number of milliseconds from 0, not ${watchDebounceMS}`,
    );
  }
  const ignore = options.ignore == null ? [] : [options.ignore].flat();
  for (const glob of ignore) {
    if (typeof glob !== "string" || glob === "")
      throw new TypeError("new Heatsync: ignore is a glob or an array of globs");
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

module.exports = { readOptions };
