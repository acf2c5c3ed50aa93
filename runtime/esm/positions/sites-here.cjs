// @ts-check
"use strict";

/**
 * V8's frames of who has called, without asking what the program has put in the place of `Error.prepareStackTrace`.
 * @param {number} most
 * @returns {NodeJS.CallSite[]}
 */
function sitesHere(most) {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const isOwn = Object.hasOwn(Error, "prepareStackTrace");
  /** @type {NodeJS.CallSite[]} */
  let sites = [];
  const note = (/** @type {unknown} */ _, /** @type {NodeJS.CallSite[]} */ all) => {
    sites = all;
  };
  // A program may have frozen it.
  Reflect.set(Error, "stackTraceLimit", most);
  Reflect.set(Error, "prepareStackTrace", note);
  void new Error().stack;
  if (isOwn) Reflect.set(Error, "prepareStackTrace", prepareStackTrace);
  else Reflect.deleteProperty(Error, "prepareStackTrace");
  Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  return sites;
}

module.exports = { sitesHere };
