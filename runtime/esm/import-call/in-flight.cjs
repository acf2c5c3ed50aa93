// @ts-check
"use strict";

// import()s whose modules are not linked yet, or not handed over for evaluation. Since Node 24 `require()` refuses an ES
// module that is on its way so: it has no Module Record whose evaluation could be begun.

const { SafeMap, SafeSet } = require("../../intrinsics.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {{ module: Module | null, prepare: () => Module }} Flight */

const isRefused = Number.parseInt(process.versions.node, 10) >= 24;

/** @type {Set<Flight>} */
const flights = new SafeSet();

/** Those of CommonJS, until Node has loaded what stands for the module (kept-by-node.cjs), by file. @type {Map<string, () => Module>} */
const coming = new SafeMap();

/** CommonJS has called import(). @param {string} file @param {() => Module} prepare loads and links what is imported */
function comes(file, prepare) {
  if (isRefused) coming.set(file, prepare);
}

/** From here on it is ours to load. @param {string} file */
function hasCome(file) {
  coming.delete(file);
}

/** Of what it imports Node knows nothing then. @param {string} file */
function isComing(file) {
  const prepare = coming.get(file);
  try {
    return prepare !== undefined && prepare().status === "linked";
  } catch {
    return false;
  }
}

/** @param {() => Module} prepare loads and links what is imported @returns {Flight | null} */
function takeOff(prepare) {
  if (!isRefused) return null;
  const flight = { module: null, prepare };
  flights.add(flight);
  return flight;
}

/** Its evaluation begins, or it can't be loaded. @param {Flight | null} flight */
function land(flight) {
  if (flight) flights.delete(flight);
}

/**
 * Is a file imported by a module that an import() is about to evaluate, or is it that module?
 * @param {string} file
 */
function isInFlight(file) {
  if (coming.size > 0 && isComing(file)) return true;
  if (flights.size === 0) return false;
  const seen = new Set();
  // A module that is evaluating, or was evaluated, is past this; so is what it imports.
  const leadsThere = (/** @type {Module} */ module) => {
    if (module.status !== "linked" || seen.has(module)) return false;
    seen.add(module);
    return /** @type {any} */ (module).file === file || module.requested.some(leadsThere);
  };
  return [...flights].some((flight) => {
    const module = loaded(flight);
    return module !== null && leadsThere(module);
  });
}

/** Node has the whole graph at once; ours is loaded a microtask after the call. @param {Flight} flight */
function loaded(flight) {
  try {
    flight.module ??= flight.prepare();
  } catch {
    // The import() says so, in its time.
    flights.delete(flight);
  }
  return flight.module;
}

module.exports = { comes, hasCome, isInFlight, land, takeOff };
