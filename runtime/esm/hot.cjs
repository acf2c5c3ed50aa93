// @ts-check
"use strict";

/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("./module-record.cjs").SourceTextModule} SourceTextModule */
/** @typedef {(...values: any[]) => unknown} Callback */

/** `import.meta.hot` of one version of a module: what it asked for, kept until it is replaced. */
class Hot {
  #module;
  #updates;
  /** @type {Callback[]} */
  #selfAccepts = [];
  /** @type {{ specifiers: string[], callback: Callback | undefined }[]} */
  #accepts = [];
  /** @type {{ callback: Callback, isPrune: boolean }[]} */
  #endings = [];
  #declined = false;
  #invalidated = false;

  /** @param {SourceTextModule} module @param {import("./update.cjs").Updates} updates */
  constructor(module, updates) {
    this.#module = module;
    this.#updates = updates;
    /** The object the version before filled in its dispose handlers. @type {Record<string, any>} */
    this.data = module.handed ?? {};
  }

  /**
   * `accept()`, `accept(callback)`: updates of this module are its own affair.
   * `accept(specifier, callback?)`, `accept(specifiers, callback?)`: those of what it imports.
   * @param {string | string[] | Callback} [first]
   * @param {Callback} [callback]
   */
  accept(first, callback) {
    const check = (/** @type {unknown} */ value) => {
      if (value !== undefined && typeof value !== "function") {
        throw new TypeError("import.meta.hot.accept: the callback must be a function");
      }
    };
    if (typeof first === "string" || Array.isArray(first)) {
      check(callback);
      const isOne = typeof first === "string";
      this.#accepts.push({
        specifiers: isOne ? [first] : [...first],
        callback: isOne && callback ? (namespaces) => callback(namespaces[0]) : callback,
      });
    } else {
      check(first);
      this.#selfAccepts.push(first ?? (() => {}));
    }
  }

  decline() {
    this.#declined = true;
  }

  /** @param {(data: Record<string, any>) => unknown} callback */
  dispose(callback) {
    this.#endings.push({ callback, isPrune: false });
  }

  /** @param {() => unknown} callback */
  prune(callback) {
    this.#endings.push({ callback, isPrune: true });
  }

  /** During an update: it can't be accepted after all. Else: evaluate this module anew. */
  invalidate() {
    this.#invalidated = true;
    this.#updates.invalidated(this.#module);
  }

  // What follows is the runtime's, not the module's.

  /** @param {Hot} hot */
  static stateOf(hot) {
    return {
      acceptsItself: hot.#selfAccepts.length > 0,
      isDeclined: hot.#declined,
      isInvalidated: hot.#invalidated,
      accepts: hot.#accepts,
      selfAccepts: hot.#selfAccepts,
    };
  }

  /** Runs dispose handlers, the last first; and prune handlers when it goes for good. @param {Hot} hot @param {boolean} isPruned */
  static async end(hot, isPruned) {
    /** @type {Record<string, any>} */
    const data = {};
    for (const { callback, isPrune } of [...hot.#endings].reverse()) {
      if (!isPrune) await callback(data);
      else if (isPruned) await callback();
    }
    return data;
  }
}

module.exports = { Hot };
