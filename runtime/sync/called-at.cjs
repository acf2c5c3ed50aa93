// @ts-check
"use strict";

// What sync.require, sync.import, resync and hmr do not find: where the program asks for it, with the lines there. Node says it of a
// `require()` by its stack, and of an import by the engine's look at the text; here the name is an argument, and after an `await`
// the stack may hold nothing of the program.

const { originalPosition } = require("../caller.cjs");
const { frameAt } = require("../esm/positions/code-frame.cjs");
const { setStack } = require("../error-text.cjs");
const { leaveOutOwnFrames } = require("../report.cjs");
const locate = require("./locate.cjs");

/** @typedef {import("./synced-modules.cjs").Caller} Caller */

/** @param {string | URL} id @param {Caller} caller */
function locateRequire(id, caller) {
  try {
    return locate.locateRequire(id, caller.file);
  } catch (error) {
    throw calledAt(error, caller.at);
  }
}

/** @param {import("../../native/addon").Session} session @param {string | URL} id @param {Caller} caller */
async function locateImport(session, id, caller) {
  try {
    return await locate.locateImport(session, id, caller.file);
  } catch (error) {
    throw calledAt(error, caller.at);
  }
}

/**
 * @param {unknown} error
 * @param {import("../caller.cjs").CallSite} site
 * @returns {unknown} the error
 */
function calledAt(error, site) {
  if (!(error instanceof Error) || !("code" in error)) return error;
  const { file, line, column } = originalPosition(site);
  const frame = frameAt({ file, line, column });
  if (!frame) return error;
  const { message, stack } = error;
  const place = `\n    at ${file}`;
  const shown = `${place}:${line}:${column}\n${frame}`;
  // The engine has named the file.
  const end = message.indexOf(place) + place.length;
  const isNamed = end >= place.length && /^(?:\n|$)/.test(message.slice(end));
  error.message = isNamed
    ? `${message.slice(0, end - place.length)}${shown}${message.slice(end)}`
    : `${message}${shown}`;
  if (typeof stack === "string")
    setStack(
      error,
      stack.replace(message, () => error.message),
    );
  leaveOutOwnFrames(error);
  return error;
}

module.exports = { calledAt, locateImport, locateRequire };
