// @ts-check
"use strict";

// What the process emits, heard before any listener hears it.

const { SafeMap, apply } = require("../../intrinsics.cjs");

/** Given what listeners would be given. @typedef {(value: any, other?: any) => boolean | void} Callback */

/** @type {Map<unknown, Callback[]>} */
const callbacks = new SafeMap();

/**
 * A listener would be counted by whoever counts listeners; Node asks for `emit` by its name. That of `process` is
 * inherited, and its prototype is nobody else's.
 * @param {"beforeExit" | "disconnect" | "exit" | "removeListener" | "warning" | NodeJS.Signals} event
 * @param {Callback} callback called before any listener; true: no listener is to hear it
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
    for (let index = 0; listening && index < listening.length; index++)
      if (listening[index](given[1], given[2]) === true) return false;
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
