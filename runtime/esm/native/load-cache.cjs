// @ts-check
"use strict";

// Node keeps every ES module it has loaded, by its URL, for good (`loadCache`). Of ours that would be each facade whose names have changed
// since: 17 KB of three names, whether anybody has its namespace or not.

const { apply } = require("../../intrinsics.cjs");
const { findNodesLoader } = require("./nodes-loader.cjs");

/** @typedef {{ url: string, entry: unknown }} TakenOut */

const { delete: remove, get, set } = Map.prototype;

/**
 * Whoever imports this URL next has Node load it anew.
 * @param {string} url
 * @returns {TakenOut | null} null: it is not there, or where that is can't be had
 */
function takeOut(url) {
  const loader = findNodesLoader();
  if (!loader) return null;
  const { modules, resolved } = loader;
  const entry = apply(get, modules, [url]);
  apply(remove, modules, [url]);
  if (resolved) apply(remove, resolved, [url]);
  return entry ? { url, entry } : null;
}

/** @param {TakenOut} taken */
function putBackIn({ url, entry }) {
  const loader = findNodesLoader();
  if (loader) apply(set, loader.modules, [url, entry]);
}

module.exports = { putBackIn, takeOut };
