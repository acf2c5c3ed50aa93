// @ts-check
"use strict";

// One update. Once it is prepared (prepare-update.cjs) it is done here, step by step, dependencies first: the old
// version is disposed, the new one evaluated, and whoever accepts it is told. What belongs together (a group) is a
// transaction; groups do not hold each other back.

const { now } = require("../../intrinsics.cjs");
const { acceptsOne, importsOf, isLeft } = require("../hot/acceptance.cjs");
const { asksForAccepted } = require("../hot/accepted-exports.cjs");
const { bring, Coming, filesThere } = require("./coming.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { fallingWith } = require("./at-fault.cjs");
const { Hot } = require("../hot/hot.cjs");
const { formerFrames } = require("../positions/former-frame.cjs");
const { finishUpdate } = require("./finish-update.cjs");
const { filesOf } = require("./outcome.cjs");
const { tell } = require("./plain-update.cjs");
const { Preparation } = require("./prepare-update.cjs");
const { endGivenUp, evictFailed, givenUp, isHeld } = require("./prune.cjs");
const { tellImporter, tellItself, tellPutBack, tellThrown } = require("../hot/tell-accepting.cjs");
const { tellNotFound } = require("../watch/tell-gone.cjs");
const { consume, Group } = require("./update-group.cjs");
const { HotModule, SourceTextModule } = require("../graph/module-record.cjs");
const { isOurs } = require("./staged-version.cjs");
const { Progress } = require("./update-progress.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("./outcome.cjs").Outcome} Outcome */
/** @typedef {import("./outcome.cjs").Place} Place */
/** @typedef {import("./plain-update.cjs").Done} Done */
/** @typedef {import("./prepare-update.cjs").Step} Step */

/**
 * What an update is told of. `handedOn` gets modules that were evaluated, and then are their importers' business; `overlooked`
 * those that have to be evaluated, too, and were nobody's when it was planned; `leftUnlinked` files of which sync.* and hmr() tell.
 * @typedef {{ refusedAs: (file: string) => Pick<Outcome, "type" | "files"> | null, hasFailed: (file: string) => boolean, comesAlong: (file: string) => boolean,
 *   placeOf: (error: unknown, files: string[]) => Place, started: number,
 *   handedOn: Set<Module>, overlooked: Set<Module>, leftUnlinked: Set<string>, stale: Set<Module> }} Host
 */

class Update {
  #graph;
  #preparation;
  #progress;
  #comesAlong;
  #started;
  /** What import() brought, and threw: the next import() loads it anew. @type {Set<Module>} */
  #evicted = new Set();
  /** Which importers were told of which modules. @type {Map<Module, Set<Module>>} */
  #told = new Map();
  /** Whose handlers have taken what they were told of, themselves too. @type {Map<Module, Set<Module>>} */
  #taken = new Map();
  #handedOn;
  #overlooked;
  #leftUnlinked;
  #stale;

  /**
   * @param {Graph} graph
   * @param {typeof import("../../../native/addon").hotPlan} plan
   * @param {Host} host
   */
  constructor(graph, plan, host) {
    const { comesAlong, placeOf, started, handedOn, overlooked, leftUnlinked, stale } = host;
    this.#graph = graph;
    this.#progress = new Progress(graph, placeOf);
    this.#preparation = new Preparation(graph, plan, host, this.#progress);
    this.#comesAlong = comesAlong;
    this.#started = started;
    this.#handedOn = handedOn;
    this.#progress.transaction.handedOn = handedOn;
    this.#overlooked = overlooked;
    this.#leftUnlinked = leftUnlinked;
    this.#stale = stale;
  }

  /**
   * Until the new versions are live.
   * @param {Module[]} changed
   * @returns {Promise<() => Promise<Outcome[]>>} what is left to do, and how it ended
   */
  async run(changed) {
    const asked = new Set(changed.filter((module) => isOurs(module) && this.#graph.modules.holds(module)));
    const coming = new Coming(this.#graph, asked);
    const { failed, opened } = evictFailed(this.#graph, asked, (all) => coming.noteFailed(all));
    this.#evicted = failed;
    if (opened.length > 0) await endGivenUp(this.#graph, opened);
    const wanted = new Set([...asked].filter((module) => !this.#evicted.has(module)));
    try {
      this.#preparation.read(wanted);
      const steps = await this.#preparation.steps(wanted);
      if (steps.length > 0) await this.#graph.listeners.emit("beforeUpdate", { files: filesOf(wanted) });
      await this.#doAll(steps, wanted);
      await this.#bring(coming, wanted);
    } catch (error) {
      this.#abandon(error);
    }
    return await this.#outcome(asked);
  }

  /**
   * What could not be loaded before, for who accepts it.
   * @param {Coming} coming
   * @param {Set<Module>} wanted
   */
  async #bring(coming, wanted) {
    const progress = this.#progress;
    for (const [importer, lacked] of coming) {
      if (progress.evaluated.has(importer) || !isHeld(this.#graph, importer)) continue;
      const files = filesThere(this.#graph, importer, lacked);
      if (files.length === 0) continue;
      await this.#graph.listeners.emit("beforeUpdate", { files });
      const step = await bring(this.#graph, progress, importer, lacked, this.#comesAlong);
      if (step && !(await this.#do(step, [])))
        await this.#doAll(await this.#preparation.steps(wanted), wanted);
    }
  }

  /** @param {Step[]} steps @param {Set<Module>} wanted */
  async #doAll(steps, wanted) {
    while (steps.length > 0) {
      const isAsPlanned = await this.#do(/** @type {Step} */ (steps.shift()), steps);
      if (!isAsPlanned) steps = await this.#preparation.steps(wanted);
    }
  }

  /** It is our fault, not the program's. @param {unknown} error */
  #abandon(error) {
    const { groups, transaction } = this.#progress;
    for (const group of groups.all) group.ending ??= this.#progress.failure("fatalError", group, error);
    for (const group of groups.all) transaction.rollback([...group.members]);
  }

  /** The new versions are live, or given up. @param {Set<Module>} asked */
  async #outcome(asked) {
    const { evaluated, groups, transaction } = this.#progress;
    transaction.settle();
    // What has never been loaded is told of by its files.
    const asking = [...groups.all].filter(({ changed, files }) => changed.size > 0 || files !== null);
    const ours = await consume(asking, evaluated);
    const unlinked = asking.filter((it) => it.ending?.type === "linkError" && !ours.includes(it));
    for (const { changed } of unlinked) for (const file of filesOf(changed)) this.#leftUnlinked.add(file);
    const milliseconds = now() - this.#started;
    return () => this.#finish(asked, ours, milliseconds);
  }

  /**
   * Takes over what `PlainUpdate` has done.
   * @param {Done} done
   */
  #takeOver({ module, old, hasDisposed }) {
    const { evaluated, groups, transaction } = this.#progress;
    const group = new Group();
    group.isAccepted = true;
    group.changed.add(module);
    group.members.add(module);
    if (hasDisposed) group.disposed.add(module);
    groups.set(module, group);
    if (old !== module) {
      transaction.add(module, old);
      evaluated.add(module);
    }
    return group;
  }

  /** A dispose handler or the body threw there. @param {Done} done @param {"evaluationError" | "fatalError"} type @param {unknown} error */
  async fail(done, type, error) {
    await this.#giveUp(this.#takeOver(done), type, error);
    return await this.#outcome(new Set([done.module]));
  }

  /**
   * It was evaluated there, and then it was not as usual.
   * @param {Done} done
   * @param {boolean} isPublished
   * @param {boolean} isTold all was well
   */
  async goOn(done, isPublished, isTold) {
    const { module, importer } = done;
    const asked = new Set([/** @type {Module} */ (module)]);
    const { causes, groups, transaction } = this.#progress;
    const group = this.#takeOver(done);
    causes.set(module, "invalidated");
    try {
      if (!isPublished) transaction.publish([module]);
      if (isTold || (!isPublished && (await tell(done, this.#graph)))) {
        group.acceptedBy.add(importer ?? module);
      } else {
        if (importer) {
          seeTo(importer);
          this.#told.set(importer, new Set([module]));
          causes.set(importer, "changed");
          groups.set(importer, group);
        } else {
          this.#handedOn.add(module);
        }
        await this.#doAll(await this.#preparation.steps(asked), asked);
      }
    } catch (error) {
      this.#abandon(error);
    }
    return await this.#outcome(asked);
  }

  /** All went well there. @param {Done} done @param {number} milliseconds */
  finish(done, milliseconds) {
    const group = this.#takeOver(done);
    group.acceptedBy.add(done.importer ?? done.module);
    return this.#finish(new Set([done.module]), [group], milliseconds);
  }

  /** @param {Step} step @param {Step[]} later @returns {Promise<boolean>} is the plan still right? */
  async #do({ group, modules, importer }, later) {
    if (group.ending) return true;
    if (!importer) return await this.#evaluate(group, modules, later);
    const { causes, evaluated, groups, transaction } = this.#progress;
    if (evaluated.has(importer) || !(importer instanceof HotModule)) return true;
    const told = this.#told.get(importer) ?? new Set();
    this.#told.set(importer, told);
    const news = modules.filter((module) => !told.has(module));
    for (const module of news) told.add(module);
    if (news.length === 0) return true;
    if (await tellImporter(importer, news)) {
      this.#noteTaken(importer, news);
      const isByName = (/** @type {Module} */ it) =>
        importer instanceof SourceTextModule && acceptsOne(importer, it);
      // What it does not name takes care of itself.
      const isAccepted = (/** @type {Module} */ it) =>
        isByName(it) || !asksForAccepted(importer, it, transaction);
      if (news.some(isAccepted)) group.acceptedBy.add(importer);
      return true;
    }
    seeTo(importer);
    causes.set(importer, "changed");
    groups.set(importer, group);
    return false;
  }

  /** @param {Group} group @param {Module[]} modules @param {Step[]} later */
  async #evaluate(group, modules, later) {
    const { causes, evaluated, held, left, passedOn, transaction } = this.#progress;
    if (this.#progress.noteEarly(modules)) return false;
    /** @type {Map<Module, Record<string, unknown>>} */
    const handed = new Map();
    try {
      transaction.bindAgain(modules);
    } catch (error) {
      return await this.#giveUp(group, "linkError", error, modules);
    }
    group.consumed.before(group.members, group.changed);
    try {
      for (const module of modules) {
        /** @type {Hot | null} */
        const hot = transaction.has(module) ? transaction.oldOf(module).hot : null;
        if (!hot) continue;
        if (Hot.stateOf(hot).hasEndings) group.disposed.add(module);
        handed.set(module, await Hot.end(hot));
      }
    } catch (error) {
      return await this.#giveUp(group, "fatalError", error, modules);
    }
    const handedOf = (/** @type {Module} */ module) => handed.get(module) ?? null;
    const early = this.#hadBefore(modules);
    transaction.install(modules, handedOf);
    for (const module of modules) this.#graph.requiredAgain?.replaced(module);
    if (modules.some((module) => module instanceof CommonJsModule)) {
      for (const module of modules) this.#graph.requiredAgain?.mayBeRequired(module);
    }
    for (const importer of early) this.#overlooked.add(importer);
    modules = left.without(modules, later);
    if (modules.length === 0) return true;
    try {
      await transaction.evaluate(modules);
      modules = [...(await left.required()), ...modules];
    } catch (error) {
      const begun = left.begun(group.members, modules);
      for (const module of [...begun, ...modules]) evaluated.add(module);
      return await this.#giveUp(group, "evaluationError", error, [...begun, ...modules]);
    }
    for (const module of modules) {
      evaluated.add(module);
      causes.set(module, "invalidated");
    }
    transaction.publish(modules);
    let isAsPlanned = true;
    for (const module of modules) {
      if (isLeft(module) || (held.has(module) && !passedOn.has(module))) causes.delete(module);
      const before = transaction.has(module) ? transaction.oldOf(module) : null;
      const state = before?.hot ? Hot.stateOf(before.hot) : null;
      if (!before?.hot || !state || state.selfAccepts.length === 0) continue;
      const frames = formerFrames(this.#graph.loader, module, before);
      if (await tellItself(/** @type {HotModule} */ (module), before.hot, frames)) {
        // Who asks for other exports than it accepts has to take care.
        if (state.acceptsItself) causes.delete(module);
        this.#noteTaken(module, [module]);
        group.acceptedBy.add(module);
      } else {
        this.#handedOn.add(module);
        isAsPlanned = false;
      }
    }
    return isAsPlanned;
  }

  /**
   * Whose new versions have imported these by import(), or required them, and got the old ones, as nothing had said before that
   * they would.
   * @param {Module[]} modules
   */
  #hadBefore(modules) {
    const { evaluated, transaction } = this.#progress;
    // What has been required since, where it could not be foreseen.
    if (haveInCommon(evaluated, this.#graph.modules.commonJs)) this.#graph.commonJs?.refresh(modules);
    const known = modules.filter((module) => transaction.has(module));
    const has = (/** @type {Module} */ importer, /** @type {Module} */ module) =>
      importer instanceof HotModule && evaluated.has(importer) && importer.dynamicImports.has(module);
    return known.flatMap((module) => [...module.dynamicImporters].filter((it) => has(it, module)));
  }

  /**
   * A body or a dispose handler threw, or what another group has put back is missed: what was evaluated of the group is
   * given up, and what it has opened is closed. What was saved with it, and has nothing to do with it but who accepts both, goes on.
   * @param {Group} group
   * @param {"linkError" | "evaluationError" | "fatalError"} type
   * @param {unknown} error
   * @param {Module[]} [modules] whose turn it was
   * @returns {Promise<boolean>} is the plan still right?
   */
  async #giveUp(group, type, error, modules = []) {
    tellNotFound(this.#graph, error);
    const whole = group;
    group = this.#partOf(group, modules);
    const { brought, evaluated, transaction } = this.#progress;
    const lost = [...evaluated].filter((module) => group.members.has(module) && !brought.has(module));
    const hots = givenUp(lost);
    const back = lost.filter((module) => transaction.has(module));
    // Who did not throw is to have another try, without them.
    if (this.#progress.letGoOfLeft(group)) for (const module of group.changed) this.#overlooked.add(module);
    this.#progress.end(group, this.#progress.failure(type, group, error));
    await endGivenUp(this.#graph, hots);
    await tellPutBack(this.#taken, back, (it) => evaluated.has(it) && !lost.includes(it));
    if (type === "evaluationError") await tellThrown(group.members, error);
    return group === whole;
  }

  /** @param {Module} who @param {Module[]} modules */
  #noteTaken(who, modules) {
    this.#taken.set(who, new Set([...(this.#taken.get(who) ?? []), ...modules]));
  }

  /** What is given up with these, if that is not all that was saved. @param {Group} group @param {Module[]} modules */
  #partOf(group, modules) {
    const { evaluated, groups, transaction } = this.#progress;
    if (group.changed.size < 2) return group;
    const part = fallingWith(modules, group, evaluated, (module) => importsOf(module, transaction));
    const { length } = [...group.changed].filter((module) => part.has(module));
    return length === 0 || length === group.changed.size ? group : groups.leave(group, part, evaluated);
  }

  /**
   * @param {Set<Module>} asked
   * @param {Group[]} groups those to tell of
   * @param {number} milliseconds
   */
  #finish(asked, groups, milliseconds) {
    const { causes, evaluated, groups: met, left, transaction } = this.#progress;
    return finishUpdate({
      ...{ graph: this.#graph, transaction, asked, groups, causes, evaluated, milliseconds },
      met: met.all,
      comesAlong: this.#comesAlong,
      evicted: this.#evicted,
      overlooked: this.#overlooked,
      stale: this.#stale,
      left: left.modules,
    });
  }
}

/** Asked at each step: one of them has thousands, it may be. @param {Set<Module>} some @param {Set<Module>} others */
function haveInCommon(some, others) {
  const [fewer, more] = some.size < others.size ? [some, others] : [others, some];
  for (const module of fewer) if (more.has(module)) return true;
  return false;
}

/** Its handler said `invalidate()`: it is part of this update, and needs none of its own. @param {HotModule} importer */
function seeTo({ hot }) {
  if (hot) Hot.revalidate(hot);
}

module.exports = { Update };
