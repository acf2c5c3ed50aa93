// @ts-check
"use strict";

// What CommonJS has opened that throws outside of every update is ended as soon as it has thrown: whoever has required it may have caught
// that, and nobody would end it.

const { Loader, parentOf } = require("../../commonjs/commonjs.cjs");
const { SafeSet, SafeWeakMap, insist, queueMicrotask } = require("../../intrinsics.cjs");
const { isAlone } = require("./required-since.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {import("../hot/hot.cjs").Hot} Hot */
/** @typedef {import("./commonjs-module.cjs").CommonJsModule} CommonJsModule */
/**
 * What it needs of the graph's CommonJS.
 * @typedef {object} Host
 * @property {(instance: LoaderModule) => void} take it is another version of a module
 * @property {(module: CommonJsModule) => void} forget it is of the program no more
 * @property {(module: CommonJsModule, hot: Hot) => void} end what a version that threw has opened
 */

class EndedOnceThrown {
  #host;
  /** Modules with a version before that ended well, and that the program has taken out of the cache itself. @type {WeakMap<CommonJsModule, true>} */
  #hadAnother = new SafeWeakMap();

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
  }

  /**
   * Another version is about to take the place of the one that it has.
   * @param {CommonJsModule} module
   * @param {Hot | undefined} own what the one that it has has asked for
   */
  replaces(module, own) {
    const { instance, hot } = module;
    if (instance?.loaded) this.#hadAnother.set(module, true);
    // It was an update's business, which has evaluated it again since, and ends that one alone. Where that was given up, the module has the
    // `hot` of the version before already, which goes on: what this one has opened was ended with it.
    else if (instance && hot && hot === own) this.asks(module, instance, hot);
  }

  /** A version has asked for its `module.hot`. @param {CommonJsModule} module @param {LoaderModule} instance @param {Hot} hot */
  asks(module, instance, hot) {
    if (instance.loaded) return;
    // The program has time for it once the stack is empty: nothing that is evaluated synchronously is under way then.
    queueMicrotask(() => insist(() => this.#look(module, instance, hot)));
  }

  /** @param {CommonJsModule} module @param {LoaderModule} instance @param {Hot} hot */
  #look(module, instance, hot) {
    const cached = Loader._cache[module.file];
    if (instance.loaded || cached === instance || hasEndedEntry(instance)) return;
    if (module.hot === hot) {
      // It is the business of an update, or of who imports it.
      if (!isAlone(module)) return;
      // `try { return require(file) } catch { require.cache[file] = before; }`
      if (cached) this.#host.take(cached);
      // Who keeps what the version before exports goes on with it, and with what that has by `hot.keep`.
      else if (!this.#hadAnother.has(module)) this.#host.forget(module);
    }
    this.#host.end(module, hot);
  }
}

/**
 * Nobody has caught it, and the program's entry point threw it, too: the program ends by that, or listens for "uncaughtException" and goes
 * on with what is open.
 * @param {LoaderModule} instance
 */
function hasEndedEntry(instance) {
  /** @type {LoaderModule | null | undefined} */
  let at = instance;
  for (const seen = new SafeSet(); at && !at.loaded && !seen.has(at); at = parentOf(at)) {
    if (at === process.mainModule) return true;
    seen.add(at);
  }
  return false;
}

module.exports = { EndedOnceThrown };
