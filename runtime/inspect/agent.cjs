// @ts-check
"use strict";

// In the program: tells the page of updates as they end, and of the module graph while somebody looks at it.

const events = require("../hot-events.cjs");
const { clearInterval, now, setInterval, setTimeout } = require("../intrinsics.cjs");
const { isProjectFile } = require("../project-files.cjs");
const { observers } = require("../session/consumers.cjs");
const { Difference } = require("./difference.cjs");
const { entryOf, errorOf } = require("./entry.cjs");
const { nameOf, namesOf } = require("./name.cjs");

/** @typedef {import("./wire").NewEntry} NewEntry */
/** @typedef {import("./wire").WirePatch} WirePatch */

/**
 * @typedef {object} Listener
 * @property {(entry: NewEntry) => void} entry
 * @property {(patch: WirePatch) => void} patch
 */

/** Milliseconds between an update and the look at the graph: what belongs to a burst is one look. */
const SOON = 30;
/** Milliseconds between looks for modules that were loaded meanwhile. */
const NOW_AND_THEN = 400;

const RUNTIME = require.resolve("../esm/index.cjs");

class Agent {
  #listener;
  #source;
  #difference = new Difference();
  /** How often files were evaluated anew. @type {Map<string, number>} */
  #evaluations = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  #soon;
  /** @type {NodeJS.Timeout | undefined} */
  #interval;
  #extent = "";
  /** Of transactions of `sync.*` and `hmr`. @type {WeakMap<object, number>} */
  #begun = new WeakMap();

  /** @param {Listener} listener @param {boolean} source are lines of code told? */
  constructor(listener, source) {
    this.#listener = listener;
    this.#source = source;
    events.on("update", (outcome) => {
      if (outcome.type === "accepted") for (const file of outcome.evaluated) this.#evaluated(file);
      this.#listener.entry(entryOf(outcome, this.#source));
      this.#lookSoon();
    });
    events.on("error", (failure) => {
      // Updates that failed come as updates. This is a handler that threw.
      if (failure.type === undefined) this.#failed("handlerError", failure.error, [failure.file], failure);
    });
    observers.add({
      before: (transaction) => void this.#begun.set(transaction, now()),
      after: (transaction) => {
        const { files, consumers, changed, isHot } = transaction;
        if (isHot) return;
        // The rehearsal on a module of our own (warm-up.cjs).
        if (!files.every(isProjectFile)) return;
        for (const file of files) this.#evaluated(file);
        const evaluated = namesOf(files);
        const acceptedBy = [...new Set(consumers.map(({ from }) => nameOf(from)))];
        const milliseconds = this.#since(transaction);
        this.#listener.entry({
          ...{ type: "accepted", files: namesOf(changed), evaluated, acceptedBy, milliseconds },
        });
        this.#lookSoon();
      },
      rolledBack: () => {},
      failed: ({ error, file, isLinkError }, files) => {
        this.#failed(isLinkError ? "linkError" : "evaluationError", error, files, { file });
      },
    });
  }

  /** @param {object} transaction */
  #since(transaction) {
    const begun = this.#begun.get(transaction);
    return begun === undefined ? undefined : now() - begun;
  }

  /** @param {string} file */
  #evaluated(file) {
    this.#evaluations.set(file, (this.#evaluations.get(file) ?? 0) + 1);
  }

  /**
   * @param {NewEntry["type"]} type
   * @param {unknown} error
   * @param {string[]} files
   * @param {import("../esm/update/outcome.cjs").Place} place
   */
  #failed(type, error, files, place) {
    this.#listener.entry({
      type,
      files: namesOf(files),
      error: errorOf(error, place, this.#source),
    });
  }

  /** How many pages are open. With none, nothing is looked at. @param {number} count */
  viewers(count) {
    clearInterval(this.#interval);
    this.#interval = undefined;
    if (count === 0) return;
    this.#lookSoon();
    this.#interval = setInterval(() => this.#lookIfMore(), NOW_AND_THEN);
    this.#interval.unref();
  }

  #lookIfMore() {
    const extent = extentOfGraph();
    if (extent === this.#extent) return;
    this.#extent = extent;
    this.#lookSoon();
  }

  #lookSoon() {
    if (this.#soon) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      if (this.#interval) this.#look();
    }, SOON);
    this.#soon.unref();
  }

  #look() {
    try {
      const { collect } = require("./collect.cjs");
      const patch = this.#difference.to(collect(this.#evaluations));
      if (patch) this.#listener.patch(patch);
    } catch (error) {
      // The page is no reason for a program to end.
      events.say(`the page can't show the module graph: ${events.textOf(error)}`);
    }
  }
}

/** Changes when modules come and go, are evaluated, or say what they accept. Cheap. */
function extentOfGraph() {
  const { Loader } = require("../commonjs/commonjs.cjs");
  /** @type {typeof import("../esm/index.cjs") | undefined} */
  const runtime = require.cache[RUNTIME]?.exports;
  const modules = runtime?.graph?.modules ?? new Map();
  let evaluated = 0;
  let said = 0;
  for (const { status, hot } of modules.values()) {
    if (status === "evaluated") evaluated++;
    if (!hot) continue;
    const { accepts, selfAccepts, isDeclined } = require("../esm/hot/hot.cjs").Hot.stateOf(hot);
    said += accepts.length + selfAccepts.length + Number(isDeclined);
  }
  return [Object.keys(Loader._cache).length, modules.size, evaluated, said].join(" ");
}

module.exports = { Agent };
