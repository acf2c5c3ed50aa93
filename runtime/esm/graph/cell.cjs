// @ts-check
"use strict";

const vm = require("node:vm");
const { SafeSet, putBack } = require("../../intrinsics.cjs");

/**
 * An exported binding of a module (ECMA-262 9.1.1.5, Module Environment Records): what importers'
 * variables are set from. Bindings that are written again push, and only to those who asked.
 */
class Cell {
  #isInitialized = false;
  /** Somebody may initialize it again: a builtin's property. */
  mayChange = false;
  /** @type {unknown} */
  #value = undefined;
  /** Reads the variable itself, where the body pushes: the value here may be old. @type {(() => unknown) | null} */
  #read = null;
  /** Tells the body whom to push to. @type {((sink: (value: unknown) => void) => void) | null} */
  #install = null;
  /** Was the body told? */
  #isTold = false;
  /** Values of which it has not been told where they belong. */
  #pushed = 0;
  /** Most cells have none. @type {Set<(value: unknown) => void> | null} */
  #subscribers = null;

  /** @param {boolean} [isCounted] does its body write it over and over? (counted.cjs) */
  constructor(isCounted = false) {
    this.isCounted = isCounted;
  }

  // Those of one module at a time. Each save does this for every export, and so often that V8 optimizes it at some time, on the core
  // that the save is waiting for: one function a module, which the rehearsal has optimized before (update/rehearse.cjs).

  /** @param {{ counted?: boolean }[]} described @returns {Cell[]} */
  static forAll(described) {
    const cells = [];
    for (let index = 0; index < described.length; index++) cells[index] = new Cell(described[index].counted);
    return cells;
  }

  /** @param {Cell[]} cells @param {unknown[]} values */
  static initializeAll(cells, values) {
    for (let index = 0; index < values.length; index++) {
      const cell = cells[index];
      cell.#value = values[index];
      cell.#isInitialized = true;
      if (cell.#subscribers) cell.initialize(values[index]);
    }
  }

  /** @param {Cell[]} cells @returns {unknown[] | null} null: one of them is still to come, or may change */
  static constants(cells) {
    const values = [];
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index];
      if (cell.#install || cell.mayChange || !cell.#isInitialized) return null;
      values[index] = cell.#value;
    }
    return values;
  }

  /** The value; a binding that is not initialized throws as the variable would. @param {string} [name] */
  get(name) {
    if (!this.isInitialized) {
      throw new ReferenceError(name ? `Cannot access '${name}' before initialization` : "uninitialized");
    }
    return this.#read ? this.#read() : this.#value;
  }

  get isInitialized() {
    return this.#isInitialized;
  }

  /** Reads the variable itself; null: the body has not begun, or writes it once. */
  get read() {
    return this.#read;
  }

  /** InitializeBinding (9.1.1.1.4). @param {unknown} value */
  initialize(value) {
    this.#value = value;
    this.#isInitialized = true;
    this.#subscribers?.forEach((subscriber) => void subscriber(value));
  }

  /**
   * @param {() => unknown} read
   * @param {(sink: (value: unknown) => void) => void} install
   * @param {boolean} [isToldAtOnce] false: it calls `push` until it is
   */
  connect(read, install, isToldAtOnce = true) {
    this.#read = read;
    this.#install = install;
    this.#isTold = isToldAtOnce;
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

  /**
   * The body has a value, and has not been told whom to push it to. It is told as late as can be, and so once, of all that
   * import this when the program has begun: what is written once V8 takes for a constant.
   * @param {unknown} value
   */
  push(value) {
    const subscribers = this.#subscribers;
    subscribers?.forEach((subscriber) => void subscriber(value));
    const count = subscribers?.size ?? 0;
    if (++this.#pushed >= (count > 1 ? FEW : count === 1 ? 1 : UNHEARD)) this.#install?.(this.#sink());
  }

  /** Others are to be pushed to. */
  #route() {
    if (this.#isTold) this.#install?.(this.#sink());
  }

  /** One importer, the usual case, is pushed to directly: V8 can inline it into the writer's loop. @returns {(value: unknown) => void} */
  #sink() {
    this.#isTold = true;
    const subscribers = this.#subscribers ?? NOBODY;
    if (subscribers.size === 0) return none;
    if (subscribers.size === 1) for (const subscriber of subscribers) return subscriber;
    if (this.#pushed >= FEW) {
      this.#pushed = 0;
      return pushToAll(subscribers);
    }
    return (value) => this.push(value);
  }

  /** Does the value change after it was initialized, or is it still to come? */
  get isLive() {
    return this.#install !== null || this.mayChange || !this.isInitialized;
  }
}

/** So few pushes come before V8 remembers who was called, and code for all who are told is made: most bindings are not written so often. */
const FEW = 4;
/** So many that nobody wants, and there seems to be nobody. */
const UNHEARD = 256;
/** @type {Set<(value: unknown) => void>} */
const NOBODY = new SafeSet();

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
    // Constants, which parameters are not: V8 would load and compare each, each time.
    const names = all.map((_, index) => `$${index}=$[${index}]`);
    const calls = all.map((_, index) => `$${index}($v);`);
    return vm.compileFunction(`const ${names.join(",")};return($v)=>{${calls.join("")}}`, ["$"])(all);
  } finally {
    giveBack?.();
  }
}

/** @param {unknown} _value */
function none(_value) {}

module.exports = { Cell, none };
