// @ts-check
"use strict";

// `class Heatsync`: stable export objects. Behaves as npm heatsync 3.3 does; what is beyond it is
// named in index.d.ts.

const { EventEmitter } = require("node:events");
const { callSite, originalPosition } = require("../caller.cjs");
const { reportEdges } = require("../commonjs/edges.cjs");
const { observers } = require("../session/consumers.cjs");
const environment = require("../session/environment.cjs");
const kept = require("../intrinsics.cjs");
const { useQueryVersions } = require("../session/evaluate.cjs");
const { anywhere } = require("../globs.cjs");
const { fileAt } = require("./locate.cjs");
const { readClassOptions, readOptions } = require("./options.cjs");
const { KEY, ReloadableClasses } = require("./reloadable-class.cjs");
const { inferKey } = require("./remember.cjs");
const { SyncedModules } = require("./synced-modules.cjs");
const { TemporaryResources } = require("./temporary.cjs");
const { UserWatchers } = require("./user-watch.cjs");

/**
 * @typedef {import("../session/consumers.cjs").Transaction} Transaction
 */

let instances = 0;

class Heatsync {
  static ClassKeySpecifier = KEY;

  /** @type {import("node:events").EventEmitter<any>} */
  events = new EventEmitter();
  ReloadableClass;

  #options;
  #session;
  #classes = new ReloadableClasses();
  #temporary = new TemporaryResources();
  #modules;
  /** @type {Map<string, unknown>} */
  #remembered = new Map();
  /** @type {UserWatchers | undefined} */
  #watchers;
  /** @type {NodeJS.Timeout | undefined} */
  #keepAlive;
  /** Whose `ignore` it is. */
  #owner = ++instances;
  /** What that is relative to. */
  #directory = "";
  #release = () => {};

