// @ts-check
"use strict";

// The built-ins as they were before the program. A program may put others in their place (`Array.prototype.map`,
// `Promise.prototype.then`): V8 and Node call the ones they began with, whatever stands there, and so do we. What runs between
// two bodies names no built-in, or one of those kept here; where much of ours runs in one go, loading and linking, the
// originals are put back for that moment.

const { AsyncResource } = require("node:async_hooks");
const { isPromise } = require("node:util/types");

const { apply, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, setPrototypeOf } =
  Reflect;

/** Fake timers (sinon's, those of node:test) stand still, and so would updates. */
const { clearInterval, clearTimeout, queueMicrotask, setImmediate, setInterval, setTimeout } = globalThis;
const { hrtime, nextTick } = process;

/** @type {Function} */
const generatorFunction = function* () {};
/** @type {Function} */
const asyncGeneratorFunction = async function* () {};
const generatorPrototype = prototypeOf(generatorFunction.prototype);
const asyncGeneratorPrototype = prototypeOf(asyncGeneratorFunction.prototype);

/**
 * What async functions give, whatever the program has in its place (Bluebird, zone.js): what we await, and react to, is none of those.
 */
const IntrinsicPromise = /** @type {PromiseConstructor} */ (prototypeOf((async () => {})()).constructor);

/** @param {object} it @returns {any} */
function prototypeOf(it) {
  return getPrototypeOf(it);
}

/** What our code uses of which object. @type {[object, string][]} */
const used = [
  [Array, "from isArray"],
  [
    Array.prototype,
    "at concat entries every filter find findIndex findLast findLastIndex flat flatMap forEach includes indexOf join keys lastIndexOf map pop push reduce reverse shift slice some sort splice unshift values",
  ],
  [Error, "captureStackTrace"],
  [Function.prototype, "apply bind call"],
  [JSON, "parse stringify"],
  [Map.prototype, "clear delete entries forEach get has keys set values"],
  [Math, "floor max min"],
  [Number, "isInteger parseInt"],
  [
    Object,
    "assign create defineProperties defineProperty entries freeze fromEntries getOwnPropertyDescriptor getOwnPropertyNames getPrototypeOf hasOwn is isExtensible keys setPrototypeOf values",
  ],
  [IntrinsicPromise, "all reject resolve"],
  [IntrinsicPromise.prototype, "catch finally then"],
  [Reflect, "apply construct defineProperty get getOwnPropertyDescriptor getPrototypeOf has ownKeys set"],
  [RegExp.prototype, "exec test"],
  [Set.prototype, "add clear delete forEach has keys values"],
  [
    String.prototype,
    "at charCodeAt codePointAt endsWith includes indexOf lastIndexOf match matchAll padEnd padStart repeat replace replaceAll slice split startsWith substring toLowerCase toString toUpperCase trim trimEnd trimStart",
  ],
  [Symbol, "for"],
  [WeakMap.prototype, "delete get has set"],
  [WeakRef.prototype, "deref"],
  [WeakSet.prototype, "add delete has"],
  [generatorPrototype, "next return throw"],
  [prototypeOf([].values()), "next"],
  [prototypeOf(new Map().values()), "next"],
  [prototypeOf(new Set().values()), "next"],
  [prototypeOf(""[Symbol.iterator]()), "next"],
  [prototypeOf("".matchAll(/./g)), "next"],
  [
    globalThis,
    "Array Buffer Error JSON Map Math Number Object Promise RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URL WeakMap WeakRef WeakSet decodeURIComponent encodeURIComponent process queueMicrotask",
  ],
];
/** @type {[object, symbol][]} */
const symbols = [
  [Array.prototype, Symbol.iterator],
  [Map.prototype, Symbol.iterator],
  [RegExp.prototype, Symbol.match],
  [RegExp.prototype, Symbol.matchAll],
  [RegExp.prototype, Symbol.replace],
  [RegExp.prototype, Symbol.split],
  [Set.prototype, Symbol.iterator],
  [String.prototype, Symbol.iterator],
  [prototypeOf(prototypeOf([].values())), Symbol.iterator],
];

/** @typedef {{ holder: any, key: PropertyKey, value: unknown }} Property */
/** @typedef {{ holder: object, key: PropertyKey, descriptor: PropertyDescriptor | undefined }} Replaced */

