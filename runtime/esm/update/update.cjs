// @ts-check
"use strict";

// Updates: one at a time, what arrives meanwhile is one more.

const events = require("../../hot-events.cjs");
const { IntrinsicPromise, insist, react, setImmediate } = require("../../intrinsics.cjs");
const { checkSpecifiers } = require("../hot/acceptance.cjs");
const { renewWaiting } = require("../namespace/at-file-url.cjs");
const { letGoOfReleased } = require("../namespace/released-facades.cjs");
const deepFrames = require("../positions/deep-frames.cjs");
const { Update } = require("./apply-update.cjs");
const { Hot } = require("../hot/hot.cjs");
const { HotModule } = require("../graph/module-record.cjs");
const { fileOf } = require("./outcome.cjs");
const { overdue, patience, waits } = require("./patience.cjs");
const { PlainUpdate } = require("./plain-update.cjs");
const { importsOf, isHeld } = require("./prune.cjs");
const { relative } = require("../../report.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("./outcome.cjs").Outcome} Outcome */
/** @typedef {import("./outcome.cjs").Place} Place */

class Updates {
  #graph;
  #plan;
  /** @type {Promise<unknown>} */
  #last = IntrinsicPromise.resolve();
  /** What the next update is about, if one is asked for. @type {Set<Module>} */
  #waiting = new Set();
  /** @type {Promise<Outcome[]> | null} */
  #next = null;
  /** @type {PlainUpdate | null} */
  #running = null;
  /** Said `invalidate()`, and were not evaluated since. @type {Set<HotModule>} */
  #invalidated = new Set();
  /** What the update in flight is about. @type {Module[]} */
  #changed = [];
  /** They import what was replaced, by a declaration, and were not evaluated since. @type {Set<Module>} */
  #stale = new Set();
  /** Called when the update in flight takes long. @type {() => void} */
  onHanging = () => {};
  /** Called when an update has ended, whoever has asked for it. */
  onEnded = () => this.renewStale();
  /** Called with outcomes of updates that nobody asked for from outside. @type {(outcomes: Outcome[]) => void} */
  onOutcomes = () => {};
  /** How the file's present text was refused before, and with which files. @type {(file: string) => Pick<Outcome, "type" | "files"> | null} */
  refusedAs = () => null;
  /** Does it hold what did not go live, and threw maybe? @type {(file: string) => boolean} */
  hasFailed = () => false;
  /** Was it refused before, and is tried again with something else? @type {(file: string) => boolean} */
  comesAlong = () => false;
  /** Files that do not link, or wait for one that does not, and are left to sync.* and hmr() to tell of. @type {Set<string>} */
  #leftUnlinked = new Set();
  /** Those of them that no later update was about. @type {Set<string>} */
  #stillUnlinked = new Set();
  /** Where an error is from. @type {(error: unknown, files: string[]) => Place} */
  placeOf = () => ({});

  /** @param {Graph} graph @param {typeof import("../../../native/addon").hotPlan} plan */
  constructor(graph, plan) {
    this.#graph = graph;
    this.#plan = plan;
  }

  /** Has one begun whose new versions are neither live nor given up? */
  get isInFlight() {
    return this.#running !== null;
  }

  /** Whoever hangs is told of: to be called of the program's updates, not of rehearsed ones. */
  tellOfHanging() {
    patience.onOverdue = ({ what, file }) => {
      const whose = file();
      const name = whose ? `${relative(whose)}: ` : "";
      // What is pruned is in no graph any more, and nobody watches it.
      const isGone = whose !== undefined && this.#graph.modules.ofFile(whose).length === 0;
      const its = isGone ? "what imported it" : "it, or what it imports,";
      const [it, seconds] = [whose ? its : "a file", patience.milliseconds / 1000];
      events.say(
        `${name}${what} has not ended for ${seconds} s, and other changes wait for it; to give it up save ${it} again`,
      );
      this.onHanging();
    };
  }

  /**
   * Files were saved while an update is in flight: if that hangs at one of them, it hangs no longer.
   * @param {() => string[]} saved
   */
  newer(saved) {
    const hanging = overdue();
    if (hanging.length === 0) return;
    const files = saved();
    for (const { file, giveUp } of hanging) {
      const whose = file();
      if (!whose ? files.length > 0 : this.#concerns(whose, files)) giveUp();
    }
  }

  /** Is one of `files` what is updated, what it hangs at, or what that imports? @param {string} whose @param {string[]} files */
  #concerns(whose, files) {
    const below = new Set([...this.#changed, ...this.#graph.modules.ofFile(whose)]);
    for (const module of below) {
      if (files.includes(fileOf(module))) return true;
      for (const imported of importsOf(module)) below.add(imported);
    }
    return false;
  }

  /**
   * A version's `import.meta.hot`, or `module.hot`.
   * @param {HotModule} module
   * @param {boolean} [isWebpacks] it asks by webpack's name
   */
  hotOf(module, isWebpacks = !module.isSourceText) {
    module.hot ??= new Hot(module, {
      invalidated: (which, message) => this.#invalidate(which, message),
      accepts: checkSpecifiers,
      status: () => (this.#running ? "apply" : "idle"),
    });
    if (isWebpacks) Hot.markWebpacks(module.hot);
    return module.hot;
  }

  /**
   * Files changed.
   * @param {string[]} files
   * @param {boolean} [isUpToDate] the graph has what Node has loaded
   * @returns {Promise<Outcome[]>}
   */
  ofFiles(files, isUpToDate = false) {
    const { commonJs, modules } = this.#graph;
    if (!isUpToDate) commonJs?.refresh([]);
    if (waits.size > 0) this.newer(() => files);
    const isOne = files.length === 1;
    return this.request(
      isOne ? modules.ofFile(files[0]) : [...new Set(files)].flatMap((file) => modules.ofFile(file)),
    );
  }

  /**
   * Updates changed modules, after the update that may be in flight; with what others ask for meanwhile.
   * @param {Iterable<Module>} changed
   * @returns {Promise<Outcome[]>} one for each group of changes that belong together
   */
  request(changed) {
    for (const module of changed) {
      this.#waiting.add(module);
      this.#stale.delete(module);
    }
    this.#next ??= this.alone(() => this.#run());
    return this.#next;
  }

  /**
   * Other work on the graph, when it is its turn.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async alone(work) {
    const last = this.#last;
    /** @type {(value?: unknown) => void} */
    let end = () => {};
    this.#last = new IntrinsicPromise((resolve) => {
      end = resolve;
    });
    // By `await` alone, which asks no `then` of the program's: nobody handles what fails here, and no update would come any more.
    await last;
    try {
      return await work();
    } finally {
      // Many reloads within one turn of the event loop keep every old instance alive.
      setImmediate(end);
    }
  }

  /** @returns {Promise<Outcome[]>} */
  async #run() {
    // First of all: should anything here fail, there is another.
    this.#next = null;
    const changed = [...this.#waiting];
    this.#waiting.clear();
    this.#changed = changed;
    const { comesAlong, hasFailed, refusedAs, placeOf } = this;
    /** @type {Set<Module>} */
    const overlooked = new Set();
    this.#running = new PlainUpdate(this.#graph, (started, handedOn) => {
      const sets = { handedOn, overlooked, leftUnlinked: this.#leftUnlinked, stale: this.#stale };
      const host = { comesAlong, hasFailed, refusedAs, placeOf, started, ...sets };
      return new Update(this.#graph, this.#plan, host);
    });
    let finish;
    const { listeners } = this.#graph;
    if (listeners.hears("status")) await listeners.emit("status", "apply");
    deepFrames.begin();
    try {
      finish = await this.#running.run(changed);
    } finally {
      deepFrames.end();
      const { handedOn } = this.#running;
      this.#running = null;
      const late = new Set([...this.#invalidated].filter((it) => isInvalid(it) && !handedOn.has(it)));
      const seenTo = [...changed, ...this.#invalidated];
      this.#invalidated.clear();
      // As in Vite, and other than in dynohot, which would never ask a root's handlers again.
      for (const it of seenTo) if (it instanceof HotModule && it.hot && !late.has(it)) Hot.revalidate(it.hot);
      for (const module of late) this.#schedule(module);
      if (listeners.hears("status")) await listeners.emit("status", "idle");
    }
    // The program first: whoever waits for the new code need not wait for our books.
    await nextTurn();
    renewWaiting();
    const outcomes = await finish();
    if (overlooked.size > 0) this.#ask(overlooked);
    letGoOfReleased();
    this.onEnded();
    return outcomes;
  }

  /**
   * @param {string[]} asked files that the update was about
   * @returns {string[]} those that do not link, and of which sync.* and hmr() tell: they are not live
   */
  takeLeftUnlinked(asked) {
    const files = [...this.#leftUnlinked];
    this.#leftUnlinked.clear();
    if (this.#stillUnlinked.size > 0) for (const file of asked) this.#stillUnlinked.delete(file);
    for (const file of files) this.#stillUnlinked.add(file);
    return files;
  }

  /** Is what the file holds known not to go live here, whatever sync.* and hmr() make of it? @param {string} file */
  isInVain(file) {
    return this.#stillUnlinked.has(file) || this.hasFailed(file);
  }

  /** Of what has an old instance of what it imports the engine asks for some by itself: it has. */
  renewStale() {
    if (this.#stale.size === 0) return;
    const graph = this.#graph;
    const stale = [...this.#stale].filter((module) => graph.modules.holds(module) && isHeld(graph, module));
    this.#stale.clear();
    if (stale.length > 0) this.#ask(stale);
  }

  /** What is as its file is, and to be evaluated anew all the same. @param {string[]} files */
  renew(files) {
    this.#graph.commonJs?.refresh([]);
    this.#ask(files.flatMap((file) => this.#graph.modules.ofFile(file)));
  }

  /** Asks for an update that nobody else has asked for. @param {Iterable<Module>} changed */
  #ask(changed) {
    const isWaitedFor = this.#next !== null;
    const outcomes = this.request(changed);
    if (isWaitedFor) return;
    // Nobody waits for it: what failed here would be the end of the process.
    void react(
      outcomes,
      (them) => this.onOutcomes(them),
      (error) => insist(() => events.sayFailed(error)),
    );
  }

  /** @param {HotModule} module @param {string | undefined} message */
  #invalidate(module, message) {
    void events.emit("invalidate", { file: module.file, message });
    // In an update: when its turn is still to come or just now, the update takes care.
    if (!this.#running) {
      this.#schedule(module);
      return false;
    }
    this.#invalidated.add(module);
    return true;
  }

  /** @param {HotModule} module */
  #schedule(module) {
    if (module.hot) Hot.postpone(module.hot);
    if (this.#invalidated.has(module)) return;
    this.#invalidated.add(module);
    // Out of the caller's own stack.
    setImmediate(() =>
      insist(() => {
        this.#invalidated.delete(module);
        // An update that came first may have seen to it.
        if (isInvalid(module)) this.#ask([module]);
      }),
    );
  }
}

/** @param {HotModule} module */
const isInvalid = (module) => module.hot !== null && Hot.stateOf(module.hot).isInvalidated;

function nextTurn() {
  return new IntrinsicPromise((resolve) => void setImmediate(resolve));
}

module.exports = { Updates };
