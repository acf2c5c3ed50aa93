// @ts-check
"use strict";

// A signal between two versions. Node tells of one in the next turn of the event loop, and with the last listener of a signal it closes what it
// hears that signal by. A dispose handler takes the old version's listeners away (NestJS: `app.close()`), the new version adds its own, and
// often both lie within the turn in which the update evaluates, some 20 ms: who was told to end in that time was told nothing, and goes on.
// So what hears the signal is kept until a turn has gone by. What is removed while no update is in flight is the program's affair.

const { EventEmitter } = require("node:events");
const { SafeMap, apply, nextTick, setImmediate } = require("../../intrinsics.cjs");
const { beforeEmitted } = require("../hooks/process-emit.cjs");

const { listenerCount, on, removeListener } = EventEmitter.prototype;
const { kill, pid } = process;
/** What comes in one, after it was asked for what had come, is told in the next: after the first `setImmediate`, before the second. */
const TURNS = 2;

/** @param {() => boolean} isInFlight is there an update? */
function keepSignalsBetween(isInFlight) {
  /** Turns of the event loop for which we go on listening. @type {Map<string, number>} */
  const turns = new SafeMap();
  /** What ends that. @type {Map<string, () => void>} */
  const ends = new SafeMap();
  /** @param {NodeJS.Signals} signal whose last listener was removed just now */
  const keep = (signal) => {
    const tell = () => {
      if (countOf(signal) > 1) return;
      // Nobody listens any more, and it does what it does by itself.
      letGo();
      apply(kill, process, [pid, signal]);
    };
    const letGo = () => {
      turns.set(signal, 0);
      apply(removeListener, process, [signal, tell]);
      turns.delete(signal);
    };
    const wait = () => {
      const left = turns.get(signal);
      if (!left) return;
      turns.set(signal, left - 1);
      if (left === 1) letGo();
      else setImmediate(wait);
    };
    apply(on, process, [signal, tell]);
    ends.set(signal, letGo);
    turns.set(signal, TURNS);
    setImmediate(wait);
  };
  // Once somebody else listens it is kept by that, and a program may count its listeners. Here it is about to.
  beforeEmitted("newListener", (event) => {
    if (!turns.get(event)) return;
    nextTick(() => {
      if (turns.get(event) && countOf(event) > 1) ends.get(event)?.();
    });
  });
  // Before Node hears it, who looks whether that was the last one.
  beforeEmitted("removeListener", (event) => {
    const left = turns.get(event);
    // Who was told to end has ended its work, listens no more, and sends the signal again.
    if (left) turns.set(event, TURNS);
    else if (left === undefined && isSignal(event) && isInFlight() && countOf(event) === 0) keep(event);
  });
}

/** @param {unknown} event @returns {event is NodeJS.Signals} */
const isSignal = (event) => typeof event === "string" && event.startsWith("SIG");

/** @param {string} signal @returns {number} */
const countOf = (signal) => apply(listenerCount, process, [signal]);

module.exports = { keepSignalsBetween };
