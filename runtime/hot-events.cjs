// @ts-check
"use strict";

// What `hot.on` of the package and `import.meta.hot.on` listen to: one list for the thread.

const { GivenUp, settled } = require("./esm/update/patience.cjs");
const { legible, textOf } = require("./error-text.cjs");
const { SafeMap, SafeSet, setHas } = require("./intrinsics.cjs");
const { notice } = require("./report.cjs");

/** @typedef {(payload: any) => unknown} Listener */

/**
 * Of each listener, who asked for it: it may be of several modules, or of a version and the next one, and is called once as long as one
 * of them wants it.
 * @type {Map<string, Map<Listener, Set<object>>>}
 */
const listeners = new SafeMap();

/** Updates wait for listeners of these. */
const AWAITED = new Set([
  "afterUpdate",
  "beforeFullReload",
  "beforePrune",
  "beforeUpdate",
  "error",
  "status",
  "update",
]);
const OWN = new Set([...AWAITED, "invalidate", "message"]);
/** Names that were told of. @type {Set<string>} */
const told = new SafeSet();

/** Vite's names are ours with a prefix. @param {unknown} event @param {string} method who asks */
function nameOf(event, method) {
  if (typeof event !== "string") throw new TypeError(`hot.${method}: the event must be a string`);
  return event.replace(/^vite:/, "");
}

/**
 * @param {string} event
 * @param {Listener} listener
 * @returns {() => void} takes it away again
 */
function on(event, listener) {
  const name = nameOf(event, "on");
  if (typeof listener !== "function") throw new TypeError("hot.on: the listener must be a function");
  if (!setHas(OWN, name) && !setHas(told, name)) tellOfMisspelling(event, name);
  const list = listeners.get(name) ?? new SafeMap();
  const askers = list.get(listener) ?? new SafeSet();
  const asker = {};
  listeners.set(name, list.set(listener, askers.add(asker)));
  return () => {
    if (askers.delete(asker) && askers.size === 0) takeAway(name, list, listener);
  };
}

/** @param {string} name @param {Map<Listener, unknown>} list those of that name @param {Listener} listener */
function takeAway(name, list, listener) {
  list.delete(listener);
  // A program may have a name for each message ("reply:17").
  if (list.size === 0) listeners.delete(name);
}

/**
 * Any name may be listened to, as in Vite, since any may be sent. One that is nearly one of ours would never be heard, and nothing would
 * say why.
 * @param {string} event
 * @param {string} name
 */
function tellOfMisspelling(event, name) {
  const meant = require("./misspelled.cjs").meantBy(name, OWN);
  if (!meant) return;
  told.add(name);
  say(`hot.on("${event}"): there is no such event, unless you hot.send() it; did you mean "${meant}"?`);
}

/** @param {string} event @param {Listener} listener */
function off(event, listener) {
  const name = nameOf(event, "off");
  const list = listeners.get(name);
  if (!list) return;
  // Who asks for it again is another one: what takes an earlier one away leaves it.
  list.get(listener)?.clear();
  takeAway(name, list, listener);
}

/** Does anybody listen? @param {string} event one of ours */
const hears = (event) => Boolean(listeners.get(event)?.size);

/**
 * Calls and awaits each listener in turn; one that throws is reported, and nobody else's problem.
 * @param {string} event
 * @param {unknown} payload
 */
async function emit(event, payload) {
  /** @type {Listener[]} */
  const all = [];
  // Nobody waits for most events: what failed here would be the end of the process.
  listeners.get(event)?.forEach((_, listener) => {
    all[all.length] = listener;
  });
  for (let index = 0; index < all.length; index++) {
    const listener = all[index];
    try {
      const result = listener(payload);
      if (!setHas(AWAITED, event)) await result;
      else await settled(result, `a listener of "${event}"`, () => undefined);
    } catch (thrown) {
      const error = legible(thrown);
      say(error instanceof GivenUp ? error.message : `a listener of "${event}" threw: ${textOf(error)}`);
    }
  }
}

/** Whom the updates of a graph are told to: those who listen, and of what is rehearsed nobody, also who begins to meanwhile. */
const everybody = { emit, hears };
/** @type {typeof everybody} */
const nobody = { emit: async () => {}, hears: () => false };

/**
 * An event of the program's own, for whoever listens in this thread.
 * @param {string} event
 * @param {unknown} payload
 */
function send(event, payload) {
  const name = nameOf(event, "send");
  if (OWN.has(name) || name !== event) {
    throw new TypeError(
      `hot.send: ${JSON.stringify(event)} is an event of heatsync-rs; give yours another name, as in "app:done"`,
    );
  }
  void emit(name, payload);
}

let isSilent = false;

/** Nothing is written to standard error; listeners of "message" hear it. */
function silence() {
  isSilent = true;
}

/** Is what is said written to standard error? */
const speaks = () => !isSilent;

/** @param {string} text one line, or one and what belongs to it */
function say(text) {
  if (!isSilent) notice(text);
  void emit("message", text);
}

/** An update has thrown what none of its outcomes tells of. @param {unknown} error */
const sayFailed = (error) => say(`an update failed: ${textOf(error)}`);

module.exports = { emit, everybody, nameOf, nobody, off, on, say, sayFailed, send, silence, speaks, textOf };
