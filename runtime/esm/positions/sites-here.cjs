// @ts-check
"use strict";

/**
 * V8's frames of who has called, without asking what the program has put in the place of `Error.prepareStackTrace`.
 * Where `Error` is frozen (`--frozen-intrinsics`, SES) there is only the text: `stackTraceLimit` frames of it.
 * @param {number} most
 * @returns {Site[]} innermost first
 */
function sitesHere(most) {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const isOwn = Object.hasOwn(Error, "prepareStackTrace");
  /** @type {NodeJS.CallSite[] | null} */
  let sites = null;
  const note = (/** @type {unknown} */ _, /** @type {NodeJS.CallSite[]} */ all) => {
    sites = all;
  };
  Reflect.set(Error, "stackTraceLimit", most);
  Reflect.set(Error, "prepareStackTrace", note);
  const { stack } = new Error();
  if (isOwn) Reflect.set(Error, "prepareStackTrace", prepareStackTrace);
  else Reflect.deleteProperty(Error, "prepareStackTrace");
  Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  return sites ?? written(stack);
}

/**
 * What callers ask of a frame.
 * @typedef {Pick<NodeJS.CallSite, "getFileName" | "getFunctionName" | "getLineNumber" | "getColumnNumber">
 *   & Partial<Pick<NodeJS.CallSite, "getScriptNameOrSourceURL">>} Site
 */

const IN_FUNCTION = /^ +at (?:async )?(.+?) \((.+):(\d+):(\d+)\)$/;
const ALONE = /^ +at (?:async )?()(.+):(\d+):(\d+)$/;

/** The frames that a stack's text has. @param {unknown} stack @returns {Site[]} */
function written(stack) {
  if (typeof stack !== "string") return [];
  return stack.split("\n").flatMap((line) => {
    const found = IN_FUNCTION.exec(line) ?? ALONE.exec(line);
    if (!found) return [];
    const [, name, file, row, column] = found;
    return {
      getFunctionName: () => name || null,
      getFileName: () => file,
      getLineNumber: () => Number(row),
      getColumnNumber: () => Number(column),
    };
  });
}

module.exports = { sitesHere };
