// @ts-check
"use strict";

// A signal between two versions. Node tells of one in the next turn of the event loop, and with the last listener of a signal it closes what it
// hears that signal by. A dispose handler takes the old version's listeners away (NestJS: `app.close()`), the new version adds its own, and
// often both lie within the turn in which the update evaluates, some 20 ms: who was told to end in that time was told nothing, and goes on.
// So what hears the signal is kept for a moment: Node is told that its last listener went once that is over. Nothing of ours
// listens meanwhile, since a version may look whether somebody does before it listens itself. What is removed while no update is in flight
// is the program's affair. Who sends itself what nobody listens to is ended by it before `process.kill()` returns; here that takes a turn, and
// whoever ends in this very one (`process.exit()`) is to end by that signal all the same.

const { EventEmitter } = require("node:events");
const { signals } = require("node:os").constants;
const { SafeMap, SafeSet, apply, setImmediate, setTimeout } = require("../../intrinsics.cjs");
const { beforeEmitted } = require("../hooks/process-emit.cjs");

const { emit, listenerCount } = EventEmitter.prototype;
const { kill, pid } = process;
/** What comes in one, after it was asked for what had come, is told in the next: after the first `setImmediate`, before the second. */
const TURNS = 2;
/** The turns of an update, and those after it, take some themselves: what comes in the very one in which Node is told is lost. */
const MILLISECONDS = 50;

/** @param {() => boolean} isInFlight is there an update? */
function keepSignalsBetween(isInFlight) {
  /** Signals that Node goes on hearing, with the listeners that were the last. @type {Map<NodeJS.Signals, unknown[]>} */
  const all = new SafeMap();
  /** @type {Set<NodeJS.Signals>} */
  const heard = new SafeSet();
  /** Those of them that the program has sent itself, and that were not told yet. @type {Set<NodeJS.Signals>} */
  const sent = new SafeSet();
  const sending = noticeSending((number) => {
    for (const signal of all.keys()) if (signals[signal] === number) sent.add(signal);
  });
  /** @param {NodeJS.Signals} signal @param {unknown[]} removed */
  const letGo = (signal, removed) => {
    all.delete(signal);
    sent.delete(signal);
    if (all.size === 0) sending.stop();
    // Node looks whether somebody listens by now. Who has put another `emit` in place has been told.
    for (const listener of removed) apply(emit, process, ["removeListener", signal, listener]);
  };
  /** @param {NodeJS.Signals} signal */
  const tell = (signal) => {
    sent.delete(signal);
    const removed = all.get(signal);
    if (!removed || countOf(signal) > 0) return;
    // Nobody listens any more, and it does what it does by itself.
    letGo(signal, removed);
    apply(kill, process, [pid, signal]);
  };
  /** @param {NodeJS.Signals} signal @param {unknown} listener its last one, removed just now */
  const keep = (signal, listener) => {
    const removed = [...(all.get(signal) ?? []), listener];
    let turns = TURNS;
    const wait = () => {
      if (all.get(signal) !== removed) return;
      if (turns-- === 0) return letGo(signal, removed);
      setImmediate(wait);
    };
    all.set(signal, removed);
    sending.start();
    setTimeout(wait, MILLISECONDS).unref();
    if (heard.has(signal)) return;
    heard.add(signal);
    beforeEmitted(signal, () => tell(signal));
  };
  beforeEmitted("exit", () => {
    for (const signal of [...sent]) tell(signal);
  });
  // Before Node hears it, who looks whether that was the last one.
  beforeEmitted("removeListener", (event, listener) => {
    if (!isSignal(event) || !isInFlight() || countOf(event) > 0) return;
    // `removeAllListeners()`: Node's own go with it, in the order in which they came, and it would not hear later that it is over.
    if (countOf("newListener") === 0) return;
    keep(event, listener);
    return true;
  });
}

/**
 * While it is started, hears which signals the process sends itself: `process.kill`, whoever has kept that, calls another function by its name.
 * @param {(signal: number) => void} onSent
 */
function noticeSending(onSent) {
  const native = /** @type {{ _kill: (to: unknown, signal: number) => number }} */ (
    /** @type {unknown} */ (process)
  );
  let before = native._kill;
  let isPlaced = false;
  const _kill = (/** @type {unknown} */ to, /** @type {number} */ signal) => {
    // 0 and -pid: to its process group.
    const isOwn = to === pid || to === 0 || to === -pid;
    const error = apply(before, native, [to, signal]);
    if (isOwn && error === 0) onSent(signal);
    return error;
  };
  return {
    start() {
      if (isPlaced) return;
      before = native._kill;
      native._kill = _kill;
      isPlaced = true;
    },
    stop() {
      // Somebody else may have put another one in place since, which calls ours: that stays, since above that one it would call itself.
      if (native._kill !== _kill) return;
      native._kill = before;
      isPlaced = false;
    },
  };
}

/** On Windows a console tells of others, too (SIGBREAK, SIGWINCH), which nobody can send to do what they do by themselves. */
const PREFIX = process.platform === "win32" ? "SIGINT" : "SIG";

/** @param {unknown} event @returns {event is NodeJS.Signals} */
const isSignal = (event) => typeof event === "string" && event.startsWith(PREFIX);

/** @param {string} event @returns {number} */
const countOf = (event) => apply(listenerCount, process, [event]);

module.exports = { keepSignalsBetween };