  /** @param {import("./options.cjs").SyncOptions} [options] */
  constructor(options) {
    this.#options = readOptions(options);
    if (this.#options.esm === "query") useQueryVersions();
    this.#session = environment.session({ poll: this.#options.poll });
    this.ReloadableClass = this.#classes.Base;
    const watch = this.#options.watchFS && !this.#options.watchFunction;
    this.#modules = new SyncedModules(
      this.#session,
      { deep: this.#options.deep, watch, follows: this.#options.watchFS },
      this.#failed,
      this.#added,
    );

    const { persistentWatchers, watchDebounceMS, watchFS, watchFunction } = this.#options;
    if (watchFS && watchFunction) {
      const changed = (/** @type {string} */ file) => this.#session.touched(file);
      this.#watchers = new UserWatchers(watchFunction, persistentWatchers, watchDebounceMS, changed);
    }
    this.#open();
  }

  /**
   * @param {string | URL | (string | URL)[]} id
   * @param {string | URL} [from]
   * @returns {any}
   */
  require(id, from) {
    const caller = callerOf(from);
    if (Array.isArray(id)) return id.map((item) => this.#modules.require(item, caller));
    return this.#modules.require(id, caller);
  }

  /**
   * @param {string | URL | (string | URL)[]} id
   * @param {ImportAttributes} [attributes]
   * @param {string | URL} [from]
   * @returns {Promise<any>}
   */
  async import(id, attributes, from) {
    const caller = callerOf(from);
    if (Array.isArray(id))
      return Promise.all(id.map((item) => this.#modules.import(item, attributes, caller)));
    return this.#modules.import(id, attributes, caller);
  }

  /**
   * @param {string | URL | (string | URL)[]} id
   * @param {string | URL} [from]
   * @returns {any}
   */
  resync(id, from) {
    const caller = callerOf(from);
    if (!Array.isArray(id)) return this.#modules.resync(id, caller);
    const results = id.map((item) => this.#modules.resync(item, caller));
    return results.some(kept.isPromise) ? Promise.all(results) : results;
  }

  /** Takes part in updates; again, when an instance is used after it was disposed. */
  #open() {
    if (observers.has(this.#observer)) return;
    observers.add(this.#observer);
    const { ignore, watchDebounceMS, watchFS, watchFunction } = this.#options;
    if (ignore.length > 0) {
      this.#directory ||= process.cwd();
      this.#session.ignore(this.#owner, this.#directory, anywhere(ignore));
    }
    const takeBack =
      watchFS && !watchFunction && watchDebounceMS > 0 ? environment.debounce(watchDebounceMS) : () => {};
    this.#release = () => {
      this.#session.stopIgnoring(this.#owner);
      takeBack();
    };
  }

  #added = () => {
    this.#open();
    const { persistentWatchers, watchFS, watchFunction } = this.#options;
    this.#watchers?.set(this.#modules.files());
    if (watchFS && persistentWatchers && !watchFunction)
      this.#keepAlive ??= kept.setInterval(() => {}, 2 ** 30);
  };

  /**
   * What is told of an update: nothing when none of the objects follows, as without watching.
   * @param {Transaction} transaction
   */
  #reloaded({ files, consumers }) {
    const own = consumers.filter((it) => it.failed === this.#failed);
    if (this.#options.deep && own.length > 0) return files;
    return files.filter((file) => own.some((it) => it.file === file));
  }

  /** What an update in progress may have to undo. @type {Map<Transaction, { timers: ReturnType<TemporaryResources["retire"]>, classes: ReturnType<ReloadableClasses["postpone"]> }>} */
  #updates = new Map();

  /** @type {import("../session/consumers.cjs").Observer} */
  #observer = {
    before: (transaction) => {
      for (const file of this.#reloaded(transaction)) {
        this.#emit(file);
        this.#emit("any", file);
      }
      const timers = this.#temporary.retire(transaction.files);
      this.#updates.set(transaction, { timers, classes: this.#classes.postpone(transaction.files) });
    },
    after: (transaction) => {
      const update = this.#updates.get(transaction);
      this.#updates.delete(transaction);
      update?.timers.clear();
      update?.classes.carryOut();
      if (this.#watchers) {
        // What the new versions use is not reported yet.
        reportEdges(this.#session);
        this.#watchers.renew(transaction.files);
        this.#watchers.set(this.#modules.files());
      }
      for (const file of this.#reloaded(transaction)) this.#emit("reload", file);
    },
    leave: (transaction, files) => {
      const update = this.#updates.get(transaction);
      update?.timers.restore(files);
      update?.classes.leave(files);
    },
    rolledBack: (transaction) => {
      const update = this.#updates.get(transaction);
      this.#updates.delete(transaction);
      update?.timers.restore();
      update?.classes.drop();
    },
    ended: (files) => this.#temporary.retire(files).clear(),
  };

  /**
   * A listener that throws must not stop the update of everyone else.
   * @param {string} event
   * @param {...string} values
   */
  #emit(event, ...values) {
    try {
      this.events.emit(event, ...values);
    } catch (error) {
      kept.nextTick(() => {
        throw error;
      });
    }
  }

  /** @param {Error} error @param {string} file */
  #failed = (error, file) => {
    // Disposed since: nobody is there to hear it.
    if (!observers.has(this.#observer)) return;
    withFile(error, file);
    this.events.emit("error", error);
  };

  /**
   * @param {import("node:events").EventEmitter} target
   * @param {string | symbol} event
   * @param {(...args: any[]) => any} callback
   * @param {"on" | "once"} [method]
   */
  addTemporaryListener(target, event, callback, method = "on") {
    const emitter = /** @type {any} */ (target);
    const add = emitter?.[method];
    // Emitters of other libraries have `off` only.
    const remove = emitter?.removeListener ?? emitter?.off;
    for (const [name, found] of [
      [method, add],
      ["removeListener", remove],
    ]) {
      if (typeof found === "function") continue;
      const what = emitter?.constructor?.name ?? typeof target;
      throw new TypeError(`${what} has no method "${name}": sync.addTemporaryListener takes an EventEmitter`);
    }
    if (typeof callback !== "function")
      throw new TypeError(`sync.addTemporaryListener takes a listener, not ${typeof callback}`);
    // A turn later, as npm heatsync: the version before has left the emitter by then.
    let isCleared = false;
    kept.setImmediate(() => {
      if (!isCleared) add.call(target, event, callback);
    });
    this.#temporary.add(callSite().file, {
      clear() {
        isCleared = true;
        remove.call(target, event, callback);
      },
    });
    return target;
  }

  /**
   * @param {(...args: any[]) => void} callback
   * @param {number} [milliseconds]
   * @param {...any} args
   */
  addTemporaryTimeout(callback, milliseconds, ...args) {
    const timer = setTimeout(callback, milliseconds, ...args);
    this.#temporary.addTimer(callSite().file, timer, clearTimeout);
    return timer;
  }

  /**
   * @param {(...args: any[]) => void} callback
   * @param {number} [milliseconds]
   * @param {...any} args
   */
  addTemporaryInterval(callback, milliseconds, ...args) {
    const timer = setInterval(callback, milliseconds, ...args);
    this.#temporary.addTimer(callSite().file, timer, clearInterval);
    return timer;
  }

  /**
   * @template T
   * @param {() => T} getter
   * @param {string} [key]
   * @returns {T}
   */
  remember(getter, key) {
    const position = originalPosition(callSite());
    const name = `${position.file}:${key || inferKey(position)}`;
    if (this.#remembered.has(name)) return /** @type {T} */ (this.#remembered.get(name));
    const value = getter();
    this.#remembered.set(name, value);
    return value;
  }

  /**
   * @param {unknown} loadedClass a class, or a function that returns one
   * @param {{ keepInstanceof?: boolean }} [options]
   */
  reloadClassMethods(loadedClass, options) {
    const { file } = callSite();
    const { keepsInstanceof } = readClassOptions(options);
    if (typeof loadedClass !== "function" || Object.hasOwn(loadedClass, "prototype")) {
      this.#classes.reload(loadedClass, file, keepsInstanceof);
      return this.ReloadableClass;
    }
    // `class A extends sync.reloadClassMethods(() => A)`: A exists when its declaration is complete.
    const reload = () => {
      try {
        this.#classes.reload(loadedClass(), file, keepsInstanceof);
      } catch (error) {
        this.events.emit("error", withFile(/** @type {Error} */ (error), file));
      }
    };
    // Not at all, if the version that says so fails.
    this.#classes.whenLive(file, () => kept.setImmediate(reload));
    return this.ReloadableClass;
  }

  async dispose() {
    await this.#modules.dispose();
    this.#remembered.clear();
    this.#temporary.clear();
    this.#watchers?.close();
    this.#classes.clear();
    observers.delete(this.#observer);
    this.#release();
    kept.clearInterval(this.#keepAlive);
    this.#keepAlive = undefined;
    this.events.removeAllListeners();
  }
}

/**
 * Who calls, or would: `from` names a directory, or a file in it.
 * @param {string | URL} [from]
 */
function callerOf(from) {
  const site = callSite();
  return { file: from === undefined ? site.file : fileAt(from), isModule: site.isModule, at: site };
}

/**
 * npm heatsync's errors name the file in `error.file`.
 * @template {Error} E
 * @param {E} error
 * @param {string} file
 */
function withFile(error, file) {
  try {
    Object.assign(error, { file });
  } catch {
    // A frozen error says what it says.
  }
  return error;
}

module.exports = { Heatsync };
