// @ts-check
"use strict";

// `import.meta.hot` of one version of a module, or `module.hot` of a CommonJS file: what it asked for,
// kept until it is replaced.

const events = require("../../hot-events.cjs");
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
const { Endings } = require("./endings.cjs");
const { Listens } = require("./listens.cjs");
const { endingOf, forget, isRejected, onForeignRejection, putBack, takeOver } = require("./resources.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/module-record.cjs").HotModule} HotModule */
/** @typedef {(...values: any[]) => unknown} Callback */
/** @typedef {{ callback: Callback | undefined, onError: Callback | undefined }} Handlers */
/** @typedef {Handlers & { onThrown?: Callback, isPartial?: boolean }} SelfAccept `onThrown` is webpack's error handler, `isPartial`: of some exports */
/** @typedef {Handlers & { specifiers: string[], given: Callback | undefined, isPast?: boolean }} Accept `given`: by the program; `isPast`: it was there when the module was told of the update in flight, or, of webpack's, of one */

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
  #endings;
  #listens = new Listens();
  #declined = false;
  /** Whether the module has asked for `module.hot`, or `import.meta.webpackHot`. */
  #isWebpacks = false;
  /** Imports whose updates it refuses. @type {string[]} */
  #declines = [];
  #isRetired = false;
  #invalidated = false;
  /** In an update that is in flight, and not why there is one. */
  #invalidatedMeanwhile = false;
  /** Stands for this version where its values are kept. */
  #by = { isGone: false };
  /** Has it asked for one? */
  #keeps = false;

  /** @param {HotModule} module @param {Host} host */
  constructor(module, host) {
    this.#module = module;
    this.#host = host;
    this.#endings = new Endings(module);
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
    this.#endings.add({ callback, when: "dispose" });
  }

  /** webpack's name for it. @param {(data: Record<string, any>) => unknown} callback */
  addDisposeHandler(callback) {
    this.dispose(callback);
  }

  /** @param {(data: Record<string, any>) => unknown} callback */
  removeDispose(callback) {
    this.#endings.removeDispose(callback);
  }

  /** webpack's name for it. @param {(data: Record<string, any>) => unknown} callback */
  removeDisposeHandler(callback) {
    this.removeDispose(callback);
  }

  /** @param {(data: Record<string, any>) => unknown} callback */
  prune(callback) {
    mustBeFunction(this.#module, "prune", callback, true);
    this.#endings.add({ callback, when: "prune" });
  }

  /** During an update: it can't be accepted after all. Else: evaluate this module anew. @param {string} [message] */
  invalidate(message) {
    this.#invalidated = true;
    const text = message === undefined ? undefined : String(message);
    this.#invalidatedMeanwhile = this.#host.invalidated(this.#module, text);
  }

  /** @param {string} event @param {Callback} callback @returns {() => void} takes it away again */
  on(event, callback) {
    const off = this.#listens.on(event, callback);
    if (this.#isRetired) off();
    return off;
  }

  /** @param {string} event @param {Callback} callback */
  off(event, callback) {
    this.#listens.off(event, callback);
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
    if (this.#isRetired) void this.#endings.endLate(callback);
    else this.#endings.add({ callback, when: "dispose", isOwned: true });
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
      hasEndings: !hot.#endings.isEmpty,
      hasOpened: !hot.#endings.isEmpty || hot.#keeps,
      isWebpacks: hot.#isWebpacks,
    };
  }

  /** @see {@link Endings.end} @param {Hot} hot @param {Parameters<Endings["end"]>[1]} [how] */
  static end(hot, how) {
    return hot.#endings.end(hot.data, how);
  }

  /** This version was given up, and another one of the module goes on. @param {Hot} hot */
  static putBackKept(hot) {
    putBack(hot.#module.kept, hot.#by);
  }

  /** @see {@link Endings.endAtOnce} @param {Hot} hot */
  static endAtOnce(hot) {
    return hot.#endings.endAtOnce(hot.data);
  }

  /** It goes on, as the next version has thrown. @param {Hot} hot */
  static showHanded(hot) {
    hot.#endings.showHanded(hot.data);
  }

  static isRetired = (/** @type {Hot} */ hot) => hot.#isRetired;

  /** Called after all that the module adds itself. @param {Hot} hot @param {Callback} callback */
  static addLast(hot, callback) {
    if (hot.#isRetired) void hot.#endings.endLate(callback);
    else hot.#endings.addLast({ callback, when: "dispose", isOwned: true });
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
    hot.#by.isGone = true;
    if (isReplaced && hot.#module.kept.size > 0) forget(hot.#module.kept);
    hot.#listens.end();
    hot.#endings.retire();
  }
}

module.exports = { Hot };
