// @ts-check
"use strict";

// What updates of `import.meta.hot` have taken care of: sync.* and hmr(), whose updates come after them, have nothing to do for it.

const { aboveInPlan } = require("../../session/above-in-plan.cjs");
const { isTouched, now, stateOf } = require("../../file-state.cjs");

/** Milliseconds in which they are told of what was saved, however busy the machine is. */
const LATELY = 1000;

class TakenCareOf {
  /** What was updated, or failed to be, as it was then. @type {Map<string, { state: string, isLive: boolean, isAccepted?: boolean }>} */
  #done = new Map();
  /** What updates here were about, as it was then; "" as long as nobody asks. @type {Map<string, string>} */
  #told = new Map();
  /** What the update that was begun last is about. @type {Set<string>} */
  #begun = new Set();
  /** What it was not about, and has read all the same, as it was just before. @type {Map<string, string>} */
  #read = new Map();
  /** Are there sync.* or hmr(), which ask? */
  #isAsked = false;
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
    const done = this.#done.get(file);
    return done && done.state === stateOf(file) ? done.isLive : null;
  }

  /** Was whoever imports what is live evaluated, too, or has accepted it? @param {string} file */
  isAccepted(file) {
    return this.#done.get(file)?.isAccepted === true;
  }

  /**
   * Was it saved just now, and are updates here still to be told? The engine waits a moment with what does not parse, and with all that
   * was saved with it; and what failed in an update of sync.* is planned there with whatever comes next.
   * @param {string} file
   */
  isToBeTold(file) {
    if (this.#others.has(file) || !isTouched(file, now() - LATELY, now() + LATELY)) return false;
    return this.#told.get(file) !== stateOf(file);
  }

  /** An update begins. No file is looked at unless somebody asks: a save is live sooner. @param {import("../../../native/addon").JsGroup[]} groups of the engine's plan */
  begin(groups) {
    this.#begun.clear();
    this.#read.clear();
    for (const { modules } of groups) {
      for (const { changed, file } of modules) {
        if (!changed) continue;
        this.#begun.add(file);
        this.#told.set(file, this.#isAsked ? stateOf(file) : "");
        this.#others.delete(file);
      }
    }
  }

  /** sync.* or hmr() have come. What updates were about by then is what there is: more is not known, and what is saved from now on is. */
  isAskedFromNowOn() {
    this.#isAsked = true;
    for (const file of this.#told.keys()) this.#told.set(file, stateOf(file));
  }

  /**
   * The update is about to read a file again that is evaluated anew for what it imports (in a cycle it has another body). Should that have been
   * saved just then, it is live with this update, and the engine never tells us of it.
   * @param {string} file
   */
  reads(file) {
    if (this.#isAsked) this.#read.set(file, stateOf(file));
  }

  /** Is the update that was begun last about it? @param {string} file */
  isBegun(file) {
    return this.#begun.has(file);
  }

  /** They were not told: it is nobody's here. @param {string} file */
  isNotTold(file) {
    this.#done.delete(file);
    this.#others.add(file);
  }

  /**
   * An update has ended.
   * @param {string[]} asked that it was about
   * @param {import("../../../native/addon").JsGroup[]} groups of the engine's plan
   * @param {import("../update/outcome.cjs").Outcome[]} outcomes
   * @param {string[]} unlinked what was left to sync.* and hmr(), since what holds it could not be linked
   */
  note(asked, groups, outcomes, unlinked) {
    for (const file of asked) this.#done.delete(file);
    if (!this.isEmpty) this.#leaveAbove(asked, groups, outcomes);
    for (const outcome of outcomes) {
      const { type, files } = outcome;
      if (type === "declined") continue;
      // It was evaluated before nobody accepted it, or not at all.
      const begun = type === "unaccepted" ? outcome.evaluated : files;
      const isAccepted = type === "accepted";
      const isLive = isAccepted || type === "unaccepted";
      for (const file of files) {
        if (begun.includes(file)) this.#done.set(file, { state: stateOf(file), isLive, isAccepted });
      }
      if (isLive && this.#read.size > 0) this.#noteRead(outcome.evaluated, files);
      if (isLive && this.#isAsked && files.length < asked.length) this.#noteFirst(outcome.evaluated, asked);
    }
    // Of JSON there are two modules: what imports it may have gone on without what requires it.
    for (const file of unlinked) this.#done.delete(file);
  }

  /**
   * What was saved, too, and loaded by it: it was no module of the graph when that began, and is in no outcome. Nobody has an older
   * instance, who would have kept it there; evaluated once more, it would be another one than what has loaded it has.
   * @param {string[]} evaluated
   * @param {string[]} asked what it was about
   */
  #noteFirst(evaluated, asked) {
    for (const file of evaluated) {
      const state = this.#told.get(file);
      if (state !== undefined && asked.includes(file) && !this.#done.has(file)) {
        this.#done.set(file, { state, isLive: true });
      }
    }
  }

  /** @param {string[]} evaluated @param {string[]} files what it was about */
  #noteRead(evaluated, files) {
    for (const file of evaluated) {
      const state = this.#read.get(file);
      if (state === undefined || files.includes(file)) continue;
      this.#done.set(file, { state, isLive: true });
      this.#told.set(file, state);
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
