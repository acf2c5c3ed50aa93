// @ts-check
"use strict";

// `import.meta.hot` of one version of a module, or `module.hot` of a CommonJS file: what it asked for,
// kept until it is replaced.

const events = require("../../hot-events.cjs");
const { isPromise, react } = require("../../intrinsics.cjs");
const { relative } = require("../../report.cjs");
const {
  given,
  isErrorHandler,
  leaveFormer,
  mustBeFunction,
  nameOfHot,
  onlyFirst,
  refuse,
  takesNothing,
} = require("./callbacks.cjs");
const { HandedOn } = require("./lasting-data.cjs");
const { settled } = require("../update/patience.cjs");
const {
  endingOf,
  endKept,
  forget,
  isRejected,
  onForeignRejection,
  putBack,
  takeOver,
} = require("./resources.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/module-record.cjs").HotModule} HotModule */
/** @typedef {(...values: any[]) => unknown} Callback */
/** @typedef {{ callback: Callback | undefined, onError: Callback | undefined }} Handlers */
/** @typedef {Handlers & { onThrown?: Callback, isPartial?: boolean }} SelfAccept `onThrown` is webpack's error handler, `isPartial`: of some exports */
/** @typedef {Handlers & { specifiers: string[], given: Callback | undefined, isPast?: boolean }} Accept `given`: by the program; `isPast`: it was there when the module was told of the update in flight, or, of webpack's, of one */
/** @typedef {{ callback: Callback, when: "dispose" | "prune", isOwned?: boolean }} Ending */

/**
 * What it needs from the runtime.
 * @typedef {object} Host
 * @property {(module: HotModule, message: string | undefined) => boolean} invalidated does an update take care?
 * @property {(module: HotModule, specifiers: string[]) => void} accepts looks whether it imports them
 * @property {() => "idle" | "apply"} status
 */

const BOUNDARY = Object.freeze({ with: Object.freeze({ hot: "true" }) });

class Hot {
  #module;
  #host;
  /** @type {SelfAccept[]} */
  #selfAccepts = [];
  /** Vite's: what importers may ask for. @type {Set<string> | null} */
  #acceptedExports = null;
  /** @type {Accept[]} */
  #accepts = [];
  /** @type {Ending[]} */
  #endings = [];
  /** @type {(() => void)[]} */
  #listens = [];
  #declined = false;
  /** Whether the module has asked for `module.hot`, or `import.meta.webpackHot`. */
  #isWebpacks = false;
  /** Imports whose updates it refuses. @type {string[]} */
  #declines = [];
  #isRetired = false;
  #invalidated = false;
  /** In an update that is in flight, and not why there is one. */
  #invalidatedMeanwhile = false;
  /** For the next version. */
  #handedOn = new HandedOn();
  /** Stands for this version where its values are kept. */
  #by = { isGone: false };
  /** Has it asked for one? */
  #keeps = false;

  /** @param {HotModule} module @param {Host} host */
  constructor(module, host) {
    this.#module = module;
    this.#host = host;
    /** The object the version before filled in its dispose handlers. @type {Record<string, any>} */
    this.data = module.handed ?? {};
  }

