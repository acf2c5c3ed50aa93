// @ts-check
"use strict";

// The stable export object: what may be one, and how it takes the exports of a new version.

const { inspect } = require("node:util");
const { ownDescriptor } = require("../intrinsics.cjs");
const { Exports, isNamespace } = require("../session/namespaces.cjs");

const MARK = "__esModule";

/** @param {unknown} value */
function describe(value) {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value === "function") {
    return /^class\b/.test(Function.prototype.toString.call(value))
      ? `the class ${value.name || "(anonymous)"}`
      : `the function ${value.name || "(anonymous)"}`;
  }
  if (typeof value !== "object") return `the ${typeof value} ${inspect(value)}`;
  if (Object.isFrozen(value)) return "a frozen object";
  if (!Object.isExtensible(value)) return "an object that can't be extended";
  const name = constructorName(value);
  return name ? `an instance of ${name}` : "an object without a constructor (Object.create(null))";
}

/** @param {object} value */
function constructorName(value) {
  try {
    return /** @type {{ constructor?: { name?: unknown } }} */ (value).constructor?.name;
  } catch {
    return undefined; // a getter that throws
  }
}

/** @param {unknown} value */
function advice(value) {
  if (Object.isFrozen(value) && typeof value === "object" && value !== null && !Array.isArray(value)) {
    return "export it without Object.freeze";
  }
  if (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    constructorName(value) === undefined
  ) {
    return "export a plain object, as { ...value }";
  }
  return "export it as a property of a plain object, as module.exports = { value }";
}

/**
 * Refuses what can't be repopulated.
 * @param {string} file
 * @param {unknown} value
 * @returns {asserts value is Record<PropertyKey, unknown>}
 */
function assertReloadable(file, value) {
  // Its exports become those of a plain object.
  if (isModules(value)) return;
  const isPlain =
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    constructorName(value) === "Object" &&
    Object.isExtensible(value);
  if (isPlain) return;
  const error = new TypeError(
    `${file} does not seem to export an Object: it exports ${describe(value)}, which can't be updated in place when ` +
      `the file changes. Only plain, unfrozen objects can: ${advice(value)}.`,
  );
  Object.assign(error, { code: "HEATSYNC_NOT_RELOADABLE", file });
  throw error;
}

/**
 * The object that was handed out must still be one that can change.
 * @param {string} file
 * @param {object} object
 */
function assertUpdatable(file, object) {
  if (Object.isExtensible(object)) return;
  const error = new TypeError(
    `the object that stands for ${file} was frozen since it was loaded and can't be updated: don't freeze it`,
  );
  throw Object.assign(error, { code: "HEATSYNC_NOT_RELOADABLE", file });
}

/**
 * Gives `target` exactly the properties of `source`, in their order: getters stay getters, symbols
 * and non-enumerable properties come along. What was made non-configurable by the new version is
 * made configurable, or it could never be replaced again (`__esModule`, compiled re-exports).
 * @param {object} target
 * @param {object} source
 */
function repopulate(target, source) {
  // A module may export an object that lives elsewhere and outlives it.
  if (target === source) return;
  const isOfModule = isModules(source);
  const keys = keysOf(source);
  // Read before anything is deleted: should that throw, the object is what it was.
  const values = source instanceof Exports ? source.values() : null;
  let old = Reflect.ownKeys(target);
  if (isOfModule && staysMarked(target, source, keys)) old = old.filter((key) => key !== MARK);
  // V8 makes a dictionary of an object that loses properties: whoever reads it would be slower from then on.
  if (!areSame(keys, old)) for (const key of old) Reflect.deleteProperty(target, key);
  /** @type {PropertyDescriptor} */
  let descriptor = {
    __proto__: null,
    value: undefined,
    writable: true,
    enumerable: true,
    configurable: true,
  };
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    if (values) descriptor.value = values[index];
    else if (isOfModule) descriptor.value = Reflect.get(source, key);
    else {
      descriptor = /** @type {PropertyDescriptor} */ (ownDescriptor(source, key));
      descriptor.configurable = true;
    }
    // False for the `__esModule` of a compiled module, which could not be deleted and is the same.
    Reflect.defineProperty(target, key, descriptor);
  }
  const prototype = isOfModule ? Object.prototype : Object.getPrototypeOf(source);
  if (Object.getPrototypeOf(target) !== prototype) Object.setPrototypeOf(target, prototype);
}

/**
 * `require()` adds it to what an ES module with a default export exports (Node 20.19 and newer): a reloaded one keeps it.
 * @param {object} target
 * @param {object} source the new version's exports
 * @param {PropertyKey[]} keys theirs
 */
const staysMarked = (target, source, keys) =>
  !(source instanceof Exports && source.ofCommonJs) &&
  Object.hasOwn(target, MARK) &&
  keys.includes("default") &&
  !keys.includes(MARK);

/** Are these an ES module's exports? @param {unknown} source */
const isModules = (source) => source instanceof Exports || isNamespace(source);

/** @param {object} source */
function keysOf(source) {
  if (source instanceof Exports) return source.names;
  const keys = Reflect.ownKeys(source);
  // A namespace's @@toStringTag is no export.
  return isNamespace(source) ? keys.filter((key) => typeof key === "string") : keys;
}

/** @param {PropertyKey[]} a @param {PropertyKey[]} b */
function areSame(a, b) {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/**
 * The stable object of a first load: the exports themselves, so that a plain `require()` shares it,
 * or a copy when they hold properties that could never be replaced.
 * @param {object} value
 */
function stableObject(value) {
  if (!isModules(value)) {
    // Compilers mark their output with a fixed `__esModule: true`: it may well stay.
    const isReplaceable = Reflect.ownKeys(value).every(
      (key) => key === MARK || Reflect.getOwnPropertyDescriptor(value, key)?.configurable,
    );
    if (isReplaceable) return value;
  }
  const target = {};
  repopulate(target, value);
  return target;
}

module.exports = { assertReloadable, assertUpdatable, isModules, repopulate, stableObject };
