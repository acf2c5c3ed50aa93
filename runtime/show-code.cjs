// @ts-check
"use strict";

// What an error of the program's does not say by itself, for whoever prints it: the lines of code around the place where it was thrown,
// and what may help.

const { setStack } = require("./error-text.cjs");

/** @typedef {import("../native/addon").Session} NativeSession */

/**
 * Both stand in the stack of what a module or a callback has thrown, between the words and the frames, where `console.error(error)` shows
 * them. Its message stays the program's own.
 * @param {unknown} error
 * @param {NativeSession} session
 */
function showCode(error, session) {
  try {
    if (!(error instanceof Error)) return;
    const { stackPlace } = require("./esm/positions/place.cjs");
    const { frameAt } = require("./esm/positions/code-frame.cjs");
    const { message, stack } = error;
    const place = stackPlace(error);
    const frame = frameAt(place);
    if (!frame || typeof stack !== "string" || stack.includes(frame)) return;
    const help = helpWith(error, place.file, session);
    // A message may hold the stack of another error.
    const words = stack.indexOf(message);
    const frames = stack.indexOf("\n    at ", words < 0 ? 0 : words + message.length);
    if (frames >= 0)
      setStack(error, `${stack.slice(0, frames)}\n${frame}${help ? `\n${help}` : ""}${stack.slice(frames)}`);
  } catch {
    // Frozen, or with getters that throw: it is told of as it is.
  }
}

/** @param {Error} error @param {string | undefined} file @param {NativeSession} session */
function helpWith(error, file, session) {
  // Of others nothing is known, and it need not be loaded.
  if (!(error instanceof ReferenceError)) return undefined;
  return require("./esm/positions/evaluation-help.cjs").helpByFiles(error, file, session);
}

module.exports = { showCode };
