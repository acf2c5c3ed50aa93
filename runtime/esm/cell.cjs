// @ts-check
"use strict";

const vm = require("node:vm");
const { SafeSet, putBack } = require("../intrinsics.cjs");

/**
 * An exported binding of a module (ECMA-262 9.1.1.5, Module Environment Records): what importers'
 * variables are set from. Bindings that are written again push, and only to those who asked.
 */
class Cell {
  isInitialized = false;
  /** Somebody may initialize it again: a builtin's property. */
  mayChange = false;
  /** @type {unknown} */
  #value = undefined;
  /** Reads the variable itself, where the body pushes: the value here may be old. @type {(() => unknown) | null} */
  #read = null;
  /** Tells the body whom to push to. @type {((sink: (value: unknown) => void) => void) | null} */
  #install = null;
  /** Most cells have none. @type {Set<(value: unknown) => void> | null} */
  #subscribers = null;

  /** The value; a binding that is not initialized throws as the variable would. @param {string} [name] */
  get(name) {
    if (!this.isInitialized) {
      throw new ReferenceError(name ? `Cannot access '${name}' before initialization` : "uninitialized");
    }
    return this.#read ? this.#read() : this.#value;
  }

  /** InitializeBinding (9.1.1.1.4). @param {unknown} value */
  initialize(value) {
    this.#value = value;
    this.isInitialized = true;
    this.#subscribers?.forEach((subscriber) => void subscriber(value));
  }

  /** @param {() => unknown} read @param {(sink: (value: unknown) => void) => void} install */
  connect(read, install) {
    this.#read = read;
    this.#install = install;
    this.#route();
  }

  /** Calls back with every value the binding gets from now on. @param {(value: any) => void} subscriber */
  subscribe(subscriber) {
    this.#subscribers ??= new SafeSet();
    const subscribers = this.#subscribers;
    subscribers.add(subscriber);
    this.#route();
    return () => {
      subscribers.delete(subscriber);
      this.#route();
    };
  }

  /** One importer, the usual case, is pushed to directly: V8 can inline it into the writer's loop. */
  #route() {
    const install = this.#install;
    if (!install) return;
    const subscribers = this.#subscribers;
    if (!subscribers?.size) return install(none);
    if (subscribers.size === 1) return subscribers.forEach((subscriber) => void install(subscriber));
    let pushed = 0;
    install((value) => {
      subscribers.forEach((subscriber) => void subscriber(value));
      if (++pushed === FEW) install(pushToAll(subscribers));
    });
  }

  /** Does the value change after it was initialized, or is it still to come? */
  get isLive() {
    return this.#install !== null || this.mayChange || !this.isInitialized;
  }
}

/** So few pushes come before V8 remembers who was called: a function with a memory inlines what comes afterwards. */
const FEW = 4;

/**
 * Code of its own for those who are pushed to. In a loop over them one call would have many targets, and V8 would
 * inline none; a write in a hot loop took 18 times as long for two importers, now hardly longer than for one.
 * @param {Set<(value: unknown) => void>} subscribers
 * @returns {(value: unknown) => void}
 */
function pushToAll(subscribers) {
  const giveBack = putBack();
  try {
    const all = [...subscribers];
    const names = all.map((_, index) => `$${index}`);
    const calls = names.map((name) => `${name}($v);`);
    return vm.compileFunction(`return($v)=>{${calls.join("")}}`, names)(...all);
  } finally {
    giveBack?.();
  }
}

/** @param {unknown} _value */
function none(_value) {}

module.exports = { Cell, none };
