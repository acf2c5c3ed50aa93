// @ts-check
"use strict";

// What `hot.on` of the package and `import.meta.hot.on` listen to: one list for the thread.

const { notice } = require("./report.cjs");

/** @typedef {(payload: any) => unknown} Listener */

/** @type {Map<string, Set<Listener>>} */
const listeners = new Map();

/** Vite's names are ours with a prefix. @param {unknown} event */
function nameOf(event) {
  if (typeof event !== "string") throw new TypeError("hot.on: the event must be a string");
  return event.replace(/^vite:/, "");
}

/**
 * @param {string} event
 * @param {Listener} listener
 * @returns {() => void} takes it away again
 */
function on(event, listener) {
  const name = nameOf(event);
  if (typeof listener !== "function") throw new TypeError("hot.on: the listener must be a function");
  const list = listeners.get(name) ?? new Set();
  listeners.set(name, list.add(listener));
  return () => off(name, listener);
}

/** @param {string} event @param {Listener} listener */
function off(event, listener) {
  listeners.get(nameOf(event))?.delete(listener);
}

/** Does anybody listen? @param {string} event one of ours */
const hears = (event) => Boolean(listeners.get(event)?.size);

/**
 * Calls and awaits each listener in turn; one that throws is reported, and nobody else's problem.
 * @param {string} event
 * @param {unknown} payload
 */
async function emit(event, payload) {
  for (const listener of [...(listeners.get(event) ?? [])]) {
    try {
      await listener(payload);
    } catch (error) {
      say(`a listener of "${event}" threw: ${textOf(error)}`);
    }
  }
}

let isSilent = false;

/** Nothing is written to standard error; listeners of "message" hear it. */
function silence() {
  isSilent = true;
}

/** @param {string} text one line, or one and what belongs to it */
function say(text) {
  if (!isSilent) notice(text);
  void emit("message", text);
}

/** @param {unknown} error */
function textOf(error) {
  if (error instanceof Error) return error.stack ?? error.message;
  return typeof error === "string" ? error : require("node:util").inspect(error);
}

module.exports = { emit, hears, off, on, say, silence, textOf };
