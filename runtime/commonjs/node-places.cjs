// @ts-check
"use strict";

// Where requests led, as Node's CommonJS loader remembers it: `Module._pathCache`, by request and folder, for good; and a
// table of its own, as long as what was found is in `require.cache`. Neither looks whether a file has come or gone.

const fs = require("node:fs");
const path = require("node:path");
const { isProjectFile } = require("../project-files.cjs");

const Module = /** @type {any} */ (require("node:module"));

/** Requests that lead nowhere any more, and where they led. @type {Map<string, string>} */
const nowhere = new Map();

/** Requests of a folder's files that led to `before`, and lead elsewhere. That `before` is gone may be told of by a later update. @type {Map<string, { parts: [string, string], before: string }>} */
const moves = new Map();

/** @param {string} key @returns {[request: string, folder: string] | null} null: not of one folder */
function partsOf(key) {
  const end = key.indexOf("\0");
  const folder = key.slice(end + 1);
  const request = key.slice(0, end);
  return /^\.\.?([\\/]|$)/.test(request) && !folder.includes("\0") ? [request, folder] : null;
}

/** @param {string} request @param {string} folder @returns {string | false} */
function find(request, folder) {
  try {
    return Module._findPath(request, [folder], false);
  } catch {
    // A folder whose package.json names what is not there.
    return false;
  }
}

/** May what `stem` leads to be another, as `file` has come or gone? @param {string} stem @param {string} file */
const concerns = (stem, file) =>
  file.startsWith(stem) && (file.length === stem.length || /[.\\/]/.test(file[stem.length]));

/**
 * Requests are looked up again.
 * @param {(before: string, key: string) => boolean} mayDiffer may one lead elsewhere than it did?
 */
function lookUpAgain(mayDiffer) {
  /** @type {Record<string, string>} */
  const places = Module._pathCache ?? {};
  for (const key of Object.keys(places)) {
    const before = places[key];
    if (!mayDiffer(before, key)) continue;
    delete places[key];
    const parts = partsOf(key);
    if (!parts) continue;
    const present = find(...parts);
    // A function has asked again since: who has what was there, and is gone, is led elsewhere nevertheless.
    const former = nowhere.get(key);
    if (former && present && former !== present) noteMove(parts, former);
    nowhere.delete(key);
    if (present === before) continue;
    if (!present) nowhere.set(key, before);
    else noteMove(parts, before);
  }
}

/** Who else remembers where requests led. */
let tellOfMoves = () => {};

/** @param {() => void} callback called when files have come or gone */
function whenMoved(callback) {
  tellOfMoves = callback;
}

/** @param {string[] | null} moved files that have come or gone, some; null: nobody knows which */
function refreshPlaces(moved) {
  tellOfMoves();
  for (const [key, { parts, before }] of moves) if (find(...parts) === before) moves.delete(key);
  const mayDiffer = (/** @type {string} */ before, /** @type {string} */ key) => {
    if (!moved) return true;
    const parts = partsOf(key);
    if (!parts) return moved.includes(before);
    const stem = path.resolve(parts[1], parts[0]);
    return moved.some((file) => concerns(stem, file));
  };
  lookUpAgain(mayDiffer);
  for (const [key, before] of nowhere) {
    const parts = partsOf(key);
    if (!parts || !mayDiffer(before, key)) continue;
    const present = find(...parts);
    if (!present) continue;
    nowhere.delete(key);
    if (present !== before) noteMove(parts, before);
  }
}

/** @param {[request: string, folder: string]} parts @param {string} before */
function noteMove([request, folder], before) {
  forgetRelative(request, folder, before);
  moves.set(`${request}\0${folder}\0${before}`, { parts: [request, folder], before });
}

/** By what a file has required one that is not there any more. @param {string} file @param {string} gone @returns {string[]} */
function requestsTo(file, gone) {
  const folder = path.dirname(file);
  const keys = [...nowhere].flatMap(([key, before]) => (before === gone ? [key] : []));
  return keys.map(partsOf).flatMap((parts) => (parts?.[1] === folder ? [parts[0]] : []));
}

/** Does `file` require another file now by what it called `before`? @param {string} file @param {string} before */
function leadsElsewhere(file, before) {
  if (moves.size === 0) return false;
  const folder = path.dirname(file);
  return [...moves.values()].some((move) => move.before === before && move.parts[1] === folder);
}

