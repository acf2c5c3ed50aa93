// @ts-check
"use strict";

// A name that nobody has, and the one that was probably meant.

/** So many letters may be wrong, missing or too many: in a short name two make another word. @param {string} name */
const most = (name) => (name.length < 6 ? 1 : 2);

/**
 * @param {string} name
 * @param {Iterable<string>} known
 * @returns {string | null} null: it looks like none of them
 */
function meantBy(name, known) {
  let meant = null;
  let least = most(name) + 1;
  for (const other of known) {
    const count = distance(plain(name), plain(other));
    if (count < least) [meant, least] = [other, count];
  }
  return meant;
}

/** @param {string} name */
const plain = (name) => name.toLowerCase().replace(/[-_]/g, "");

/** Levenshtein's. @param {string} one @param {string} other */
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (isSame ? 0 : 1));
    }
    row = next;
  }
  return row[other.length];
}

module.exports = { meantBy };
