// @ts-check
"use strict";

// What the process emits, heard before any listener hears it.

const { SafeMap, apply } = require("../intrinsics.cjs");

/** @type {Map<unknown, (() => void)[]>} */
const callbacks = new SafeMap();

/**
 * A listener would be counted by whoever counts listeners; Node asks for `emit` by its name. That of `process` is
 * inherited, and its prototype is nobody else's.
 * @param {"beforeExit" | "exit"} event
 * @param {() => void} callback called before any listener
 */
function beforeEmitted(event, callback) {
  if (callbacks.size === 0) install();
  callbacks.set(event, [...(callbacks.get(event) ?? []), callback]);
}

function install() {
  const prototype = Object.getPrototypeOf(process);
  const { emit: before } = prototype;
  /** @this {unknown} @param {unknown[]} given */
  const value = function emit(...given) {
    const listening = this === process ? callbacks.get(given[0]) : undefined;
    for (let index = 0; listening && index < listening.length; index++) listening[index]();
    return apply(before, this, given);
  };
  Object.defineProperty(value, "length", { __proto__: null, value: before.length, configurable: true });
  Object.defineProperty(prototype, "emit", {
    __proto__: null,
    value,
    configurable: true,
    enumerable: false,
    writable: true,
  });
}

module.exports = { beforeEmitted };
