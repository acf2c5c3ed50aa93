// @ts-check
"use strict";

// Opt-in (`HEATSYNC_TEARDOWN=1`, `teardown: true` of the loader): timers a module sets, listeners it
// adds to `process` and servers it lets listen end with its version, though it never says so.
//
// Timers are the module's own `setTimeout`: constants in the line before its first, so that nobody
// else's cost anything. Listeners and servers are rare, and are told apart by who called.

const net = require("node:net");
const vm = require("node:vm");
const { Hot } = require("./hot.cjs");
const { endingOf } = require("./resources.cjs");

/** @typedef {import("../../native/addon").JsEsm} JsEsm */

const SCOPES = Symbol.for("heatsync-rs.esm.teardown");
const TIMERS = [
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
];
const LISTENING = /** @type {const} */ ([
  ...["on", "once", "addListener", "prependListener", "prependOnceListener"],
]);

/** What one version of a module has running. */
class Scope {
  #hotOf;
  #isTied = false;
  /** @type {Set<any>} */
  #timers = new Set();
  /** @type {[event: any, listener: any][]} */
  listeners = [];
  /** @type {Set<net.Server>} */
  servers = new Set();

  /** @param {() => Hot | null} hotOf */
  constructor(hotOf) {
    this.#hotOf = hotOf;
  }

  /** Something runs. The module's own handlers come first: they find all as it was. */
  tie() {
    if (this.#isTied) return this;
    this.#isTied = true;
    const hot = this.#hotOf();
    if (hot) Hot.addLast(hot, () => this.end());
    return this;
  }

  get timers() {
    const timers = this.#timers;
    /** @param {Function} set @param {boolean} isOnce */
    const setting = (set, isOnce) => {
      const scoped = (/** @type {any} */ callback, /** @type {any[]} */ ...rest) => {
        if (!isOnce || typeof callback !== "function") return noted(set(callback, ...rest));
        const timer = set(
          (/** @type {any[]} */ ...values) => {
            timers.delete(timer);
            return callback(...values);
          },
          ...rest,
        );
        return noted(timer);
      };
      // `util.promisify(setTimeout)` looks for a property.
      return Object.setPrototypeOf(scoped, set);
    };
    /** @param {any} timer */
    const noted = (timer) => {
      this.tie();
      timers.add(timer);
      return timer;
    };
    /** @param {Function} clear */
    const clearing = (clear) => (/** @type {any} */ timer) => {
      timers.delete(timer);
      clear(timer);
    };
    return {
      setTimeout: setting(setTimeout, true),
      setInterval: setting(setInterval, false),
      setImmediate: setting(setImmediate, true),
      clearTimeout: clearing(clearTimeout),
      clearInterval: clearing(clearInterval),
      clearImmediate: clearing(clearImmediate),
    };
  }

  end() {
    for (const timer of this.#timers) endingOf(timer)?.();
    this.#timers.clear();
    for (const [event, listener] of this.listeners.splice(0)) process.removeListener(event, listener);
    for (const server of this.servers) endingOf(server)?.();
    this.servers.clear();
  }
}

/** Of the newest version of each module. @type {Map<string, Scope>} */
const scopes = new Map();

/**
 * Gives modules that are loaded from now on timers of their own.
 * @param {import("./graph.cjs").Graph} graph
 * @param {(url: string) => Hot | null} hotOf of the version that runs
 */
function enableTeardown(graph, hotOf) {
  if (graph.instrument) return;
  graph.instrument = instrument;
  Object.defineProperty(globalThis, SCOPES, {
    configurable: true,
    value: (/** @type {string} */ url) => {
      const scope = new Scope(() => hotOf(url));
      scopes.set(url, scope);
      return scope.timers;
    },
  });
  watchListeners();
  watchServers();
}

/**
 * The names become constants before the module's first line; those it declares itself are its own.
 * @param {JsEsm} record
 * @param {string} url
 */
function instrument(record, url) {
  const scope = `globalThis[Symbol.for(${JSON.stringify(SCOPES.description)})](${JSON.stringify(url)})`;
  for (let names = TIMERS; ; ) {
    const code = `const{${names.join(",")}}=${scope};${record.code}`;
    const declared = declaredTwice(code, record.parameters);
    if (!declared || !names.includes(declared)) {
      if (!declared) record.code = code;
      return;
    }
    names = names.filter((name) => name !== declared);
  }
}

/** @param {string} code @param {string[]} parameters @returns {string | undefined} */
function declaredTwice(code, parameters) {
  try {
    vm.compileFunction(code, parameters);
    return undefined;
  } catch (error) {
    // Anything else is found, and told better, when the module itself is compiled.
    return /Identifier '(.*)' has already been declared/.exec(String(error))?.[1] ?? "";
  }
}

function watchListeners() {
  for (const name of LISTENING) {
    const original = process[name];
    Object.defineProperty(process, name, {
      ...{ configurable: true, writable: true, enumerable: false },
      value: function (/** @type {any} */ event, /** @type {any} */ listener) {
        if (this === process) callerScope()?.tie().listeners.push([event, listener]);
        return Reflect.apply(original, this, [event, listener]);
      },
    });
  }
}

function watchServers() {
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (/** @type {any[]} */ ...values) {
    callerScope()?.tie().servers.add(this);
    return Reflect.apply(listen, this, values);
  };
}

/** The scope of the module nearest to the call. */
function callerScope() {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 50;
    Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFileName());
    const files = /** @type {unknown} */ (new Error().stack);
    if (!Array.isArray(files)) return undefined;
    const url = files.find((file) => scopes.has(file));
    return url && scopes.get(url);
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

module.exports = { enableTeardown };
