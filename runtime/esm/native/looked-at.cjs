// @ts-check
"use strict";

// Variables of packages that functions of the package write (src/load/reassigned.rs), where a copy of one is shown: nobody
// tells us of a write, V8 has no hook for it, and a body that was compiled before can't be made to read the namespace. So they
// are looked at once in each turn of the event loop. An immediate that is not referenced runs when the loop has
// been woken up, wakes nobody, and keeps no process alive.

const { SafeSet, setImmediate } = require("../../intrinsics.cjs");
const { none } = require("../graph/cell.cjs");

const { is } = Object;

/** @type {Set<() => void>} */
const looks = new SafeSet();
let isWaiting = false;

function wait() {
  if (isWaiting || looks.size === 0) return;
  isWaiting = true;
  setImmediate(lookAtAll).unref();
}

function lookAtAll() {
  isWaiting = false;
  looks.forEach(lookAt);
  wait();
}

/** @param {() => void} look */
function lookAt(look) {
  look();
}

/**
 * For a variable that is read by `read`, what tells its cell's subscribers of its values (`Cell.connect`).
 * @param {() => unknown} read
 * @returns {(sink: (value: any) => void) => void}
 */
function told(read) {
  /** @type {(value: any) => void} */
  let tell = none;
  /** What subscribers have heard of. @type {unknown} */
  let known;
  const look = () => {
    const value = read();
    if (is(value, known)) return;
    known = value;
    tell(value);
  };
  return (sink) => {
    // Who has subscribed before is still to hear of a value that is new to them.
    if (tell === none) known = read();
    tell = sink;
    if (sink === none) return void looks.delete(look);
    looks.add(look);
    wait();
  };
}

/** Is it a variable that is not initialized yet? @param {() => unknown} read */
function isInDeadZone(read) {
  try {
    read();
    return false;
  } catch {
    return true;
  }
}

module.exports = { isInDeadZone, told };
