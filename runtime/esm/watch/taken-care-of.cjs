// @ts-check
"use strict";

// What updates of `import.meta.hot` have taken care of: sync.* and hmr(), whose updates come after them, have nothing to do for it.

const { aboveInPlan } = require("../../session/above-in-plan.cjs");
const { stateOf } = require("../../file-state.cjs");

/** Milliseconds in which they are told of what was saved, however busy the machine is. */
const LATELY = 1000;

class TakenCareOf {
  /** What was updated, or failed to be, as it was then. @type {Map<string, { state: string, isLive: boolean }>} */
  #done = new Map();
  /** What updates here were about, as it was then. @type {Map<string, string>} */
  #told = new Map();
  /** What the update that was begun last is about. @type {Set<string>} */
  #begun = new Set();
  /** Its plan, if nobody has looked yet what the files are. @type {import("../../../native/addon").JsGroup[] | null} */
  #plan = null;
  #begunAt = 0;
  /** Are there sync.* or hmr(), which ask? */
  isAsked = false;
  /** Of what they are not told. @type {Set<string>} */
  #others = new Set();

  /** Is there nothing? */
  get isEmpty() {
    return this.#done.size === 0;
  }

  /**
   * Was this very content of a file updated?
   * @param {string} file
   * @returns {boolean | null} is it live? null: it was not our affair
   */
  outcomeOf(file) {
    this.begun();
    const done = this.#done.get(file);
    return done && done.state === stateOf(file) ? done.isLive : null;
  }

  /**
   * Was it saved just now, and are updates here still to be told? The engine waits a moment with what does not parse, and with all that
   * was saved with it; and what failed in an update of sync.* is planned there with whatever comes next.
   * @param {string} file
   */
  isToBeTold(file) {
    this.begun();
    if (this.#others.has(file) || stateOf(file, Date.now() - LATELY) !== "newer") return false;
    return this.#told.get(file) !== stateOf(file);
  }

  /** An update begins. @param {import("../../../native/addon").JsGroup[]} groups of the engine's plan */
  begin(groups) {
    if (this.#plan) this.begun();
    this.#plan = groups;
    // The time of a file says when it was saved as far as the clocks agree, no further: a shared folder's may be ahead, a fake one stands still.
    if (this.isAsked) return this.begun(Infinity);
    // A save of the millisecond in which it begins is mostly the one that it is about.
    this.#begunAt = Date.now() + 1;
  }

  /**
   * Looks what the update is about, as it was when that began: only now, since a save is live sooner without.
   * @param {number} [moment] in milliseconds: when it began, if that was not just now
   */
  begun(moment = this.#begunAt) {
    if (!this.#plan) return;
    const modules = this.#plan.flatMap((group) => group.modules);
    this.#plan = null;
    this.#begun.clear();
    for (const { changed, file } of modules) {
      if (!changed) continue;
      this.#begun.add(file);
      this.#told.set(file, stateOf(file, moment));
      this.#others.delete(file);
    }
  }

  /** Is the update that was begun last about it? @param {string} file */
  isBegun(file) {
    this.begun();
    return this.#begun.has(file);
  }

  /** They were not told: it is nobody's here. @param {string} file */
  isNotTold(file) {
    this.begun();
    this.#done.delete(file);
    this.#others.add(file);
  }

  /**
   * An update has ended.
   * @param {string[]} files that it was about
   * @param {import("../../../native/addon").JsGroup[]} groups of the engine's plan
   * @param {import("../update/outcome.cjs").Outcome[]} outcomes
   */
  note(files, groups, outcomes) {
    this.begun();
    for (const file of files) this.#done.delete(file);
    if (!this.isEmpty) this.#leaveAbove(files, groups, outcomes);
    for (const outcome of outcomes) {
      const { type, files } = outcome;
      if (type === "declined") continue;
      // It was evaluated before nobody accepted it, or not at all.
      const begun = type === "unaccepted" ? outcome.evaluated : files;
      const isLive = type === "accepted" || type === "unaccepted";
      for (const file of files) {
        if (begun.includes(file)) this.#done.set(file, { state: stateOf(file), isLive });
      }
    }
  }

  /**
   * What is left to sync.* is so with all that is above it: though that went live before, it has what there was then.
   * @param {string[]} files
   * @param {import("../../../native/addon").JsGroup[]} groups
   * @param {import("../update/outcome.cjs").Outcome[]} outcomes
   */
  #leaveAbove(files, groups, outcomes) {
    const told = new Set(outcomes.flatMap((it) => it.files));
    const left = new Set(files.filter((file) => !told.has(file)));
    if (left.size === 0) return;
    for (const group of groups) {
      for (const { file } of aboveInPlan(group, (module) => left.has(module.file))) this.#done.delete(file);
    }
  }
}

module.exports = { TakenCareOf };