  /**
   * `accept()`, `accept(callback)`: updates of this module are its own affair.
   * `accept(specifier, callback?)`, `accept(specifiers, callback?)`: those of what it imports. As in Vite, null and false are no callback.
   * @param {string | readonly string[] | Callback | null | false} [first]
   * @param {Callback | null | false} [onUpdate]
   * @param {Callback | null | false} [onError]
   */
  accept(first, onUpdate, onError) {
    const second = given(onUpdate);
    const third = given(onError);
    if (typeof first === "string" || Array.isArray(first)) {
      const specifiers = typeof first === "string" ? [first] : first.map(String);
      const callback =
        typeof first === "string" && second && !takesNothing(second) ? onlyFirst(second) : second;
      mustBeFunction(this.#module, "accept", second);
      mustBeFunction(this.#module, "accept", third);
      const accept = { specifiers, callback, onError: third, given: second };
      leaveFormer(this.#accepts, accept);
      this.#accepts.push(accept);
      this.#host.accepts(this.#module, specifiers);
    } else {
      const callback = given(/** @type {Callback | undefined} */ (first));
      if (callback !== undefined && typeof callback !== "function") {
        refuse(this.#module, "accept", "a function, a specifier, or a list of specifiers");
      }
      mustBeFunction(this.#module, "accept", second);
      if (callback && !second && this.#isWebpacks && isErrorHandler(callback)) {
        // As webpack documents it, an error handler accepts itself again. There it is of a new version; here that one goes on.
        if (this.#selfAccepts.some(({ onThrown }) => onThrown === callback)) return;
        this.#selfAccepts.push({ callback: undefined, onError: undefined, onThrown: callback });
      } else this.#selfAccepts.push({ callback, onError: second });
    }
  }

  /**
   * Vite's: updates of this module are its own affair where importers ask for these exports alone.
   * @param {string | readonly string[]} names
   * @param {Callback | null | false} [onUpdate]
   */
  acceptExports(names, onUpdate) {
    const callback = given(onUpdate);
    mustBeFunction(this.#module, "acceptExports", callback);
    if (typeof Object(names)[Symbol.iterator] !== "function") {
      refuse(this.#module, "acceptExports", "the name of an export, or a list of names");
    }
    Hot.hasPartial = true;
    this.#acceptedExports ??= new Set();
    for (const name of typeof names === "string" ? [names] : names) this.#acceptedExports.add(String(name));
    this.#selfAccepts.push({ callback, onError: undefined, isPartial: true });
  }

  /** `decline()`: of this module; webpack's `decline(specifiers)`: of what it imports. @param {string | readonly string[]} [specifiers] */
  decline(specifiers) {
    if (specifiers === undefined) this.#declined = true;
    else if (typeof specifiers === "string") this.#declines.push(specifiers);
    else if (Array.isArray(specifiers)) this.#declines.push(...specifiers.map(String));
    else refuse(this.#module, "decline", "a specifier, or a list of them");
  }

  /** `import(specifier, import.meta.hot?.boundary)`: what is below it is evaluated anew by the next import(). */
  get boundary() {
    return BOUNDARY;
  }

  /** @param {(data: Record<string, any>) => unknown} callback */
  dispose(callback) {
    mustBeFunction(this.#module, "dispose", callback, true);
    this.#endings.push({ callback, when: "dispose" });
  }

  /** webpack's name for it. @param {(data: Record<string, any>) => unknown} callback */
  addDisposeHandler(callback) {
    this.dispose(callback);
  }

  /** @param {(data: Record<string, any>) => unknown} callback */
  removeDispose(callback) {
    const last = this.#endings.findLastIndex((it) => it.callback === callback && it.when === "dispose");
    if (last >= 0) this.#endings.splice(last, 1);
  }

  /** webpack's name for it. @param {(data: Record<string, any>) => unknown} callback */
  removeDisposeHandler(callback) {
    this.removeDispose(callback);
  }

  /** @param {(data: Record<string, any>) => unknown} callback */
  prune(callback) {
    mustBeFunction(this.#module, "prune", callback, true);
    this.#endings.push({ callback, when: "prune" });
  }

  /** During an update: it can't be accepted after all. Else: evaluate this module anew. @param {string} [message] */
  invalidate(message) {
    this.#invalidated = true;
    const text = message === undefined ? undefined : String(message);
    this.#invalidatedMeanwhile = this.#host.invalidated(this.#module, text);
  }

  /** @param {string} event @param {Callback} callback @returns {() => void} takes it away again */
  on(event, callback) {
    const off = events.on(event, callback);
    if (this.#isRetired) off();
    else this.#listens.push(off);
    return off;
  }

  /** @param {string} event @param {Callback} callback */
  off(event, callback) {
    events.off(event, callback);
  }

  /** For listeners in this process. Vite's gives a promise, too. @param {string} event @param {unknown} [payload] */
  send(event, payload) {
    events.send(event, payload);
    return Promise.resolve();
  }

  /** webpack's, which is given a handler to be told of it, too, or nothing by `null` and `false`. @param {Callback | null | false} [callback] */
  status(callback) {
    if (callback) this.addStatusHandler(callback);
    return this.#host.status();
  }

  /** @param {Callback} callback */
  addStatusHandler(callback) {
    mustBeFunction(this.#module, "addStatusHandler", callback, true);
    this.on("status", callback);
  }

  /** @param {Callback} callback */
  removeStatusHandler(callback) {
    this.off("status", callback);
  }

  /** Updates come by themselves: there never is one to ask for. */
  async check() {
    return null;
  }

  /** The same: none waits to be applied. */
  async apply() {
    return [];
  }

  /**
   * @param {unknown} key
   * @param {() => unknown} create
   * @param {(value: any) => unknown} [destroy]
   */
  keep(key, create, destroy) {
    mustBeFunction(this.#module, "keep", create, true);
    mustBeFunction(this.#module, "keep", destroy);
    const { kept } = this.#module;
    const known = kept.get(key);
    this.#keeps = true;
    // What could not be made is tried again by the next version.
    if (known && !isRejected(known.value)) {
      // One that was replaced, or given up, may ask for it later.
      if (!this.#isRetired) takeOver(known, { destroy, by: this.#by });
      return known.value;
    }
    const entry = { value: create(), destroyers: [{ destroy, by: this.#by }] };
    kept.set(key, entry);
    onForeignRejection(entry.value, () => kept.get(key) === entry && kept.delete(key));
    return entry.value;
  }

  /** @param {unknown} resource */
  own(resource) {
    const ending = endingOf(resource);
    if (!ending) {
      throw new TypeError(
        `${nameOfHot(this.#module)}.own: the resource has neither Symbol.asyncDispose, Symbol.dispose, close() nor terminate(), and is no timer or function; give a function that ends it`,
      );
    }
    const callback = () => ending();
    // What awaited while its version was replaced has it only now: nobody would end it any more.
    if (this.#isRetired) void this.#endLate(callback);
    else this.#endings.push({ callback, when: "dispose", isOwned: true });
    return resource;
  }

  // What follows is the runtime's, not the module's.

  /** Has any module said `acceptExports()`? */
  static hasPartial = false;

  /** From now on its functions may be webpack's error handlers. @param {Hot} hot */
  static markWebpacks(hot) {
    hot.#isWebpacks = true;
  }

  /** @param {Hot} hot */
  static stateOf(hot) {
    return {
      acceptsItself: hot.#selfAccepts.some(({ isPartial }) => !isPartial),
      acceptedExports: hot.#acceptedExports,
      isDeclined: hot.#declined,
      declines: hot.#declines,
      isInvalidated: hot.#invalidated,
      isInvalidatedMeanwhile: hot.#invalidatedMeanwhile,
      accepts: hot.#accepts,
      selfAccepts: hot.#selfAccepts,
      hasEndings: hot.#endings.length > 0,
      hasOpened: hot.#endings.length > 0 || hot.#keeps,
      isWebpacks: hot.#isWebpacks,
    };
  }

  /**
   * Runs dispose handlers, the last first; and prune handlers when it goes for good. Each runs once,
   * also when the update then fails and the next one disposes this version again.
   * @param {Hot} hot
   * @param {{ isPruned?: boolean, data?: Record<string, any>, onThrown?: (error: unknown, what: string) => unknown }} [how] `onThrown`: the version goes
   *   for good, so that a handler that throws keeps no other one from its turn: nobody would end what those are to end
   * @returns {Promise<Record<string, any>>} what is handed on
   */
  static async end(hot, { isPruned = false, data, onThrown } = {}) {
    const { handed, note } = hot.#handedOn.begin(hot.data, data);
    /** @type {Ending[]} */
    const later = [];
    try {
      for (let ending = hot.#endings.pop(); ending; ending = hot.#endings.pop()) {
        if (ending.when === "dispose") await hot.#run(ending, handed, onThrown);
        else later.unshift(ending);
      }
    } finally {
      hot.#endings.push(...later);
      note();
    }
    if (isPruned) {
      // As in Vite, after the dispose handlers: it gets what these have put there.
      for (let ending = hot.#endings.pop(); ending; ending = hot.#endings.pop()) {
        await hot.#run(ending, handed, onThrown);
      }
      await endKept(hot.#module, onThrown);
    }
    return handed;
  }

  /** This version was given up, and another one of the module goes on. @param {Hot} hot */
  static putBackKept(hot) {
    putBack(hot.#module.kept, hot.#by);
  }

  /**
   * The same as far as no handler awaits: sync.require() and resync() of CommonJS are done when they return.
   * @param {Hot} hot
   * @returns {Record<string, any> | Promise<Record<string, any>>} what is handed on
   */
  static endAtOnce(hot) {
    const { handed, note } = hot.#handedOn.begin(hot.data);
    try {
      for (let at = hot.#endings.length - 1; at >= 0; at--) {
        if (hot.#endings[at].when !== "dispose") continue;
        const [{ callback }] = hot.#endings.splice(at, 1);
        const ended = settled(callback(handed), "a dispose handler", () => hot.#module.file);
        if (isPromise(ended)) return react(ended, () => Hot.end(hot));
      }
    } finally {
      note();
    }
    return handed;
  }

  /**
   * @param {Ending} ending
   * @param {Record<string, any>} handed
   * @param {((error: unknown, what: string) => unknown) | undefined} onThrown
   */
  async #run({ callback, when }, handed, onThrown) {
    const what = `a ${when} handler`;
    try {
      await settled(callback(handed), what, () => this.#module.file);
    } catch (error) {
      if (!onThrown) throw error;
      await onThrown(error, what);
    }
  }

  /** @param {Callback} ending */
  async #endLate(ending) {
    const { file } = this.#module;
    try {
      await ending();
    } catch (error) {
      events.say(
        `${relative(file)}: what a replaced version owns was to be ended, and threw: ${events.textOf(error)}`,
      );
    }
  }

  /** It goes on, as the next version has thrown. @param {Hot} hot */
  static showHanded(hot) {
    hot.#handedOn.show(hot.data);
  }

  static isRetired = (/** @type {Hot} */ hot) => hot.#isRetired;

  /** Called after all that the module adds itself. @param {Hot} hot @param {Callback} callback */
  static addLast(hot, callback) {
    if (hot.#isRetired) void hot.#endLate(callback);
    else hot.#endings.unshift({ callback, when: "dispose", isOwned: true });
  }

  /** A member of a cycle has its `hot` before the version before is disposed. @param {Hot} hot @param {Record<string, any>} data */
  static receive(hot, data) {
    hot.data = data;
  }

  /** An update has ended, or goes on, with what became of its `invalidate()`: the next one asks its handlers again. @param {Hot} hot */
  static revalidate(hot) {
    hot.#invalidated = false;
  }

  /** The next update is about its `invalidate()`. @param {Hot} hot */
  static postpone(hot) {
    hot.#invalidatedMeanwhile = false;
  }

  /**
   * It was replaced, or given up: it hears of nothing any more, and what it came to own since it was disposed is ended.
   * @param {Hot} hot
   * @param {boolean} [isReplaced]
   */
  static retire(hot, isReplaced = true) {
    hot.#isRetired = true;
    hot.#handedOn.end();
    hot.#by.isGone = true;
    if (isReplaced && hot.#module.kept.size > 0) forget(hot.#module.kept);
    for (const off of hot.#listens.splice(0)) off();
    const owned = hot.#endings.filter(({ isOwned }) => isOwned);
    hot.#endings = hot.#endings.filter(({ isOwned }) => !isOwned);
    for (const { callback } of owned.reverse()) void hot.#endLate(callback);
  }
}

module.exports = { Hot };
