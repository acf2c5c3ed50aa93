// @ts-check
"use strict";

// `hot` of the package. It listens; it does not register.

const { off, on } = require("./hot-events.cjs");

/**
 * @param {() => any} newest
 * @returns {(this: unknown, ...values: any[]) => any}
 */
function handler(newest) {
  if (typeof newest !== "function") {
    throw new TypeError(
      "hot.handler: pass a function that returns the handler, as in hot.handler(() => app)",
    );
  }
  return function (...values) {
    const now = newest();
    if (typeof now?.then === "function") {
      return now.then((/** @type {unknown} */ it) => Reflect.apply(callable(it), this, values));
    }
    return Reflect.apply(callable(now), this, values);
  };
}

/** @param {unknown} value */
function callable(value) {
  if (typeof value === "function") return value;
  throw new TypeError(
    `hot.handler: the newest handler is no function but ${value === null ? "null" : typeof value}`,
  );
}

/** @type {import("../hot").HotEvents} */
const hot = /** @type {any} */ ({ handler, off, on });

module.exports = { hot };
