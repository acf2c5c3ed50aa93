// @ts-check
"use strict";

// What a body in an import cycle is given for patterns that it takes apart by assignments (src/transform/declared.rs,
// targets.rs). No built-in that the program could have replaced is called.

const { isProxy } = require("node:util").types;
const { createDataProperty, ownDescriptor } = require("../../intrinsics.cjs");

const { getPrototypeOf, ownKeys } = Reflect;
const intrinsicObject = Object;
const intrinsicTypeError = TypeError;
const intrinsicString = String;
const iteratorKey = Symbol.iterator;

/**
 * An object rest, CopyDataProperties ( target, source, excludedItems ), ECMA-262 7.3.25. V8 has copied nothing yet when
 * the name before the rest was handed out.
 * @param {unknown} value neither undefined nor null
 * @param {PropertyKey | bigint} excluded the one name that stands before the rest, as it is written
 * @returns {object}
 */
function rest(value, excluded) {
  const source = intrinsicObject(value);
  const name = intrinsicString(excluded);
  const target = {};
  const keys = ownKeys(source);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    if (key === name) continue;
    if (ownDescriptor(source, key)?.enumerable) createDataProperty(target, key, source[key]);
  }
  return target;
}

/**
 * The value of an assignment whose second half comes behind it.
 * @template T
 * @param {T} value
 * @param {(value: T) => void} then
 * @returns {T}
 */
function split(value, then) {
  then(value);
  return value;
}

/**
 * @template T
 * @param {T} value
 * @param {string} words what V8 says of it, in a declaration, if it is not iterable
 * @returns {T}
 */
function iterable(value, words) {
  if (value === undefined || value === null || lacksIterator(value)) throw new intrinsicTypeError(words);
  return value;
}

/** Can that be said without a look that the program would see? @param {any} value */
function lacksIterator(value) {
  for (let holder = intrinsicObject(value); holder; holder = getPrototypeOf(holder)) {
    if (isProxy(holder)) return false;
    const descriptor = ownDescriptor(holder, iteratorKey);
    if (!descriptor) continue;
    return !descriptor.get && !descriptor.set && typeof descriptor.value !== "function";
  }
  return true;
}

/**
 * A function that is called for what is taken apart.
 * @param {unknown} value
 * @param {string} words what V8 says if it is none, once its arguments were evaluated
 * @returns {Function}
 */
function callable(value, words) {
  if (typeof value === "function") return value;
  return () => {
    throw new intrinsicTypeError(words);
  };
}

module.exports = { callable, iterable, rest, split };
