// @ts-check
"use strict";

// `hot.data` as Vite's documentation uses it: what a version writes there itself is there for all versions after it. What a
// dispose handler puts into the object that it gets is for the next version alone, as in webpack and dynohot.

const { ownKeys } = Reflect;

/** @typedef {Record<PropertyKey, any>} Data */

/** What dispose handlers have put into each object. @type {WeakMap<Data, Map<PropertyKey, unknown>>} */
const given = new WeakMap();

/** @param {Data} data */
const entriesOf = (data) => new Map(ownKeys(data).map((key) => [key, data[key]]));

/**
 * Before the dispose handlers run: Vite's find there what their version wrote.
 * @param {unknown} had the `hot.data` of the version that ends
 * @param {Data} handed that of the next one, which may have been begun
 */
function passOn(had, handed) {
  if (had === handed || typeof had !== "object" || had === null) return;
  const fromHandlers = given.get(had);
  for (const [key, value] of entriesOf(had)) {
    const isGiven = fromHandlers?.has(key) && Object.is(fromHandlers.get(key), value);
    if (!isGiven && !Object.hasOwn(handed, key)) handed[key] = value;
  }
}

/** After them. @param {Data} handed @param {Map<PropertyKey, unknown>} before its entries */
function noteGiven(handed, before) {
  for (const [key, value] of entriesOf(handed)) {
    if (before.has(key) && Object.is(before.get(key), value)) continue;
    const known = given.get(handed);
    if (known) known.set(key, value);
    else given.set(handed, new Map([[key, value]]));
  }
}

module.exports = { entriesOf, noteGiven, passOn };
