// @ts-check
"use strict";

// What the process emits, heard before any listener hears it.

/** @type {Map<unknown, (() => void)[]>} */
const callbacks = new Map();

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
  /** @this {unknown} @param {unknown} type @param {unknown[]} rest */
  const value = function emit(type, ...rest) {
    if (this === process) callbacks.get(type)?.forEach((callback) => void callback());
    return Reflect.apply(before, this, [type, ...rest]);
  };
  Object.defineProperty(prototype, "emit", { value, configurable: true, enumerable: false, writable: true });
}

module.exports = { beforeEmitted };