/** @type {Property[]} */
const properties = [];
for (const [holder, names] of used) {
  for (const key of names.split(" ")) if (key in holder) properties.push(propertyOf(holder, key));
}
for (const [holder, key] of symbols) properties.push(propertyOf(holder, key));

// Nothing is there: every descriptor would inherit them. Ours have no prototype, but not all of Node's.
for (const key of ["configurable", "enumerable", "get", "set", "value", "writable"])
  properties.push({ holder: Object.prototype, key, value: undefined });

/** @param {any} holder @param {PropertyKey} key @returns {Property} */
function propertyOf(holder, key) {
  return { holder, key, value: holder[key] };
}

/** As built-ins are. */
const PLAIN = { writable: true, enumerable: false, configurable: true };

/** Nothing of the program has run: all is as it was. */
let isUntouched = true;

/** Something of the program is about to run. */
function programRuns() {
  isUntouched = false;
}

/**
 * Puts back what the program has replaced. Nothing of the program runs until the result is called.
 * @returns {(() => void) | null} gives the program its own again; null, nearly always: there is nothing to give
 */
function putBack() {
  if (isUntouched) return null;
  /** @type {Replaced[] | null} */
  let replaced = null;
  for (let index = 0; index < properties.length; index++) {
    const property = properties[index];
    if (isThere(property)) continue;
    const { holder, key, value } = property;
    const descriptor = ownDescriptor(holder, key);
    const isBack =
      value === undefined
        ? deleteProperty(holder, key)
        : defineProperty(holder, key, { __proto__: null, ...PLAIN, value });
    // Frozen: it stays.
    if (!isBack) continue;
    replaced ??= [];
    replaced[replaced.length] = { holder, key, descriptor };
  }
  return replaced && giving(replaced);
}

/**
 * Does what may be done twice: looking whether built-ins are there would take longer. They are put back if it fails.
 * @param {() => void} action
 */
function insist(action) {
  try {
    action();
  } catch (error) {
    const giveBack = putBack();
    if (!giveBack) throw error;
    try {
      action();
    } finally {
      giveBack();
    }
  }
}

/** @param {Property} property */
function isThere({ holder, key, value }) {
  try {
    return holder[key] === value;
  } catch {
    // An accessor of the program's.
    return false;
  }
}

/** @param {Replaced[]} replaced */
function giving(replaced) {
  return () => {
    for (let index = 0; index < replaced.length; index++) {
      const { holder, key, descriptor } = replaced[index];
      if (descriptor) defineProperty(holder, key, descriptor);
      else deleteProperty(holder, key);
    }
  };
}

/**
 * A property as `defineProperty` takes it, whatever the program has put on `Object.prototype`: what it inherits (`get`, `value`)
 * would count, too (ToPropertyDescriptor, ECMA-262 6.2.6.5).
 * @param {object} holder
 * @param {PropertyKey} key
 */
function ownDescriptor(holder, key) {
  const descriptor = getOwnPropertyDescriptor(holder, key);
  if (descriptor) setPrototypeOf(descriptor, null);
  return descriptor;
}

/**
 * What an assignment makes where no setter stands in its way (CreateDataPropertyOrThrow, ECMA-262 7.3.6).
 * @param {object} holder
 * @param {PropertyKey} key
 * @param {unknown} value
 */
function createDataProperty(holder, key, value) {
  const descriptor = { __proto__: null, value, configurable: true, enumerable: true, writable: true };
  definePropertyOrThrow(holder, key, descriptor);
}

/** @param {object} holder @param {PropertyKey} key @param {() => unknown} get */
function defineGetter(holder, key, get) {
  definePropertyOrThrow(holder, key, { __proto__: null, get });
}

const definePropertyOrThrow = Object.defineProperty;

/**
 * A function of ours that stands in the place of one of Node's: as many parameters, and its name, if it has one.
 * @template {Function} T
 * @param {T} own
 * @param {Function} ofNode
 */
function inPlaceOf(own, ofNode) {
  const { length, name } = ofNode;
  defineProperty(own, "length", { __proto__: null, configurable: true, value: length });
  if (name !== "") defineProperty(own, "name", { __proto__: null, configurable: true, value: name });
  return own;
}

