// @ts-check
"use strict";

// Of several things that are wrong with a graph Node tells the one it comes to first. Ours are found when a file is
// read, or when names are linked; what is wrong with a native module is known only once Node was asked for it.

const { faults } = require("./link.cjs");
const { LoadError } = require("../graph/load-error.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { NativeModule } = require("../native/native.cjs");
const { canLoad } = require("../native/probe.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

/** Since Node 24 a module's requests are loaded one after the other, each with all below it; before, they were resolved at once. */
const loadsInTurn = Number.parseInt(process.versions.node, 10) >= 24;

/**
 * @param {unknown} error why `fresh` can't be loaded or linked
 * @param {Map<string, Module>} fresh in the order of their requests
 * @returns {unknown} what Node would have said
 */
function firstError(error, fresh) {
  // What was told of a native module is told.
  const isOurs =
    error instanceof LoadError || (error instanceof Error && faults.get(error)?.name !== undefined);
  // What V8 refuses was looked for in this order already.
  if (!isOurs || (error instanceof LoadError && error.problem.code === "HEATSYNC_REFUSED")) return error;
  const unfinished = [...fresh.values()].filter(
    (it) => it instanceof SourceTextModule && it.requested.length < it.record.requests.length,
  );
  // Whatever is linked was loaded before.
  const natives =
    loadsInTurn || unfinished.length === 0
      ? [...fresh.values()].flatMap(nativeOf)
      : unfinished.flatMap(nativesOf);
  for (const { request, from } of natives) {
    try {
      canLoad(request, from);
    } catch (earlier) {
      if (earlier instanceof Error) faults.set(earlier, { file: from, requests: [request] });
      return earlier;
    }
  }
  return error;
}

/** @param {Module} module @returns {{ request: JsRequest, from: string }[]} */
function nativeOf(module) {
  return module instanceof NativeModule && !module.isKnownToHave([]) ? [module] : [];
}

/** @param {Module} module @returns {{ request: JsRequest, from: string }[]} */
function nativesOf(module) {
  const { record, file } = /** @type {SourceTextModule} */ (module);
  return record.requests.flatMap((request) => (request.target === "native" ? [{ request, from: file }] : []));
}

module.exports = { firstError };
