// @ts-check
"use strict";

// The diagnostics channels `tracing:module.import` and `tracing:module.require` (Node 22): whoever listens hears of what the program
// imports and requires as from plain Node. Node can't know of an import() that is ours to answer, nor of CommonJS that ours has evaluated:
// we announce these. What only we have asked for it announces, and nobody is to hear of it.

const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { apply, insist } = require("../../intrinsics.cjs");
const { isOwnFile } = require("../../project-files.cjs");

const { getPrototypeOf } = Object;
const EVENTS = /** @type {const} */ (["start", "end", "asyncStart", "asyncEnd", "error"]);
const isKnown = Number.parseInt(process.versions.node, 10) >= 22;
/** Not `require()`: a start does not pay for loading it where no channel is. @type {typeof import("node:diagnostics_channel")} */
const diagnostics = /** @type {any} */ (process).getBuiltinModule("diagnostics_channel");

/** @typedef {import("node:diagnostics_channel").TracingChannel} TracingChannel */
/** They are forgotten when nobody has them. @type {{ import: TracingChannel, require: TracingChannel } | null} */
let channels = null;
let isOurs = false;

/** @param {unknown} name a path or a URL */
function isOwn(name) {
  if (typeof name !== "string") return false;
  const file = name.startsWith("file:") ? fileURLToPath(name) : name;
  return /^\.heatsync-\d+\.mjs$/.test(path.basename(file)) || isOwnFile(file);
}

/** @param {any} message of whoever imports or requires, and what */
function isUnheard(message) {
  if (isOurs) return true;
  const from = message?.parentURL ?? message?.parentFilename;
  // What nobody requires is imported.
  return isOwn(from) || (from === undefined && isOwn(message?.id));
}

/** Once for each thread. */
function installAnnounced() {
  if (!isKnown || channels) return;
  channels = {
    import: diagnostics.tracingChannel("module.import"),
    require: diagnostics.tracingChannel("module.require"),
  };
  for (const channel of Object.values(channels)) for (const event of EVENTS) filter(channel[event]);
}

/** @param {any} channel */
function filter(channel) {
  Object.defineProperty(channel, "publish", {
    __proto__: null,
    configurable: true,
    writable: true,
    /** @param {unknown} message */
    value(message) {
      let isQuiet = false;
      insist(() => {
        isQuiet = isUnheard(message);
      });
      // It has another prototype while somebody listens.
      if (!isQuiet) apply(getPrototypeOf(this).publish, this, [message]);
    },
  });
}

/** Does anybody listen? @param {"import" | "require"} kind */
function isHeard(kind) {
  const channel = channels?.[kind];
  // The program may have replaced what arrays have.
  for (let at = 0; channel && at < EVENTS.length; at++) if (channel[EVENTS[at]].hasSubscribers) return true;
  return false;
}

/**
 * An `import()` of ours, where somebody listens.
 * @template T
 * @param {() => Promise<T>} answer
 * @param {string} parentURL
 * @param {string} url as it is written
 * @returns {Promise<T>}
 */
function announceImport(answer, parentURL, url) {
  const channel = /** @type {TracingChannel} */ (channels?.import);
  return apply(channel.tracePromise, channel, [answer, { __proto__: null, parentURL, url }]);
}

/**
 * CommonJS that an ES module imports, where somebody listens: Node has it required by nobody.
 * @param {Function} load
 * @param {object} self
 * @param {string} file
 */
function announceRequire(load, self, file) {
  const channel = /** @type {TracingChannel} */ (channels?.require);
  const message = { __proto__: null, parentFilename: undefined, id: file };
  return apply(channel.traceSync, channel, [load, message, self, file, undefined, false]);
}

/** @template T @param {() => T} ask what only we ask of Node @returns {T} */
function unannounced(ask) {
  isOurs = true;
  try {
    return ask();
  } finally {
    isOurs = false;
  }
}

module.exports = { announceImport, announceRequire, installAnnounced, isHeard, unannounced };
