// @ts-check
"use strict";

// How an update ended, for the page: without a line of the program's code, unless that was asked for.

const { nameOf, namesOf } = require("./name.cjs");

/** @typedef {import("./wire").NewEntry} NewEntry */
/** @typedef {import("./wire").WireError} WireError */
/** @typedef {import("../esm/update/outcome.cjs").Outcome} Outcome */
/** @typedef {import("../esm/update/outcome.cjs").Place} Place */

/** Lines of a stack that are shown. */
const STACK = 12;

/** @param {Outcome} outcome @param {boolean} source @returns {NewEntry} */
function entryOf(outcome, source) {
  const { type, files, milliseconds } = outcome;
  const entry = { type, files: namesOf(files), milliseconds };
  switch (type) {
    case "accepted": {
      const { evaluated, acceptedBy, pruned } = outcome;
      const lists = { evaluated: namesOf(evaluated), acceptedBy: namesOf(acceptedBy) };
      return { ...entry, ...lists, pruned: namesOf(pruned) };
    }
    case "declined":
      return { ...entry, way: namesOf(outcome.declinedBy), reason: outcome.message };
    case "unaccepted": {
      const evaluated = namesOf(outcome.evaluated);
      return { ...entry, evaluated, way: namesOf(outcome.path), reason: outcome.message };
    }
    default:
      return { ...entry, error: errorOf(outcome.error, outcome, source) };
  }
}

/**
 * @param {unknown} thrown
 * @param {Place} place
 * @param {boolean} source
 * @returns {WireError}
 */
function errorOf(thrown, { file, line, column, frame, help }, source) {
  const { name, message, stack } = wordsOf(thrown);
  // Messages may go on with a code frame, Node's or ours.
  const [first] = message.split("\n");
  return {
    name,
    message: source ? message : first,
    stack: stack.split("\n").filter(isPlace).slice(0, STACK).map(trimmed),
    ...(file && { file: nameOf(file) }),
    ...(line && { line, column }),
    ...(help && { help }),
    ...(source && frame && !message.includes(frame) && { frame }),
  };
}

/** Anything can be thrown, getters that throw included. @param {any} thrown */
function wordsOf(thrown) {
  try {
    if (typeof thrown?.message === "string") {
      const { name = "Error", message, stack = "" } = thrown;
      return { name: String(name), message, stack: String(stack) };
    }
    // An object's properties may hold anything: only its kind is told.
    const isObject = typeof thrown === "object" && thrown !== null;
    const text = isObject ? `an object (${thrown.constructor?.name ?? "without a class"})` : String(thrown);
    return { name: "thrown", message: text, stack: "" };
  } catch {
    return { name: "thrown", message: "something that can't be looked at", stack: "" };
  }
}

/** Of the program: how we came to load something says nothing to anybody. @param {string} line */
const isPlace = (line) => /^\s+at .*:\d+:\d+\)?$/.test(line) && !require("../startup.cjs").isOwnLine(line);

/** @param {string} line */
const trimmed = (line) => line.trim().replace(/file:\/\/[^\s)]+?(?=:\d+:\d+\)?$)/, (url) => nameOf(url));

module.exports = { entryOf, errorOf };
