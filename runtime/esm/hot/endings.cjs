// @ts-check
"use strict";

// What a version has to end: its dispose and prune handlers, and what it owns, in the order in which it said so.

const events = require("../../hot-events.cjs");
const { isPromise, react } = require("../../intrinsics.cjs");
const { relative } = require("../../report.cjs");
const { settled } = require("../update/patience.cjs");
const { HandedOn } = require("./lasting-data.cjs");
const { endKept } = require("./resources.cjs");

/** @typedef {import("../graph/module-record.cjs").HotModule} HotModule */
/** @typedef {import("./hot.cjs").Callback} Callback */
/** @typedef {{ callback: Callback, when: "dispose" | "prune", isOwned?: boolean }} Ending */

class Endings {
  #module;
  /** @type {Ending[]} */
  #endings = [];
  /** For the next version. */
  #handedOn = new HandedOn();

  /** @param {HotModule} module */
  constructor(module) {
    this.#module = module;
  }

  get isEmpty() {
    return this.#endings.length === 0;
  }

  /** @param {Ending} ending */
  add(ending) {
    this.#endings.push(ending);
  }

  /** Called after all that the module adds itself. @param {Ending} ending */
  addLast(ending) {
    this.#endings.unshift(ending);
  }

  /** @param {Callback} callback */
  removeDispose(callback) {
    const last = this.#endings.findLastIndex((it) => it.callback === callback && it.when === "dispose");
    if (last >= 0) this.#endings.splice(last, 1);
  }

  /**
   * Runs dispose handlers, the last first; and prune handlers when it goes for good. Each runs once,
   * also when the update then fails and the next one disposes this version again.
   * @param {Record<string, any>} own the version's `data`
   * @param {{ isPruned?: boolean, data?: Record<string, any>, onThrown?: (error: unknown, what: string) => unknown }} [how] `onThrown`: the version goes
   *   for good, so that a handler that throws keeps no other one from its turn: nobody would end what those are to end
   * @returns {Promise<Record<string, any>>} what is handed on
   */
  async end(own, { isPruned = false, data, onThrown } = {}) {
    const { handed, note } = this.#handedOn.begin(own, data);
    /** @type {Ending[]} */
    const later = [];
    try {
      for (let ending = this.#endings.pop(); ending; ending = this.#endings.pop()) {
        if (ending.when === "dispose") await this.#run(ending, handed, onThrown);
        else later.unshift(ending);
      }
    } finally {
      this.#endings.push(...later);
      note();
    }
    if (isPruned) {
      // As in Vite, after the dispose handlers: it gets what these have put there.
      for (let ending = this.#endings.pop(); ending; ending = this.#endings.pop()) {
        await this.#run(ending, handed, onThrown);
      }
      await endKept(this.#module, onThrown);
    }
    return handed;
  }

  /**
   * The same as far as no handler awaits: sync.require() and resync() of CommonJS are done when they return.
   * @param {Record<string, any>} own
   * @returns {Record<string, any> | Promise<Record<string, any>>} what is handed on
   */
  endAtOnce(own) {
    const { handed, note } = this.#handedOn.begin(own);
    try {
      for (let at = this.#endings.length - 1; at >= 0; at--) {
        if (this.#endings[at].when !== "dispose") continue;
        const [{ callback }] = this.#endings.splice(at, 1);
        const ended = settled(callback(handed), "a dispose handler", () => this.#module.file);
        if (isPromise(ended)) return react(ended, () => this.end(own));
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

  /** Its version was replaced before. @param {Callback} callback of what it has come to own only now */
  async endLate(callback) {
    const { file } = this.#module;
    try {
      await callback();
    } catch (error) {
      events.say(
        `${relative(file)}: what a replaced version owns was to be ended, and threw: ${events.textOf(error)}`,
      );
    }
  }

  /** The version goes on, as the next one has thrown. @param {Record<string, any>} own */
  showHanded(own) {
    this.#handedOn.show(own);
  }

  /** Its version was replaced, or given up: what it came to own since it was disposed is ended. */
  retire() {
    this.#handedOn.end();
    const owned = this.#endings.filter(({ isOwned }) => isOwned);
    this.#endings = this.#endings.filter(({ isOwned }) => !isOwned);
    for (const { callback } of owned.reverse()) void this.endLate(callback);
  }
}

module.exports = { Endings };
