// @ts-check
"use strict";

// Messages to and from the parent process, as hot-hook's runner and AdonisJS know them.

const { speaks } = require("../hot-events.cjs");
const { savedFor } = require("../session/news.cjs");
const { askForFullReload, hasRunner, isOfProgram } = require("../runner/link.cjs");
const { endWaiting } = require("./failed-start.cjs");

/** @param {object} message */
function send(message) {
  // A channel that was closed makes process.send emit an "error" that nobody listens to.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/**
 * @param {string} file absolute, of what can't be exchanged
 * @param {boolean | undefined} shouldBeReloadable undefined for files that are no modules
 * @param {string} reason
 * @returns {boolean} is there a runner of ours, which says why it starts the program anew?
 */
function fullReload(file, shouldBeReloadable, reason) {
  const paths = savedFor(file);
  const isAsked = askForFullReload(paths, reason, { shouldBeReloadable });
  // The runner has heard it; a parent that is a program has not.
  if (!isAsked || isOfProgram()) send({ type: "hot-hook:full-reload", path: paths[0], shouldBeReloadable });
  endWaiting();
  return isAsked;
}

/** @param {string[]} paths absolute */
function invalidated(paths) {
  const message = { type: "hot-hook:invalidated", paths };
  // The update says itself how it ends: a runner of ours would say it a second time.
  const isTold = hasRunner() && !isOfProgram() && speaks();
  send(isTold ? { ...message, isTold } : message);
}

/** @type {((message: any) => void) | null} */
let listener = null;
/** @type {import("./told-again.cjs").ToldAgain | null} */
let told = null;

/** With `watch: false` the parent says what changed. @param {((file: string) => void) | null} onChange */
function listen(onChange) {
  if (listener) process.off("message", listener);
  told?.stop();
  listener = null;
  told = null;
  if (!onChange) return;
  const { ToldAgain } = require("./told-again.cjs");
  const telling = new ToldAgain(onChange);
  told = telling;
  listener = (message) => {
    if (message?.type === "hot-hook:file-changed" && typeof message.path === "string")
      telling.tell(message.path);
  };
  process.on("message", listener);
  // The channel alone is no reason to go on.
  process.channel?.unref();
}

module.exports = { fullReload, invalidated, listen };
