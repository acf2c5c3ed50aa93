// @ts-check
"use strict";

// What an update waits for: bodies with top-level await, asynchronous handlers and listeners. One that never
// settles would keep every later save from going live. So it is told of after a while, and from then on a save of
// what it hangs at gives it up. It is given up for us alone: nobody can stop a function that awaits.

const { IntrinsicPromise, clearTimeout, now, react, setTimeout } = require("../../intrinsics.cjs");

/**
 * @typedef {object} Wait
 * @property {string} what in words
 * @property {() => string | undefined} file whose it is
 * @property {boolean} isOverdue
 * @property {() => void} giveUp
 */

/** Those that have not ended. @type {Set<Wait>} */
const waits = new Set();

const patience = {
  /** After that it is overdue. */
  milliseconds: 5000,
  /** @type {(wait: Wait) => void} */
  onOverdue: () => {},
};

/** The error of what was given up. */
class GivenUp extends Error {
  /** @param {string} what @param {string | undefined} file @param {number} milliseconds */
  constructor(what, file, milliseconds) {
    const seconds = (milliseconds / 1000).toFixed(milliseconds < 1000 ? 2 : 0);
    super(`${what} had not ended after ${seconds} s, and was given up for a newer save`);
    this.name = "GivenUp";
    this.file = file;
    // Ours: it says nothing about the program.
    this.stack = `${this.name}: ${this.message}`;
  }
}

/**
 * What `await value` would give; it can be given up.
 * @template T
 * @param {T} value
 * @param {string} what
 * @param {() => string | undefined} file
 * @returns {T | Promise<Awaited<T>>}
 */
function settled(value, what, file) {
  if (typeof (/** @type {any} */ (value)?.then) !== "function") return value;
  return new IntrinsicPromise((resolve, reject) => {
    const began = now();
    const end = () => {
      clearTimeout(timer);
      waits.delete(wait);
    };
    /** @type {Wait} */
    const wait = {
      what,
      file,
      isOverdue: false,
      giveUp() {
        end();
        reject(new GivenUp(what, file(), now() - began));
      },
    };
    const overdue = () => {
      wait.isOverdue = true;
      patience.onOverdue(wait);
    };
    const timer = setTimeout(overdue, patience.milliseconds);
    timer.unref();
    waits.add(wait);
    void react(
      IntrinsicPromise.resolve(value),
      (result) => {
        end();
        resolve(/** @type {Awaited<T>} */ (result));
      },
      (error) => {
        end();
        reject(error);
      },
    );
  });
}

/** What has taken too long. @returns {Wait[]} */
const overdue = () => (waits.size === 0 ? [] : [...waits].filter(({ isOverdue }) => isOverdue));

module.exports = { GivenUp, overdue, patience, settled, waits };
