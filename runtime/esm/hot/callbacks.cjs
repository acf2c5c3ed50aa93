// @ts-check
"use strict";

// What modules give to the methods of `import.meta.hot` and `module.hot`: whether it is a function, and what that takes.

const { apply } = require("../../intrinsics.cjs");

/** @typedef {import("../graph/module-record.cjs").HotModule} HotModule */
/** @typedef {import("./hot.cjs").Accept} Accept */
/** @typedef {import("./hot.cjs").Callback} Callback */

const textOfFunction = Function.prototype.toString;
const { getOwnPropertyDescriptor } = Reflect;

/** @param {Function} it @returns {string} */
const textOf = (it) => apply(textOfFunction, it, []);

/**
 * Only an arrow function without parameters can't see what it is called with. Node keeps each namespace that somebody asks for: of
 * a module whose names change, one for each save.
 * @param {unknown} callback
 */
const takesNothing = (callback) =>
  typeof callback === "function" &&
  callback.length === 0 &&
  /^(async\s*)?\(\s*\)\s*=>/.test(textOf(callback));

/**
 * In webpack the one function that a module accepts itself with gets what a new version has thrown, in Parcel (and here) it is told of a
 * new version. Who takes an error says so by its name, that of its first parameter, or by a second one.
 * @param {Callback} callback
 */
function isErrorHandler(callback) {
  if (callback.length > 1) return true;
  const text = textOf(callback);
  const [, bare, first = ""] = /^(?:async\b\s*)?(?:([\w$]+)\s*=>|[^(]*\(\s*([\w$]*))/.exec(text) ?? [];
  return [callback.name, bare ?? first].some((name) =>
    /^_*err(or)?s?(?![a-z])|Err(or)?s?(?![a-z])/.test(name),
  );
}

/** @param {Callback} callback */
const onlyFirst = (callback) => (/** @type {unknown[]} */ namespaces) => callback(namespaces[0]);

/** `accept(isHandled && handle)`. @param {Callback | null | false | undefined} callback */
const given = (callback) => (callback === null || callback === false ? undefined : callback);

/**
 * In webpack what accepts an import again takes the former's place. Here both are told, as in Vite, but where a module does once more what
 * it had done before it was told: `function start() { …; hot.accept("./app", () => { stop(); start(); }); }` would start twice with the
 * second update, and four times with the third.
 * @param {Accept[]} accepts
 * @param {Accept} again
 */
function leaveFormer(accepts, { specifiers, given }) {
  const isFormer = (/** @type {Accept} */ it) =>
    it.isPast === true &&
    it.specifiers.length === specifiers.length &&
    it.specifiers.every((specifier, index) => specifier === specifiers[index]) &&
    isSameCode(it.given, given);
  const former = accepts.findIndex(isFormer);
  if (former >= 0) accepts.splice(former, 1);
}

/**
 * By its text; all that `bind()` gives has the same one, and a name that tells of what.
 * @param {Callback | undefined} one
 * @param {Callback | undefined} other
 */
const isSameCode = (one, other) =>
  one === other ||
  (one !== undefined &&
    other !== undefined &&
    textOf(one) === textOf(other) &&
    nameOf(one) === nameOf(other));

/** Whatever a class has as its `static name`. @param {Callback} callback */
const nameOf = (callback) => getOwnPropertyDescriptor(callback, "name")?.value;

/** What the module calls it. @param {HotModule} module */
const nameOfHot = ({ isSourceText }) => (isSourceText ? "import.meta.hot" : "module.hot");

/** @param {HotModule} module @param {string} method @param {unknown} value @param {boolean} [isRequired] */
function mustBeFunction(module, method, value, isRequired = false) {
  if (typeof value === "function" || (value === undefined && !isRequired)) return;
  throw new TypeError(`${nameOfHot(module)}.${method}: the callback must be a function`);
}

/** @param {HotModule} module @param {string} method @param {string} wanted @returns {never} */
function refuse(module, method, wanted) {
  throw new TypeError(`${nameOfHot(module)}.${method}: it takes ${wanted}`);
}

module.exports = {
  given,
  isErrorHandler,
  leaveFormer,
  mustBeFunction,
  nameOfHot,
  onlyFirst,
  refuse,
  takesNothing,
  textOf,
};
