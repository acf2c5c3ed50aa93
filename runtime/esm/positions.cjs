// @ts-check
"use strict";

// Columns of modules' texts and of their sources, where they differ (`Edits::shifts` in Rust).
// Old versions run on in timers and closures, so a text is known by its hash, as V8 knows it.

/** What is remembered of a file; closures of versions before are older than that many saves. */
const VERSIONS = 16;

/** URL → hash of a text → triples of line, column, source column. @type {Map<string, Map<string, number[]>>} */
const texts = new Map();

/** What our runtime has compiled. @type {Set<string>} */
const ours = new Set();

/** @param {string} url @param {string} code @param {number[]} shifts */
function notePositions(url, code, shifts) {
  ours.add(url);
  if (shifts.length === 0) return;
  // Here, since a program without any need not wait for it to load.
  const { createHash } = require("node:crypto");
  const versions = texts.get(url) ?? new Map();
  texts.set(url, versions);
  versions.set(createHash("sha256").update(code).digest("hex"), shifts);
  if (versions.size > VERSIONS) versions.delete(/** @type {string} */ (versions.keys().next().value));
}

/** Is this the URL of a module of ours? @param {string} url */
const isOurs = (url) => ours.has(url);

/**
 * The column in the source, both from 1.
 * @param {string} url
 * @param {number} line
 * @param {number} column
 * @param {() => string} hash of the text, if it is wanted
 */
function sourceColumn(url, line, column, hash) {
  const shifts = texts.get(url)?.get(hash()) ?? [];
  let found = column;
  for (let index = 0; index < shifts.length; index += 3) {
    if (shifts[index] !== line || shifts[index + 1] > column - 1) continue;
    found = column - shifts[index + 1] + shifts[index + 2];
  }
  return found;
}

module.exports = { isOurs, notePositions, sourceColumn };
