// @ts-check
"use strict";

// Places in modules' texts and in their sources, where they differ: columns by what the transform
// inserted (`Edits::shifts` in Rust), lines and columns of rewritten TypeScript by a source map's
// mappings. Old versions run on in timers and closures, so a text is known by its hash, as V8 knows it.

/** What is remembered of a file; closures of versions before are older than that many saves. */
const VERSIONS = 16;

/**
 * @typedef {object} Text
 * @property {number[]} shifts triples of line, column, source column
 * @property {string | undefined} mappings
 * @property {[string, string][] | undefined} [standIns] what stands there for names of imports, and these
 * @property {number[][][]} [lines] the mappings, read when they are needed: column, line, column, from 0
 */

/** What our runtime has compiled. @type {Set<string>} */
const ours = new Set();

/** Does the text have a name of its own, by `//# sourceURL=`? Of those that somebody has asked about. @type {Map<string, boolean>} */
const naming = new Map();

/** Those whose source map Node would have taken note of, and has not. @type {Set<string>} */
const unmapped = new Set();

/** URL, or path of CommonJS → hash of a text → what is known of it. @type {Map<string, Map<string, Text>>} */
const texts = new Map();

/** The newest text of each, which is hashed when somebody asks or the next one comes. @type {Map<string, Text & { code: string }>} */
const newest = new Map();

/** @param {string} url @param {string} code @param {number[]} shifts @param {string} [mappings] @param {[string, string][]} [standIns] */
function notePositions(url, code, shifts, mappings, standIns) {
  ours.add(url);
  if (naming.size > 0) naming.delete(url);
  if (/** @type {any} */ (process).sourceMapsEnabled) unmapped.add(url);
  noteText(url, code, shifts, mappings, standIns);
}

/** The same of CommonJS, which Node compiles. @param {string} file @param {string} code @param {string | undefined} mappings @param {number[]} [shifts] */
function noteCommonJs(file, code, mappings, shifts = []) {
  noteText(file, code, shifts, mappings);
}

/** What was noted of a file's text last, if it is this one. @param {string} file @param {string} code */
function mappingsOf(file, code) {
  const text = newest.get(file);
  return text?.code === code ? text.mappings : undefined;
}

/** @param {string} url @param {string} code @param {number[]} shifts @param {string | undefined} mappings @param {[string, string][]} [standIns] */
function noteText(url, code, shifts, mappings, standIns) {
  if (shifts.length === 0 && !mappings && !standIns) return;
  hashNewest(url);
  newest.set(url, { code, shifts, mappings, standIns });
}

/** @param {string} url */
function hashNewest(url) {
  const text = newest.get(url);
  if (!text) return;
  newest.delete(url);
  // Here, since a program without errors need not wait for it to load.
  const { hash } = require("node:crypto");
  const versions = texts.get(url) ?? new Map();
  texts.set(url, versions);
  const { code, ...positions } = text;
  versions.set(hash("sha256", code), positions);
  if (versions.size > VERSIONS) versions.delete(/** @type {string} */ (versions.keys().next().value));
}

/** Is this the URL of a module of ours? @param {string} url */
const isOurs = (url) => ours.has(url);

/** Is it to be noted now, and by whoever asks? @param {string} url */
const takeUnmapped = (url) => unmapped.delete(url);

const allUnmapped = () => [...unmapped];

/** May its places be elsewhere? @param {string} url */
const hasPositions = (url) => ours.has(url) || texts.has(url) || newest.has(url);

/**
 * The place in the source, from 1.
 * @param {string} url
 * @param {number} line
 * @param {number} column
 * @param {() => string} hash of the text, if it is wanted
 */
function sourcePlace(url, line, column, hash) {
  hashNewest(url);
  const text = texts.get(url)?.get(hash());
  if (!text) return { line, column };
  const shifted = unshifted(text, line, column);
  return text.mappings ? mapped(text, line, shifted) : { line, column: shifted };
}

/** The column before the transform has inserted anything. @param {Text} text @param {number} line @param {number} column */
function unshifted({ shifts }, line, column) {
  let shifted = column;
  for (let index = 0; index < shifts.length; index += 3) {
    if (shifts[index] !== line) continue;
    // Within what was inserted.
    if (shifts[index + 1] > column - 1) return Math.min(shifted, shifts[index + 2] + 1);
    shifted = column - shifts[index + 1] + shifts[index + 2];
  }
  return shifted;
}