const then = intrinsicThen();

/** Another realm's does the same to ours: this one's may be the program's by now (zone.js's), if we are loaded that late. */
function intrinsicThen() {
  const own = IntrinsicPromise.prototype.then;
  // No built-in that is no constructor has a prototype (ECMA-262 10.3.3); what functions of a program say of themselves can be feigned.
  if (!("prototype" in own)) return own;
  return require("node:vm").runInNewContext("Promise.prototype.then");
}

/**
 * `promise.then(…)`, whatever the program has put there.
 * @template T, R
 * @param {Promise<T>} promise
 * @param {((value: T) => R | PromiseLike<R>) | undefined} fulfilled
 * @param {(error: unknown) => R | PromiseLike<R>} [rejected]
 * @returns {Promise<R>}
 */
const react = (promise, fulfilled, rejected) => apply(then, promise, [fulfilled, rejected]);

/**
 * `promise.finally(…)`, likewise.
 * @template T
 * @param {Promise<T>} promise
 * @param {() => void} ended
 */
const lastly = (promise, ended) =>
  react(
    promise,
    (value) => {
      ended();
      return value;
    },
    (error) => {
      ended();
      throw error;
    },
  );

const { runInAsyncScope } = AsyncResource.prototype;

/** What stores AsyncLocalStorage has now, for what is called later on. Who listens by `async_hooks` is told of it. */
const asyncContext = () => new AsyncResource("heatsync-rs:module");

/**
 * `react`: the reactions run in that context.
 * @param {import("node:async_hooks").AsyncResource} context
 * @param {Promise<any>} promise
 * @param {((value: any) => unknown) | undefined} fulfilled
 * @param {((error: unknown) => unknown) | undefined} rejected
 * @returns {void}
 */
const reactIn = (context, promise, fulfilled, rejected) =>
  apply(runInAsyncScope, context, [then, promise, fulfilled, rejected]);

const mapGet_ = Map.prototype.get;
const setHas_ = Set.prototype.has;
const weakMapGet_ = WeakMap.prototype.get;
/** @template K, V @param {Map<K, V>} map @param {K} key @returns {V | undefined} */
const mapGet = (map, key) => apply(mapGet_, map, [key]);
/** @template T @param {Set<T>} set @param {T} value @returns {boolean} */
const setHas = (set, value) => apply(setHas_, set, [value]);

/** @template {object} K, V @param {WeakMap<K, V>} map @param {K} key @returns {V | undefined} */
const weakMapGet = (map, key) => apply(weakMapGet_, map, [key]);

/** A Map that has its methods from nobody. @template K, V @extends {Map<K, V>} */
class SafeMap extends Map {}
/** @template T @extends {Set<T>} */
class SafeSet extends Set {}
/** @template {WeakKey} K, V @extends {WeakMap<K, V>} */
class SafeWeakMap extends WeakMap {}
keepMethods(SafeMap.prototype, Map.prototype);
keepMethods(SafeSet.prototype, Set.prototype);
keepMethods(SafeWeakMap.prototype, WeakMap.prototype);

/** @param {any} own @param {any} inherited */
function keepMethods(own, inherited) {
  for (const key of Reflect.ownKeys(inherited)) {
    if (key === "constructor") continue;
    defineProperty(own, key, /** @type {PropertyDescriptor} */ (ownDescriptor(inherited, key)));
  }
}

/**
 * Milliseconds. `performance`, when it is first asked for, has Node load a whole module; and a program may put another one in its place
 * (jsdom's, fake timers').
 */
function now() {
  const { 0: seconds, 1: nanoseconds } = hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

module.exports = {
  IntrinsicPromise,
  SafeMap,
  SafeSet,
  SafeWeakMap,
  apply,
  asyncContext,
  asyncGeneratorNext: asyncGeneratorPrototype.next,
  clearInterval,
  clearTimeout,
  createDataProperty,
  defineGetter,
  generatorNext: generatorPrototype.next,
  inPlaceOf,
  insist,
  isPromise,
  lastly,
  mapGet,
  nextTick,
  now,
  ownDescriptor,
  programRuns,
  putBack,
  queueMicrotask,
  react,
  reactIn,
  setHas,
  setImmediate,
  setInterval,
  setTimeout,
  weakMapGet,
};
