// @ts-check
"use strict";

// V8's code of what a program has compiled, taken when nobody waits for it: once the program's event loop turns, in small
// steps, or when the program ends. Taken while a program starts it is a tenth of that start, and lacks what V8 compiles when
// it is first called.

const vm = require("node:vm");
const addon = require("../../../native/load.cjs");
const { now } = require("../../intrinsics.cjs");
const { isMainThread } = require("../../thread.cjs");
const { after } = require("../../session/undisturbed.cjs");
const { beforeEmitted } = require("../hooks/process-emit.cjs");

/** NODE_MODULE_VERSION of those whose V8 is known: Node keeps its layout within a major version. */
const KNOWN = ["115", "127", "137", "147"];
/** Milliseconds until the program is past its own beginnings; updates are rehearsed later (watch.cjs). */
const UNDISTURBED = 20;
/** Milliseconds, of the program's thread, and how many functions at once. */
const STEP = 2;
const AT_ONCE = 32;

/** @type {string[]} */
const keys = [];
/** Held until their code is taken. @type {Function[]} */
const functions = [];
/** Taken before them. @type {(() => void) | null} */
let first = null;
let whenTaken = () => {};
/** Null: not looked at. @type {boolean | null} */
let isPossible = null;
let isScheduled = false;
let isHeard = false;
/** Null: not looked at. @type {unknown} */
let trusted = null;

/**
 * Can it be? Then what is given to `takeLater` must come from `vm.compileFunction` as it is now: with any other function V8
 * ends the process.
 */
function canTakeLater() {
  const { compileFunction } = vm;
  if (compileFunction !== trusted) {
    isPossible = isMainThread && KNOWN.includes(process.versions.modules) && isNodes() && isTaken();
    trusted = compileFunction;
  }
  return isPossible === true;
}

/** Others put their own in its place. */
function isNodes() {
  const text = `${Reflect.apply(Function.prototype.toString, vm.compileFunction, [])}`;
  const head = "function compileFunction(code, params, options = kEmptyObject) {";
  return text.startsWith(head) && text.includes("internalCompileFunction(");
}

/** Once, of a function of ours: does V8 take what it gives? */
function isTaken() {
  if (isPossible !== null) return isPossible;
  const text = "return () => $h;";
  /** @param {string} filename of one name V8 would find it in memory @param {Buffer} [cachedData] */
  const compiled = (filename, cachedData) =>
    /** @type {any} */ (vm.compileFunction(text, ["$h"], { filename, cachedData }));
  const code = addon.codeOfFunction(compiled("heatsync-rs:given"));
  if (!code) return false;
  const again = compiled("heatsync-rs:taken", code);
  return again.cachedDataRejected === false && again(1)() === 1;
}

/** @param {string} key @param {Function} compiled */
function takeLater(key, compiled) {
  keys.push(key);
  functions.push(compiled);
  schedule();
}

/** Of ourselves, before the program's. @param {() => void} take */
function takeFirst(take) {
  first = take;
  schedule();
}

/** @param {() => void} done when there is no more to take */
function onTaken(done) {
  whenTaken = done;
}

/** Is there anything to take? */
const isWaiting = () => keys.length > 0;

function schedule() {
  if (isScheduled) return;
  isScheduled = true;
  after(UNDISTURBED, step);
  if (isHeard) return;
  isHeard = true;
  beforeEmitted("exit", () => void take(Number.POSITIVE_INFINITY));
}

function step() {
  if (take(STEP)) isScheduled = false;
  else after(1, step);
}

/** @param {number} time milliseconds @returns {boolean} is that all? */
function take(time) {
  const until = now() + time;
  try {
    first?.();
    first = null;
    if (keys.length === 0) return true;
    while (keys.length > 0) {
      if (now() > until) return false;
      addon.addFunctions(keys.splice(-AT_ONCE), functions.splice(-AT_ONCE));
    }
  } catch {
    // Without a cache V8 compiles.
    first = null;
    keys.length = 0;
    functions.length = 0;
  }
  whenTaken();
  return true;
}

module.exports = { canTakeLater, isWaiting, onTaken, takeFirst, takeLater };
