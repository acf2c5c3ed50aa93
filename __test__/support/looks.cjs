// How often each function of the runtime runs, and each loop in it, in the program that requires this: what a save costs, without a
// clock. V8 counts blocks (`Profiler.takePreciseCoverage`). What it does not see is counted where it begins: walks through the map of
// all modules, and lists that are given to the addon.

const { Session } = require("node:inspector");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
/** @type {any} */
const addon = require("../../native/load.cjs");
const { ModuleMap } = require("../../runtime/esm/graph/module-map.cjs");

const folder = path.resolve(__dirname, "../../runtime");
/** Node names scripts by their URL or by their path, startup.cjs by a name of its own. */
const prefixes = [`${pathToFileURL(folder).href}/`, folder + path.sep, "node:heatsync-rs/"];
const session = new Session();
session.connect();
/** @type {Map<string, number> | null} */
let counts = null;

/** @param {string} name @param {number} count */
function count(name, count) {
  counts?.set(name, (counts.get(name) ?? 0) + count);
}

/** How many items is this made of? @param {unknown} it @returns {number} */
function sizeOf(it) {
  if (typeof it !== "object" || it === null) return 0;
  if (!Array.isArray(it) && Object.getPrototypeOf(it) !== Object.prototype) return 0;
  return Object.values(it).reduce((sum, value) => sum + 1 + sizeOf(value), 0);
}

/** @param {any} owner @param {string} key @param {string} name */
function spy(owner, key, name) {
  const { value, writable } = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(owner, key));
  if (typeof value !== "function" || !writable || key === "constructor") return;
  owner[key] = function (/** @type {unknown[]} */ ...given) {
    const result = Reflect.apply(value, this, given);
    if (counts) count(`items for ${name}`, sizeOf(given) + sizeOf(result));
    return result;
  };
}

for (const [name, value] of Object.entries(addon)) {
  if (!/^[A-Z]/.test(name)) spy(addon, name, name);
  else
    for (const key of Object.getOwnPropertyNames(value.prototype))
      spy(value.prototype, key, `${name}.${key}`);
}

for (const key of ["entries", "forEach", "keys", "values", Symbol.iterator]) {
  const walk = /** @type {any} */ (ModuleMap.prototype)[key];
  Object.defineProperty(ModuleMap.prototype, key, {
    configurable: true,
    writable: true,
    /** @this {Map<string, unknown>} @param {unknown[]} given */
    value(...given) {
      count(`modules by ${String(key)}`, this.size);
      return Reflect.apply(walk, this, given);
    },
  });
}

/** @param {string} method @param {object} [parameters] @returns {any} */
function ask(method, parameters) {
  let answer;
  session.post(method, parameters, (error, result) => {
    if (error) throw error;
    answer = result;
  });
  return answer;
}

/** Counts from now on. */
function begin() {
  ask("Profiler.enable");
  ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  counts = new Map();
}

/** @returns {Record<string, number>} by the name of a function, how often that part of it ran that ran most */
function end() {
  /** @type {{ url: string, functions: { functionName: string, ranges: { startOffset: number, count: number }[] }[] }[]} */
  const scripts = ask("Profiler.takePreciseCoverage").result;
  ask("Profiler.stopPreciseCoverage");
  const found = counts ?? new Map();
  counts = null;
  for (const { url, functions } of scripts) {
    const at = prefixes.find((it) => url.startsWith(it));
    // How often built-ins are looked at is a matter of who calls `putBack`, which is counted there.
    if (at === undefined || url.endsWith("intrinsics.cjs")) continue;
    for (const { functionName, ranges } of functions) {
      const name = `${functionName || "a function"} of ${url.slice(at.length)}:${ranges[0].startOffset}`;
      found.set(name, Math.max(...ranges.map((range) => range.count)));
    }
  }
  return Object.fromEntries(found);
}

module.exports = { begin, end };
