// @ts-check
"use strict";

// Files that hold what did not go live. What runs is older than they are, and an edit of another file may be what they lacked: so
// they come again with every change that may mend them, and with no other. A line says what is wrong with a text once, not at
// each of these attempts. A file is let go when a version of it goes live, when it holds again what runs, and when it leaves
// the graph.

const { isTouched, now, stateOf } = require("../../file-state.cjs");
const { waitElsewhere } = require("./led-elsewhere.cjs");
const { blamed } = require("./blamed.cjs");
const { companyOf } = require("./company.cjs");
const { leftOut } = require("./left-out.cjs");
const { isReadAs, textOf } = require("../graph/taken-by-node.cjs");
const { aboutOf } = require("../update/outcome.cjs");

/** @typedef {import("../update/outcome.cjs").Outcome} Outcome */
/**
 * A refused file as it was then: the files of that update, and what the error was about, in words, too.
 * @typedef {{ type: Outcome["type"], files: string[], place: string | undefined, about: string, state: string }} Refused
 */

/** Nothing was evaluated. @type {Set<Outcome["type"]>} */
const NOT_BEGUN = new Set(["declined", "linkError", "unaccepted"]);
/** @type {Set<Outcome["type"]>} */
const THREW = new Set(["evaluationError"]);
/** @type {Set<string>} */
const NONE = new Set();

class Refusals {
  #session;
  #graph;
  /** @type {Map<string, Refused>} */
  #refused = new Map();
  /** What else may be why they threw the last time. @type {Map<string, string[]>} */
  #blamed = new Map();
  /** Threw with what holds again what runs: they may not throw any more. @type {Set<string>} */
  #again = new Set();
  /** Files that the update in flight reads by itself, as they were when it began. @type {Map<string, string>} */
  #before = new Map();
  /** When the update in flight began, in milliseconds. */
  #begunAt = 0;
  /** What did not go live in the update that has just ended, as that has read it. @type {Map<string, string>} */
  #tried = new Map();

  /** @param {import("../../../native/addon").Session} session @param {import("../graph/graph.cjs").Graph} graph */
  constructor(session, graph) {
    this.#session = session;
    this.#graph = graph;
  }

  /** Is there anything that did not go live? */
  get hasAny() {
    return this.#refused.size > 0;
  }