/**
 * Is it in the first line, before all that comes from the source? Helpers for TypeScript are there.
 * @param {string} url
 * @param {number} column
 * @param {() => string} hash of the text, if it is wanted
 */
function isBeforeSource(url, column, hash) {
  hashNewest(url);
  const text = texts.get(url)?.get(hash());
  if (!text?.mappings) return false;
  text.lines ??= decoded(text.mappings);
  const segments = text.lines[0] ?? [];
  // What is inserted in front (`exports` of CommonJS) is said to come from where what follows does (`Positions::shifted` in Rust).
  const from = segments.findIndex(([, line, at], index) => {
    const next = segments[index + 1];
    return next?.[1] !== line || next[2] !== at;
  });
  return from < 0 || unshifted(text, 1, column) - 1 < segments[from][0];
}

/**
 * The same of a text that is known by its file alone: the newest.
 * @param {string} url
 * @param {number} line
 * @param {number} column
 */
function newestPlace(url, line, column) {
  hashNewest(url);
  const [hash] = [...(texts.get(url)?.keys() ?? [])].slice(-1);
  return sourcePlace(url, line, column, () => hash);
}

/**
 * A name that V8 has given a function after what it is assigned to, as it is in the source.
 * @param {string} url
 * @param {string} name
 * @param {() => string} [hash] of the text; else it is the newest
 */
function sourceName(url, name, hash) {
  hashNewest(url);
  const versions = texts.get(url);
  const text = hash ? versions?.get(hash()) : [...(versions?.values() ?? [])].at(-1);
  if (!text?.standIns) return name;
  const names = new Map(text.standIns);
  const parts = name.split(".").map((part) => names.get(part) ?? part);
  return parts.join(".");
}

/** The file as it is now. @param {string} url */
function fileText(url) {
  // Here, where it is what it was before the program put a test's mocks in its place.
  const fs = require("node:fs");
  const { fileURLToPath } = require("node:url");
  try {
    return fs.readFileSync(fileURLToPath(url), "utf8");
  } catch {
    return null;
  }
}

/** Has the text a name of its own? V8 leaves `lineOffset` aside then, and counts our first line. @param {string} url of a module of ours */
function namesItself(url) {
  const known = naming.get(url);
  if (known !== undefined) return known;
  const isNamed = /\/\/[#@] sourceURL=\S/.test(fileText(url) ?? "");
  naming.set(url, isNamed);
  return isNamed;
}

/** What V8 knows of the file's text. @param {string} url */
function sourceText(url) {
  const text = fileText(url);
  if (text === null) return null;
  return {
    hash: () => require("node:crypto").hash("sha256", text),
    /** @param {number} line @param {number} column */
    offsetOf(line, column) {
      const ends = [...text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)].map(
        ({ index, 0: end }) => index + end.length,
      );
      return line === 1 ? column - 1 : (ends[line - 2] ?? 0) + column - 1;
    },
  };
}

/**
 * As `Positions::source_of` in Rust: as far behind the nearest mapping as the place is.
 * @param {Text} text
 * @param {number} line
 * @param {number} column
 */
function mapped(text, line, column) {
  text.lines ??= decoded(text.mappings ?? "");
  const segments = text.lines[line - 1] ?? [];
  const found = segments.findLast((segment) => segment[0] <= column - 1) ?? segments[0];
  if (!found) return { line, column };
  const beyond = Math.max(column - 1 - found[0], 0);
  return { line: found[1] + 1, column: found[2] + 1 + beyond };
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** @param {string} mappings of a source map, revision 3, with one source */
function decoded(mappings) {
  let [sourceLine, sourceColumn] = [0, 0];
  return mappings.split(";").map((line) => {
    let column = 0;
    return (line === "" ? [] : line.split(",")).map((segment) => {
      const [columns, , lines, sourceColumns] = numbers(segment);
      column += columns;
      sourceLine += lines;
      sourceColumn += sourceColumns;
      return [column, sourceLine, sourceColumn];
    });
  });
}

/** Base 64 VLQ. @param {string} segment */
function numbers(segment) {
  const all = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    all.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return all;
}

module.exports = {
  allUnmapped,
  fileText,
  hasPositions,
  isBeforeSource,
  isOurs,
  mappingsOf,
  namesItself,
  newestPlace,
  noteCommonJs,
  notePositions,
  sourceName,
  sourcePlace,
  sourceText,
  takeUnmapped,
};
