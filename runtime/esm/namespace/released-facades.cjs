// @ts-check
"use strict";

// Facades in data: URLs, which Node would keep for good. Those whose names their modules have no more are taken out of its map: whoever has such
// a namespace has all that is needed, and when nobody has, it goes. Until there is something to gain they stay: to find the map takes some 15 ms,
// once. From then on new ones are in none (`synthetic-facade.cjs`).

const { putBackIn, takeOut } = require("../native/load-cache.cjs");
const { findNodesLoader } = require("../native/nodes-loader.cjs");

/** @typedef {{ url: string | null, companions(): string[] | null }} Facade */
/** @typedef {import("../native/load-cache.cjs").TakenOut} TakenOut */

/** So many characters of URLs, which are their texts: some 30 facades of three names, half a megabyte. */
const MUCH = 20_000;
/** How many Node was given since. */
let given = 0;
/** @type {Set<Facade>} */
const waiting = new Set();
/** @type {WeakMap<Facade, TakenOut>} */
const released = new WeakMap();

/** Node is given a facade in a data: URL. @param {string[]} urls */
function noteGiven(...urls) {
  for (const url of urls) given += url.length;
}

/** Is it worth while to find the map, so that the next one is in none? */
function lookIfMuch() {
  if (given >= MUCH) findNodesLoader();
}

/** The module has other names now. What is at the file's own URL is the affair of `at-file-url.cjs`. @param {Facade} facade */
function release(facade) {
  if (facade.companions()) waiting.add(facade);
}

/** The names are again what they were. @param {Facade} facade */
function keep(facade) {
  waiting.delete(facade);
  const entry = released.get(facade);
  if (!entry) return;
  released.delete(facade);
  putBackIn(entry);
}

/** An update has ended. */
function letGoOfReleased() {
  if (given < MUCH) return;
  given = 0;
  findNodesLoader();
  for (const facade of waiting) {
    for (const url of facade.companions() ?? []) takeOut(url);
    const entry = takeOut(/** @type {string} */ (facade.url));
    if (entry) released.set(facade, entry);
  }
  waiting.clear();
}

module.exports = { keep, letGoOfReleased, lookIfMuch, noteGiven, release };
