// @ts-check
"use strict";

// Opt-in (`HEATSYNC_TEARDOWN=1`, `teardown: true` of the loader): timers a module sets, listeners it
// adds to `process` and servers it lets listen end with its version, though it never says so.
//
// Timers are the module's own `setTimeout`: variables that are declared before its first token, so that
// nobody else's cost anything. Listeners and servers are rare, and are told apart by who called.

const net = require("node:net");
const vm = require("node:vm");
const { Loader } = require("../../commonjs/commonjs.cjs");
const { Hot } = require("./hot.cjs");
const { endingOf } = require("./resources.cjs");
const { beforeEmitted } = require("../hooks/process-emit.cjs");
const { SafeMap } = require("../../intrinsics.cjs");
const { sitesHere } = require("../positions/sites-here.cjs");
const { instrumentCommonJs } = require("./teardown-commonjs.cjs");

/** @typedef {import("../../../native/addon").JsEsm} JsEsm */

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
  #hot;
  #isTied = false;
  /** @type {Set<any>} */
  #timers = new Set();
  /** @type {[event: any, listener: any][]} */
  listeners = [];
  /** Those that nobody has any more do not listen. @type {Set<WeakRef<net.Server>>} */
  #servers = new Set();

  /** @param {() => Hot | null} hotOf of the version that runs */
  constructor(hotOf) {
    this.#hotOf = hotOf;
    // By the time that something is begun there may be a newer version. Members of a cycle are not known before they are evaluated.
    this.#hot = hotOf();
  }

  /** It has ended for good, and another version goes on: the one before, should this one have thrown. */
  get isOutdated() {
    const running = this.#hotOf();
    return this.#hot !== null && Hot.isRetired(this.#hot) && running !== null && !Hot.isRetired(running);
  }

  /** Something was noted that runs. The module's own handlers come first: they find all as it was. */
  tie() {
    if (this.#isTied) return;
    this.#isTied = true;
    this.#hot ??= this.#hotOf();
    if (this.#hot) Hot.addLast(this.#hot, () => this.end());
  }

  /** @param {net.Server} server */
  noteServer(server) {
    // A program may make one for each request, or look for a free port so: what is left of those is a reference each, until the next one.
    for (const it of this.#servers) if (!it.deref()) this.#servers.delete(it);
    this.#servers.add(new WeakRef(server));
    this.tie();
  }

  /** One that was removed by others is not this version's to remove: somebody else may listen by the same function. @param {any} event @param {any} listener */
  forgetListener(event, listener) {
    const at = this.listeners.findLastIndex((it) => it[0] === event && it[1] === listener);
    if (at >= 0) this.listeners.splice(at, 1);
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
        return noted(timer.refresh ? refreshing(timer) : timer);
      };
      // `util.promisify(setTimeout)` looks for a property.
      return Object.setPrototypeOf(scoped, set);
    };
    /** @param {any} timer */
    const noted = (timer) => {
      timers.add(timer);
      this.tie();
      return timer;
    };
    // One that has fired is set again so.
    /** @param {any} timer */
    const refreshing = (timer) => {
      const { refresh } = timer;
      const value = () => noted(Reflect.apply(refresh, timer, []));
      return Object.defineProperty(timer, "refresh", {
        __proto__: null,
        configurable: true,
        writable: true,
        value,
      });
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

  /** When an update fails its version goes on: what that begins from now on ends with it another time. */
  end() {
    this.#isTied = false;
    for (const timer of this.#timers) endingOf(timer)?.();
    this.#timers.clear();
    for (const [event, listener] of this.listeners.splice(0)) process.removeListener(event, listener);
    for (const server of this.#servers) endingOf(server.deref())?.();
    this.#servers.clear();
  }
}

/**
 * Of the newest version of each module, by its URL, or path of CommonJS. A version has its own for as long as something runs or may, and of
 * a module that is gone none is to be kept. @type {Map<string, WeakRef<Scope>>}
 */
const scopes = new SafeMap();

/** @type {(name: string) => Hot | null} */
let versionOf = () => null;

/** @param {string} name */
function begin(name) {
  const scope = new Scope(() => versionOf(name));
  scopes.set(name, new WeakRef(scope));
  return scope;
}

/**
 * Gives modules that are loaded from now on timers of their own.
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {(url: string) => Hot | null} hotOf of the version that runs
 */
function enableTeardown(graph, hotOf) {
  if (graph.instrument) return;
  graph.instrument = instrument;
  instrumentCommonJs(declarationFor);
  versionOf = (name) =>
    name.startsWith("file:") ? hotOf(name) : (graph.commonJs?.hotOf(Loader._cache[name]) ?? null);
  Object.defineProperty(globalThis, SCOPES, {
    __proto__: null,
    configurable: true,
    value: (/** @type {string} */ name) => begin(name).timers,
  });
  watchListeners();
  watchServers();
}

/** @param {JsEsm} record @param {string} url */
function instrument(record, url) {
  record.code = declarationFor(url, record.code, record.parameters) + record.code;
}

/**
 * What declares the names; those that the module declares are its own.
 * @param {string} name its URL, or path of CommonJS
 * @param {string} code
 * @param {string[]} parameters
 * @returns {string} nothing, if the code does not parse: whoever compiles it says so better
 */
function declarationFor(name, code, parameters) {
  const scope = `globalThis[Symbol.for(${JSON.stringify(SCOPES.description)})](${JSON.stringify(name)})`;
  for (let names = TIMERS; ; ) {
    // Variables, since the program may set them.
    const declaration = `let{${names.join(",")}}=${scope};`;
    const declared = declaredTwice(declaration + code, parameters);
    if (declared === undefined) return declaration;
    if (!names.includes(declared)) return "";
    names = names.filter((it) => it !== declared);
  }
}

/** @param {string} code @param {string[]} parameters @returns {string | undefined} */
function declaredTwice(code, parameters) {
  try {
    vm.compileFunction(code, parameters);
    return undefined;
  } catch (error) {
    return /Identifier '(.*)' has already been declared/.exec(String(error))?.[1] ?? "";
  }
}

function watchListeners() {
  beforeEmitted("removeListener", (event, listener) => {
    for (const scope of scopes.values()) scope.deref()?.forgetListener(event, listener);
  });
  // Node's `once` calls `on`, with a function of its own.
  let isAdding = false;
  for (const name of LISTENING) {
    const original = process[name];
    Object.defineProperty(process, name, {
      __proto__: null,
      ...{ configurable: true, writable: true, enumerable: false },
      value: function (/** @type {any} */ event, /** @type {any} */ listener) {
        if (this !== process || isAdding) return Reflect.apply(original, this, [event, listener]);
        const scope = callerScope();
        isAdding = true;
        try {
          Reflect.apply(original, this, [event, listener]);
        } finally {
          isAdding = false;
        }
        scope?.listeners.push([event, listener]);
        scope?.tie();
        return this;
      },
    });
  }
}

function watchServers() {
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (/** @type {any[]} */ ...values) {
    const scope = callerScope();
    const result = Reflect.apply(listen, this, values);
    scope?.noteServer(this);
    return result;
  };
}

/** The scope of the module nearest to the call. */
function callerScope() {
  for (const site of sitesHere(50)) {
    const name = site.getFileName() ?? "";
    if (!scopes.has(name)) continue;
    const scope = scopes.get(name)?.deref();
    return scope && !scope.isOutdated ? scope : begin(name);
  }
  return undefined;
}

module.exports = { enableTeardown };
