// @ts-check
"use strict";

// The entries of a record's exports, by name. An icon package's index, or what a generator has written, has thousands of them, and each
// of these names may be asked for.

const { SafeMap, SafeWeakMap } = require("../../intrinsics.cjs");

/** So many are found faster by a look at each. */
const FEW = 16;

/** Where names stand in a list of entries. @type {WeakMap<object, Map<string, number>>} */
const places = new SafeWeakMap();

/**
 * @template {{ exported: string }} T
 * @param {T[]} entries of one record, which nobody changes
 * @param {string} name
 * @returns {T | undefined}
 */
function entryNamed(entries, name) {
  if (entries.length <= FEW) {
    for (let index = 0; index < entries.length; index++) {
      if (entries[index].exported === name) return entries[index];
    }
    return undefined;
  }
  const place = (places.get(entries) ?? placesOf(entries)).get(name);
  return place === undefined ? undefined : entries[place];
}

/** @param {{ exported: string }[]} entries */
function placesOf(entries) {
  /** @type {Map<string, number>} */
  const own = new SafeMap();
  for (let index = 0; index < entries.length; index++) own.set(entries[index].exported, index);
  places.set(entries, own);
  return own;
}

/** What a record exports by itself, without what its stars have. @param {{ indirect: { exported: string }[], locals: { exported: string }[] }} record */
const exportedBy = ({ indirect, locals }) => [...locals, ...indirect].map(({ exported }) => exported);

module.exports = { entryNamed, exportedBy };
