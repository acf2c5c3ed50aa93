// @ts-check
"use strict";

// From the engine's updates to those of `import.meta.hot`. The engine watches what its boundaries
// lead to: here the roots of the graph. It says which files changed; who is evaluated is `update`'s.

const native = require("../../../native/load.cjs");
const { conditions } = require("../../flags.cjs");
const { isProjectFile } = require("../../project-files.cjs");
const events = require("../../hot-events.cjs");
const { insist, react, setImmediate } = require("../../intrinsics.cjs");
const { mended, relative } = require("../../report.cjs");
const { noteUnedited, updateHasEnded, waitWith } = require("../../commonjs/gone-without.cjs");
const { letGo } = require("../../commonjs/let-go.cjs");
const { takeNews } = require("../../session/news.cjs");
const { refreshPlaces } = require("../../commonjs/node-places.cjs");
const { isLeftToHook, isMadeCommonJs } = require("../../commonjs/require-hooks.cjs");
const plannedText = require("../../commonjs/planned-text.cjs");
const { noteReading, textOfUpdate, textToRequire } = require("../../commonjs/shared-json.cjs");
const { tell } = require("../../runner/link.cjs");
const { Beginning } = require("./beginning.cjs");
const { Brought } = require("./brought.cjs");
const { chosenOf } = require("./chosen.cjs");
const { endUpdate } = require("./end-update.cjs");
const { Closed } = require("../update/closed.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { LeftBehind } = require("./left-behind.cjs");
const { Passing } = require("./passing.cjs");
const { refusedLast, withoutRepeated } = require("../update/outcome.cjs");
const { placeOf } = require("../positions/place.cjs");
const { Refusals } = require("./refusals.cjs");
const { StillImported } = require("./still-imported.cjs");
const { TakenCareOf } = require("./taken-care-of.cjs");
const { Triggers } = require("./triggers.cjs");
const { report } = require("./watch-report.cjs");
const {
  SENTENCES,
  leaveToNode,
  refuseLeftToNode,
  refuseUnreloaded,
} = require("../../session/unreloaded.cjs");
const { soon } = require("../../session/undisturbed.cjs");
const { stateOf } = require("../../file-state.cjs");
const { watchOptions } = require("../../watch-options.cjs");

/** @typedef {import("../update/outcome.cjs").Outcome} Outcome */
/**
 * @typedef {object} Runtime
 * @property {import("../../boundaries/boundaries.cjs").Boundaries} boundaries
 * @property {import("../update/update.cjs").Updates} updates
 * @property {import("../graph/graph.cjs").Graph} graph
 */

class Watch {
  #boundaries;
  /** For `chosenOf`, `endUpdate` and `report`. */
  #host;
  #session;
  #graph;
  #updates;
  #refusals;
  #stillImported;
  #closed;
  /** The update in flight. @type {Promise<void> | null} */
  #running = null;
  #takenCareOf = new TakenCareOf();
  #brought = new Brought();
  #passing = new Passing();
  /** What the update in flight has read, as it is now, because of what it imports. @type {Set<string>} */
  #readAgain = new Set();
  #beginning;
  /** What is done after the first save, if no other waits (update/rehearse.cjs). @type {(() => void) | null} */
  #rehearseMore = null;
  /** Somebody else says what changes. */
  #isStopped = false;
  /** Files that need not be modules. */
  triggers;
  /** @type {Set<string>} */
  #roots = new Set();
  /** CommonJS files that the program requires. @type {Set<string>} */
  #required = new Set();
  #left;

  /** @param {Runtime} runtime */
  constructor({ boundaries, updates, graph }) {
    const { loader } = graph;
    this.#graph = graph;
    this.#boundaries = boundaries;
    this.#session = new native.Session(
      { ...watchOptions(), conditions },
      () => this.#pump(),
      tell,
      (file, why) => void (this.#isStopped || refuseUnreloaded(file, why, graph.boundaries)),
    );
    this.#session.tellUnreloaded(false);
    this.triggers = new Triggers(this.#session);
    this.#refusals = new Refusals(this.#session, graph);
    this.#stillImported = new StillImported(this.#session, graph);
    this.#left = new LeftBehind(graph, this.#session);
    this.#beginning = new Beginning(graph, this.#session, this.#roots, () => this.#rehearse());
    this.#closed = new Closed((file) => this.#refusals.holds(file), updates);
    loader.compileFor(this.#session);
    this.#session.holdWatches();
    waitWith(this.#session);
    const problems = (/** @type {string} */ file) => this.#session.problems(file);
    graph.problemsOf = problems;
    graph.willRead = (file) => {
      if (this.#isStopped) return;
      this.#brought.read(file);
      this.#session.loading(file, false);
    };
    // In an update of the engine's alone, whose end says what became of it: another's, for `invalidate()`, may be given up.
    graph.willReadAgain = (file) => {
      if (this.#isStopped || !this.#running) return;
      this.#readAgain.add(file);
      this.#takenCareOf.reads(file);
      this.#session.loading(file, false);
    };
    graph.readInVain = (file) => {
      if (this.#readAgain.delete(file)) this.#session.readInVain(file);
    };
    graph.isShared = (file, by) => {
      if (this.#isStopped) return;
      this.#session.shares(file, by);
      this.#pumpSoon();
    };
    graph.willSupersede = () => this.#session.beginAttempt();
    graph.hasSuperseded = (isLinked) => this.#session.endAttempt(isLinked);
    graph.wasGone = (file) => this.#session.wasGone(file);
    graph.hasLeft = (file) => {
      this.#left.add(file);
      this.#closed.left(file);
      letGo(file);
      if (!this.#running && this.#forget()) this.#pumpSoon();
    };
    graph.leavesToNode = (file, why) => this.leaveToNode(file, SENTENCES[why]);
    graph.hasThrown = (files, attempted) => {
      // Each import() of it ends so, and asks for nothing more.
      if (this.#session.threw(files)) this.#session.blame(files, attempted());
    };
    updates.placeOf = (error) => placeOf(error, { loader, problems });
    this.#updates = updates;
    this.#host = {
      brought: this.#brought,
      graph,
      passing: this.#passing,
      refusals: this.#refusals,
      session: this.#session,
      stillImported: this.#stillImported,
      updates,
    };
    updates.onHanging = () => this.#pump();
    updates.onEnded = () => {
      if (!this.#running) this.#renew();
    };
    updates.refusedAs = (file) => this.#refusals.refusedAs(file);
    updates.hasFailed = (file) => this.#refusals.hasFailed(file);
    updates.onOutcomes = (outcomes) => this.#report(outcomes);
  }

  /**
   * Call it before the file is loaded: an edit in between then comes as an update, where the other
   * way round it would be lost.
   * @param {string} file
   */
  root(file) {
    const isKnown = this.#roots.has(file);
    // What was imported in vain is looked at again: it may have come, or been mended.
    if (isKnown && this.#graph.modules.ofFile(file).length > 0) return;
    this.#roots.add(file);
    if (this.#isStopped) return;
    this.#passing.imports(file);
    this.#beginning.soon();
    if (this.#running) this.#left.unload();
    // One walk for both: what is read here is what the graph is given out.
    this.#graph.loadAhead(file);
    this.#graph.loader.prepare(this.#session, file);
    if (!isKnown) this.#session.addBoundaries([file], true, true);
  }

  /** What is imported no more; the next import begins it again. @returns {boolean} there was any: what it failed with may be tried without it */
  #forget() {
    const files = this.#left.take();
    if (this.#isStopped || files.length === 0) return false;
    const roots = files.filter((file) => this.#roots.delete(file));
    if (roots.length > 0) this.#session.removeBoundaries(roots, true, true);
    for (const file of files) this.#refusals.forget(file);
    this.#stillImported.release(files);
    this.#session.unloaded(files);
    return true;
  }

  /** The first save is not to be the one that is slow. */
  #rehearse() {
    if (this.#isStopped || this.#running || !this.#takenCareOf.isEmpty) return;
    this.#session.rehearse();
    const { many, rehearse } = require("../update/rehearse.cjs");
    const usual = react(rehearse(this.#graph), undefined, () => {});
    this.#rehearseMore = () => {
      if (!this.#rehearseMore || this.#isStopped || this.#running) return;
      this.#rehearseMore = null;
      const done = react(usual, () => rehearse(this.#graph, many));
      react(done, undefined, () => {});
    };
    insist(() => this.#graph.commonJs?.refresh());
    this.#pump();
  }

  /** Node is about to read a CommonJS file. @param {string} file */
  requires(file) {
    if (this.#isStopped) return;
    // JSON that is imported, too, may be loaded from an older text there, whose change is still to come.
    const isImported =
      file.endsWith(".json") &&
      (textOfUpdate(file, this.#graph) !== null || !this.#graph.modules.isCommonJs(file));
    if (isLeftToHook(file) && this.#graph.loader.isModule(file) && isMadeCommonJs(file)) {
      this.#session.takeAsCommonjs(file);
      this.#graph.loader.takeAsCommonjs(file);
    }
    const known = this.#graph.modules.get(file);
    const isNamed = known instanceof CommonJsModule && known.names !== null;
    const text = isImported
      ? textToRequire(this.#graph, file, this.#running !== null)
      : this.#session.loading(file, true, isNamed);
    if (file.endsWith(".json")) noteReading(file, text);
    else if (text !== null) plannedText.plan(file, text);
    if (this.#required.has(file)) return;
    this.#required.add(file);
    this.#beginning.soon();
    this.#session.addBoundaries([file], false, true);
  }

  /** Nothing requires it any more. @param {string} file */
  forgets(file) {
    if (this.#required.delete(file)) this.#session.removeBoundaries([file], false, true);
  }

  /**
   * Node runs it for good: that is told of when it is saved.
   * @param {string} file
   * @param {string} reason
   * @param {string} [state] of it before it was loaded, by another thread
   */
  leaveToNode(file, reason, state) {
    if (this.#isStopped || !isProjectFile(file)) return;
    leaveToNode(this.#session, [file], reason);
    // The engine takes it for loaded as it is now.
    if (state && stateOf(file) !== state) refuseUnreloaded(file, "told", this.#graph.boundaries);
    // Nothing else may be ours.
    this.#beginning.soon();
  }

  /** What is imported from outside, or by import(), loaded or not. @returns {ReadonlySet<string>} */
  get roots() {
    return this.#roots;
  }

  /** Is it a reason for another attempt at what did not go live? @param {string} file */
  awaits(file) {
    return (
      this.#refusals.awaits(file) || (this.#running !== null && this.#graph.commonJs?.isTried(file) === true)
    );
  }

  /** Files are not watched any more. */
  stop() {
    this.#isStopped = true;
    this.#session.removeBoundaries([...this.#roots], true, true);
    this.#session.removeBoundaries([...this.#required], false, true);
    this.#required.clear();
    this.#stillImported.stop();
    this.#closed.stop();
    this.triggers.clear();
  }

  /** Somebody else has seen a file change. @param {string} file */
  async changed(file) {
    try {
      this.#report(await this.#boundaries.update([file]));
    } catch (error) {
      events.sayFailed(error);
    }
  }

  #pump() {
    if (this.triggers.callbacks.size > 0) this.triggers.take();
    if (this.#running) return this.#updates.newer(() => this.#session.newer());
    // A plan that is taken has to be ended, or there never is another; the program may have replaced what that takes.
    insist(() => {
      this.#graph.commonJs?.refresh([]);
      this.#graph.commonJs?.takeAttempted();
    });
    const { update: plan, restored, moved } = takeNews(this.#session);
    if (restored.length > 0) insist(() => this.#tellRestored(restored));
    // Also of what nothing is to be evaluated for: what has come and gone in an update, functions may ask for yet.
    if (moved?.length !== 0) insist(() => refreshPlaces(moved));
    if (plan) insist(() => this.#apply(plan));
    else this.#renew();
  }

  /** What no save asks for, and the engine does not know of: there is time for it now. */
  #renew() {
    insist(() => this.#updates.renewStale());
    insist(() => this.#closed.reopen());
  }

  /** In a turn of its own: many reloads within one keep every old instance alive. */
  #pumpSoon() {
    setImmediate(() => this.#pump());
  }

  /** @param {import("../../../native/addon").JsUpdate} plan */
  #apply(plan) {
    const chosen = chosenOf(plan, this.#host);
    const { asked, changed, gone, left, targets } = chosen;
    // What was not whole when it was planned is read again: it may be another text, and is told as such.
    const { loader } = this.#graph;
    for (const { file, format, planned } of changed) {
      if (planned) continue;
      const isRead = format === "module" && asked.includes(file) && !gone.includes(file);
      if (isRead && !loader.hasPlannedText(file)) this.#session.loading(file, false);
    }
    if (!plan.isUsual) noteUnedited(changed);
    this.#brought.begin();
    this.#closed.begin();
    this.#takenCareOf.begin(plan.groups);
    // The engine knows what the importers' text led to when it was saved.
    for (const target of targets) this.root(target);
    const done = (/** @type {Outcome[]} */ unordered) => {
      this.#running = null;
      this.#readAgain.clear();
      this.#updates.comesAlong = () => false;
      let outcomes = unordered;
      insist(() => {
        outcomes = refusedLast(unordered);
      });
      insist(() => this.#refusals.end(outcomes));
      let hasMore = false;
      /** @type {string[]} */
      let unlinked = [];
      insist(() => {
        unlinked = this.#updates.takeLeftUnlinked(asked);
      });
      insist(() => {
        hasMore = endUpdate(this.#host, plan, [...left, ...unlinked], chosen, outcomes) || hasMore;
      });
      insist(() => {
        hasMore = this.#forget() || hasMore;
      });
      this.#report(outcomes);
      insist(() => refuseLeftToNode(asked, outcomes, this.#graph));
      insist(updateHasEnded);
      insist(() => this.#takenCareOf.note(asked, plan.groups, outcomes, unlinked));
      insist(() => this.#tellRestored(this.#session.takeRestored()));
      if (hasMore) return this.#pumpSoon();
      this.#renew();
      if (this.#rehearseMore) soon(this.#rehearseMore);
    };
    this.#running = /** @type {Promise<void>} */ (
      react(this.#boundaries.update(asked, true), done, (error) => {
        insist(() => events.sayFailed(error));
        done([]);
      })
    );
    // Nearly every update has ended by the second turn, and nothing is to be looked at.
    const running = this.#running;
    const begun = () => {
      if (running && this.#running === running) this.#refusals.begun(asked);
    };
    setImmediate(() => setImmediate(begun));
  }

  /**
   * The updates of sync.* and hmr() come after ours, about what ours have left.
   * @returns {Promise<void> | null} null: there is none
   */
  settled() {
    this.#beginning.now();
    this.#pump();
    return this.#running;
  }

  /** @see {@link Brought.isFor} @param {import("../../../native/addon").Session} session that of sync.* and hmr() */
  bringsFor(session) {
    this.#takenCareOf.isAskedFromNowOn();
    this.#brought.isFor(session);
  }

  /** What sync.* and hmr() have nothing to do for. */
  get takenCareOf() {
    return this.#takenCareOf;
  }

  /** The last word about a file is not an error that is none any more. @param {string[]} files which hold again what runs */
  #tellRestored(files) {
    for (const file of files) {
      const isTold = this.#refusals.restored(file) && !mended([file]);
      this.#closed.restored();
      if (isTold) events.say(`${relative(file)}: back to the version that runs`);
      // No news to the engine, but what runs may import what was superseded.
      if (this.#graph.boundaries?.hasMissed(file)) void this.changed(file);
    }
  }

  /** @param {Outcome[]} outcomes of one update */
  #report(outcomes) {
    let told = outcomes;
    insist(() => {
      told = withoutRepeated(outcomes);
    });
    for (let index = 0; index < told.length; index++) {
      insist(() => this.#closed.note(told[index]));
      insist(() => report(told[index], this.#host));
    }
  }
}

module.exports = { Watch };