/** Of what is evaluated anew, where perhaps nothing is watched. @param {string[]} files */
function refreshPlacesOf(files) {
  const required = new Set(files.flatMap((file) => requiredBy(file).map(({ filename }) => filename)));
  lookUpAgain((before) => required.has(before));
}

/**
 * Of a file that is gone Node is to say what it says in a fresh process: programs ask for `MODULE_NOT_FOUND` of what they can
 * do without.
 * @param {string} file
 */
const forgetPlace = (file) => lookUpAgain((before) => before === file);

/**
 * A function asks by a path for what Node has found before, and it may have gone when nobody was told: what an update has loaded, and
 * the next one left, is not watched.
 * @param {string} request
 * @param {string} from
 */
function lookAgain(request, from) {
  if (!request.startsWith(".")) return;
  const before = Module._pathCache?.[`${request}\0${path.dirname(from)}`];
  if (before && !Module._cache[before] && !isThere(before)) forgetPlace(before);
}

/** @param {string} file @returns {{ filename: string }[]} */
const requiredBy = (file) => Module._cache[file]?.children ?? [];

/**
 * The table of Node's own drops an entry that is asked for and not in the cache; then the asking ends. That is asked for also where
 * there is none in the cache: one of ours may come (required-again.cjs), which answers for the file at `before`.
 * @param {string} request
 * @param {string} folder
 * @param {string} before where it led
 */
function forgetRelative(request, folder, before) {
  const { _cache, _load, _resolveFilename } = Module;
  const cached = _cache[before];
  const from = path.join(folder, "-");
  const parent = { path: folder, filename: from, id: from, children: [] };
  if (cached) _cache[before] = undefined;
  /** @this {unknown} @param {unknown[]} given */
  Module._resolveFilename = function (...given) {
    // What the way of the error loads meanwhile is to be found.
    if (given[0] !== request) return Reflect.apply(_resolveFilename, this, given);
    throw new Error("not to be loaded");
  };
  try {
    Reflect.apply(_load, Module, [request, parent]);
  } catch {
  } finally {
    Module._resolveFilename = _resolveFilename;
    if (cached) _cache[before] = cached;
  }
}

/**
 * Where a request led that leads nowhere any more: what is gone is still what a module has said it accepts.
 * @param {string} request
 * @param {string} folder
 */
const formerPlace = (request, folder) => nowhere.get(`${request}\0${folder}`);

/**
 * A version that goes on has what it has required, also where its functions ask for it again: a refused update may have had Node
 * forget where that led.
 * @param {string} request
 * @param {import("./commonjs.cjs").LoaderModule | undefined} module who requires it
 * @returns {string | null}
 */
function keptPlace(request, module) {
  if (nowhere.size === 0 || !module?.loaded || !module.filename) return null;
  const folder = path.dirname(module.filename);
  const before = nowhere.get(`${request}\0${folder}`);
  if (!before || !Module._cache[before] || find(request, folder)) return null;
  return module.children.some(({ filename }) => filename === before) ? before : null;
}

/** Those of packages hardly ever go by themselves. @param {string} filename */
const isThere = (filename) => !isProjectFile(filename) || fs.existsSync(filename);

/**
 * A file is evaluated anew, as it was saved. What it has required, and is gone, was going on until then.
 * @param {string} file
 */
function forgetGone(file) {
  /** @type {{ filename: string }[] | undefined} */
  const required = Module._cache[file]?.children;
  if (!required) return;
  // Of what went just before the save nobody may have been told yet.
  for (const { filename } of required) if (!isThere(filename)) forgetPlace(filename);
  if (nowhere.size === 0) return;
  const folder = path.dirname(file);
  for (const [key, before] of nowhere) {
    const parts = partsOf(key);
    if (parts?.[1] !== folder || !required.some(({ filename }) => filename === before)) continue;
    if (!find(...parts)) forgetRelative(parts[0], folder, before);
  }
}

module.exports = {
  forgetGone,
  forgetPlace,
  forgetRelative,
  formerPlace,
  keptPlace,
  leadsElsewhere,
  lookAgain,
  refreshPlaces,
  requestsTo,
  refreshPlacesOf,
  whenMoved,
};