  /** What holds it. */
  get files() {
    return [...this.#refused.keys()];
  }

  /** Does it hold what did not go live? @param {string} file */
  holds(file) {
    return this.#refused.has(file);
  }

  /**
   * Files of a plan that would throw again for nothing.
   * @param {import("../../../native/addon").JsGroup[]} groups
   * @returns {Set<string>}
   */
  leftOut(groups) {
    return this.hasAny ? leftOut(groups, (file) => this.#menders(file)) : NONE;
  }

  /** @param {string[]} asked files that an update is about @returns {string[]} those that are to be tried with them */
  companyOf(asked) {
    return this.hasAny ? companyOf(asked, this.#refused, this.#graph) : [];
  }

  /** How, if what the file holds is known to be nothing that anybody takes, or that links. @param {string} file */
  refusedAs(file) {
    return this.#known(file, NOT_BEGUN);
  }

  /** Is what the file holds known not to go live? What it holds since may mend it, and is none to be done without. @param {string} file */
  hasFailed(file) {
    return this.#known(file) !== null;
  }

  /** An update is about to begin. @param {string[]} files that it reads by itself: no text of them is planned */
  begin(files) {
    // In this very millisecond what it is about may have been saved.
    this.#begunAt = now() + 1;
    this.#before.clear();
    for (const file of files) this.#before.set(file, stateOf(file));
  }

  /** It goes on in another turn, in which they may be saved as they are: that is to try them again. @param {string[]} files */
  begun(files) {
    // On a busy machine that turn comes late.
    for (const file of files) {
      if (this.#before.has(file)) continue;
      this.#before.set(file, isTouched(file, this.#begunAt) ? "newer" : stateOf(file));
    }
  }

  /** It has ended, and what its texts were is known still: what is saved from now on was not tried. @param {Outcome[]} outcomes */
  end(outcomes) {
    const files = outcomes.flatMap(({ type, files }) => (type === "accepted" ? [] : files));
    this.#tried = new Map(files.map((file) => [file, this.#stateTried(file)]));
    for (const outcome of outcomes) for (const file of outcome.files) this.#again.delete(file);
    this.#before.clear();
  }

  /** @param {string} file */
  #stateTried(file) {
    // What was saved since may be what it lacked.
    if (!isReadAs(this.#graph.loader, file, textOf(file))) return "newer";
    return this.#before.get(file) ?? stateOf(file);
  }

  /**
   * Has the text that the file holds ended so?
   * @param {string} file
   * @param {Set<Outcome["type"]>} [types] one of these; else in any way
   */
  #known(file, types) {
    const known = this.#refused.get(file);
    return known && (!types || types.has(known.type)) && known.state === stateOf(file) ? known : null;
  }

  /** What may mend a file whose very text threw. @param {string} file */
  #menders(file) {
    const known = this.#again.has(file) ? null : this.#known(file, THREW);
    return known && [...known.files, ...(this.#blamed.get(file) ?? [])];
  }

  /**
   * Who else may be why an update failed. The engine is told: it hands out these files again when one of those changes.
   * @param {Outcome[]} outcomes
   */
  blame(outcomes) {
    // What a version that failed has required, or imported by import(), is in no graph, and may be what is to be mended.
    const required = this.#graph.commonJs?.takeAttempted() ?? [];
    const attempted = [...required, ...this.#graph.importedInVain];
    this.#graph.importedInVain = [];
    for (const outcome of outcomes) {
      if (outcome.type !== "evaluationError" && outcome.type !== "linkError") continue;
      if (outcome.type === "linkError") waitElsewhere(this.#graph, this.#session, outcome.files);
      const isThrown = outcome.type === "evaluationError";
      const isOfAttempted = isThrown && attempted.length > 0;
      if (isOfAttempted) {
        this.#session.blame(outcome.files, attempted);
        for (const file of outcome.files) this.#blamed.set(file, attempted);
      }
      for (const [file, others] of blamed(this.#graph, outcome)) {
        this.#session.blame([file], others);
        this.#blamed.set(file, isOfAttempted ? [...others, ...attempted] : others);
      }
    }
  }

  /** @param {Outcome} outcome @returns {boolean} false: it is known of all these texts that they end so */
  note(outcome) {
    const { files, type } = outcome;
    const place = "error" in outcome ? outcome.file : undefined;
    const state = (/** @type {string} */ file) => this.#tried.get(file) ?? stateOf(file);
    // Another file may be to blame, which has other faults by now.
    const about = "error" in outcome ? aboutOf(outcome) : "";
    const states = files.map((file) => ({ type, files, place, about, state: state(file) }));
    const isKnown = (/** @type {string} */ file, /** @type {number} */ index) => {
      const known = this.#refused.get(file);
      return known?.type === type && known.about === about && known.state === states[index].state;
    };
    if (files.every(isKnown) && files.length > 0) return false;
    files.forEach((file, index) => {
      this.#refused.set(file, states[index]);
    });
    return true;
  }

  /** May a change of it mend what was refused? @param {string} file */
  awaits(file) {
    return [...this.#blamed].some(([refused, others]) => this.#refused.has(refused) && others.includes(file));
  }

  /** A version of it is live, or it has left the graph. @param {string} file */
  forget(file) {
    this.#refused.delete(file);
    this.#again.delete(file);
    this.#blamed.delete(file);
  }

  /** It holds again what runs. @param {string} file @returns {boolean} was it refused? */
  restored(file) {
    const { files = [] } = this.#refused.get(file) ?? {};
    for (const other of files) if (this.#refused.get(other)?.place !== other) this.#again.add(other);
    return this.#refused.delete(file);
  }
}

module.exports = { Refusals };
