// @ts-check
"use strict";

// One update. Which modules are evaluated and who is told is decided in Rust (src/graph/hot.rs);
// here it is done: everything new is linked, then step by step, dependencies first, the old version
// is disposed, the new one evaluated, and whoever accepts it is told. What belongs together (a
// group) is a transaction; groups do not hold each other back.

const events = require("../hot-events.cjs");
const { describe, importsOf, isLeft, reached, tellImporter, tellItself } = require("./acceptance.cjs");
const { wasRequired } = require("./commonjs-module.cjs");
const { Hot } = require("./hot.cjs");
const { goneOr } = require("./load-error.cjs");
const { finishUpdate } = require("./finish-update.cjs");
const { fileOf, filesOf } = require("./outcome.cjs");
const { tell } = require("./plain-update.cjs");
const { endGivenUp, evictFailed } = require("./prune.cjs");
const { consume, Group, Groups } = require("./update-group.cjs");
const { LeftToRequire } = require("./left-to-require.cjs");
const { HotModule } = require("./module-record.cjs");
const { Transaction, isOurs } = require("./transaction.cjs");

/** @typedef {import("./acceptance.cjs").Cause} Cause */
/** @typedef {import("./graph.cjs").Graph} Graph */
/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("./outcome.cjs").Ending} Ending */
/** @typedef {import("./outcome.cjs").Outcome} Outcome */
/** @typedef {import("./outcome.cjs").Place} Place */
/** @typedef {import("./plain-update.cjs").Done} Done */

/** @typedef {{ group: Group, modules: Module[], importer: Module | null }} Step */
/**
 * What an update is told of. `handedOn` gets modules that were evaluated, and then are their importers' business; `overlooked`
 * those that changed, and were nobody's at first.
 * @typedef {{ isRefused: (file: string) => boolean, comesAlong: (file: string) => boolean,
 *   placeOf: (error: unknown, files: string[]) => Place, started: number,
 *   handedOn: Set<Module>, overlooked: Set<Module> }} Host
 */

class Update {
  #graph;
  #plan;
  #isRefused;
  #comesAlong;
  #placeOf;
  #transaction;
  #started;
  /** Why modules are part of it, as far as is known. @type {Map<Module, Cause>} */
  #causes = new Map();
  /** What import() brought, and threw: the next import() loads it anew. @type {Set<Module>} */
  #evicted = new Set();
  #groups = new Groups();
  /** In the order in which they were evaluated. @type {Set<Module>} */
  #evaluated = new Set();
  /** @type {Map<Module, Set<Module>>} */
  #told = new Map();
  #handedOn;
  #overlooked;
  /** What was refused before is left out: the rest is to be planned again. */
  #isSplit = false;
  #left;

  /**
   * @param {Graph} graph
   * @param {typeof import("../../native/addon").hotPlan} plan
   * @param {Host} host
   */
  constructor(graph, plan, { isRefused, comesAlong, placeOf, started, handedOn, overlooked }) {
    this.#graph = graph;
    this.#plan = plan;
    this.#isRefused = isRefused;
    this.#comesAlong = comesAlong;
    this.#placeOf = placeOf;
    this.#started = started;
    this.#handedOn = handedOn;
    this.#overlooked = overlooked;
    this.#transaction = new Transaction(graph);
    this.#left = new LeftToRequire(this.#transaction);
  }

  /**
   * Until the new versions are live.
   * @param {Module[]} changed
   * @returns {Promise<() => Promise<Outcome[]>>} what is left to do, and how it ended
   */
  async run(changed) {
    const asked = new Set(changed.filter((module) => isOurs(module) && this.#graph.modules.holds(module)));
    this.#evicted = evictFailed(this.#graph, asked);
    const wanted = new Set([...asked].filter((module) => !this.#evicted.has(module)));
    try {
      this.#read(wanted);
      const steps = await this.#prepare(wanted);
      if (steps.length > 0) await events.emit("beforeUpdate", { files: filesOf(wanted) });
      await this.#doAll(steps, wanted);
    } catch (error) {
      this.#abandon(error);
    }
    return this.#outcome(asked);
  }

  /** @param {Step[]} steps @param {Set<Module>} wanted */
  async #doAll(steps, wanted) {
    while (steps.length > 0) {
      const isAsPlanned = await this.#do(/** @type {Step} */ (steps.shift()), steps);
      if (!isAsPlanned) steps = await this.#prepare(wanted);
    }
  }

  /** It is our fault, not the program's. @param {unknown} error */
  #abandon(error) {
    for (const group of this.#groups.all) group.ending ??= this.#failure("fatalError", group, error);
    for (const group of this.#groups.all) this.#transaction.rollback([...group.members]);
  }

  /** The new versions are live, or given up. @param {Set<Module>} asked */
  async #outcome(asked) {
    this.#transaction.settle();
    const asking = [...this.#groups.all].filter((group) => group.changed.size > 0);
    const groups = await consume(asking, this.#evaluated);
    const milliseconds = performance.now() - this.#started;
    return () => this.#finish(asked, groups, milliseconds);
  }

  /**
   * Takes over what `PlainUpdate` has done.
   * @param {Done} done
   */
  #takeOver({ module, old, hasDisposed }) {
    const group = new Group();
    group.isAccepted = true;
    group.changed.add(module);
    group.members.add(module);
    if (hasDisposed) group.disposed.add(module);
    this.#groups.set(module, group);
    if (old !== module) {
      this.#transaction.add(module, old);
      this.#evaluated.add(module);
    }
    return group;
  }

  /** A dispose handler or the body threw there. @param {Done} done @param {"evaluationError" | "fatalError"} type @param {unknown} error */
  async fail(done, type, error) {
    await this.#giveUp(this.#takeOver(done), type, error);
    return this.#outcome(new Set([done.module]));
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
    const group = this.#takeOver(done);
    this.#causes.set(module, "invalidated");
    try {
      if (!isPublished) this.#transaction.publish([module]);
      if (isTold || (!isPublished && (await tell(done)))) {
        group.acceptedBy.add(importer ?? module);
      } else {
        if (importer) {
          this.#told.set(importer, new Set([module]));
          this.#causes.set(importer, "changed");
          this.#groups.set(importer, group);
        } else {
          this.#handedOn.add(module);
        }
        await this.#doAll(await this.#prepare(asked), asked);
      }
    } catch (error) {
      this.#abandon(error);
    }
    return this.#outcome(asked);
  }

  /** All went well there. @param {Done} done @param {number} milliseconds */
  finish(done, milliseconds) {
    const group = this.#takeOver(done);
    group.acceptedBy.add(done.importer ?? done.module);
    return this.#finish(new Set([done.module]), [group], milliseconds);
  }

  /** @param {Set<Module>} wanted */
  #read(wanted) {
    for (const module of wanted) {
      this.#causes.set(module, "changed");
      try {
        this.#again(() => this.#transaction.read(module));
      } catch (error) {
        this.#transaction.broken.set(module, error);
      }
    }
  }

  /** What was found on disk before may be old: files come and go. @param {(isAgain: boolean) => void} work */
  #again(work) {
    try {
      work(false);
    } catch {
      this.#graph.loader.clearCache();
      work(true);
    }
  }

  /** Plans what is left to do, and links what that takes. @param {Set<Module>} wanted @returns {Promise<Step[]>} */
  async #prepare(wanted) {
    this.#isSplit = false;
    for (const module of this.#transaction.fresh) {
      if (!isOurs(module) || this.#evaluated.has(module) || wasRequired(module)) continue;
      this.#causes.set(module, "changed");
    }
    const modules = reached(this.#graph, this.#causes.keys(), this.#transaction);
    const roots = this.#graph.roots;
    const plan = this.#plan(describe(modules, this.#causes, this.#evaluated, this.#transaction, roots));
    const groups = plan.groups.map(({ causes }) =>
      this.#groups.join(
        causes.map((index) => modules[index]),
        wanted,
      ),
    );
    plan.groups.forEach(({ verdict, modules: way }, index) => {
      const group = groups[index];
      const files = way.map((place) => fileOf(modules[place]));
      group.isAccepted = verdict === "accepted";
      const broken = [...group.changed].find((module) => this.#transaction.broken.has(module));
      if (broken) this.#refuse(group, this.#failure("linkError", group, this.#whyBroken(broken, modules)));
      else if (verdict === "declined") this.#refuse(group, { type: "declined", declinedBy: files });
      else if (verdict === "unaccepted")
        this.#refuse(group, { type: "unaccepted", path: files, evaluated: [] });
    });
    if (this.#isSplit) return this.#prepare(wanted);
    const steps = plan.steps.map((step) => ({
      group: groups[step.group],
      modules: step.modules.map((index) => modules[index]),
      importer: step.importer === undefined ? null : modules[step.importer],
    }));
    for (const { group, modules: members, importer } of steps) {
      if (importer || group.ending) continue;
      for (const module of members) group.members.add(module);
      for (const module of members) this.#groups.set(module, group);
    }
    // What a group keeps, or puts back, may be what another one was planned with: these keep what they import, and what is below
    // them may be reached after all.
    const isEnded = (/** @type {Group} */ group) => group.ending || !this.#link(group);
    if (groups.some(({ ending }) => ending) || [...new Set(groups)].some(isEnded))
      return this.#prepare(wanted);
    this.#transaction.rollback(this.#transaction.members.filter((module) => this.#isIdle(module)));
    await this.#transaction.suspend();
    return steps;
  }

  /** It was read, or loaded with what was read, but nothing that is evaluated leads to it. @param {Module} module */
  #isIdle(module) {
    if (this.#groups.has(module)) return false;
    return this.#transaction.has(module) || this.#transaction.fresh.includes(module);
  }

  /** @param {Module} module @param {Module[]} all that changes reach */
  #whyBroken(module, all) {
    const importers = all.filter((it) => importsOf(it, this.#transaction).includes(module));
    return goneOr(this.#transaction.broken.get(module), filesOf(importers), fileOf(module));
  }

  /** @param {Group} group @returns {boolean} is the plan still right? */
  #link(group) {
    const fresh = new Set(this.#transaction.fresh);
    const isThere = (/** @type {Module} */ module) => fresh.has(module) || this.#graph.modules.holds(module);
    this.#leaveOut([...group.members].filter((module) => !isThere(module)));
    const members = [...group.members].filter((module) => !this.#evaluated.has(module));
    try {
      // What CommonJS had required before, and an ES module imports from now on, has a version to be replaced.
      const known = members.filter((module) => !fresh.has(module) || wasRequired(module));
      this.#again((isAgain) => {
        // What was read with what does not link was put back with it.
        for (const module of known) this.#transaction.read(module, isAgain || group.changed.has(module));
        this.#transaction.link(known, (module) => this.#isIdle(module));
      });
      return this.#leaveOut([...fresh].filter((module) => !this.#transaction.fresh.includes(module)));
    } catch (error) {
      this.#refuse(group, this.#failure("linkError", group, error));
      return false;
    }
  }

  /** What was new when it was planned was loaded anew: the plan is about modules that nobody has. @param {Module[]} modules */
  #leaveOut(modules) {
    for (const module of modules) {
      this.#groups.get(module)?.members.delete(module);
      this.#groups.delete(module);
      this.#causes.delete(module);
    }
    return modules.length === 0;
  }

  /** @param {Step} step @param {Step[]} later @returns {Promise<boolean>} is the plan still right? */
  async #do({ group, modules, importer }, later) {
    if (group.ending) return true;
    if (!importer) return this.#evaluate(group, modules, later);
    if (this.#evaluated.has(importer) || !(importer instanceof HotModule)) return true;
    const told = this.#told.get(importer) ?? new Set();
    this.#told.set(importer, told);
    const news = modules.filter((module) => !told.has(module));
    for (const module of news) told.add(module);
    if (news.length === 0) return true;
    if (await tellImporter(importer, news)) {
      group.acceptedBy.add(importer);
      return true;
    }
    this.#causes.set(importer, "changed");
    this.#groups.set(importer, group);
    return false;
  }

  /** @param {Group} group @param {Module[]} modules @param {Step[]} later */
  async #evaluate(group, modules, later) {
    const transaction = this.#transaction;
    /** @type {Map<Module, Record<string, unknown>>} */
    const handed = new Map();
    try {
      transaction.bindAgain(modules);
    } catch (error) {
      await this.#giveUp(group, "linkError", error);
      return true;
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
      await this.#giveUp(group, "fatalError", error);
      return true;
    }
    const handedOf = (/** @type {Module} */ module) => handed.get(module) ?? null;
    transaction.install(modules, handedOf);
    modules = this.#left.without(modules, later);
    if (modules.length === 0) return true;
    try {
      await transaction.evaluate(modules);
      modules = [...(await this.#left.required()), ...modules];
    } catch (error) {
      const begun = [...this.#left.modules].filter((module) => module.isRequired);
      for (const module of [...begun, ...modules]) this.#evaluated.add(module);
      await this.#giveUp(group, "evaluationError", error);
      return true;
    }
    for (const module of modules) {
      this.#evaluated.add(module);
      this.#causes.set(module, "invalidated");
    }
    transaction.publish(modules);
    let isAsPlanned = true;
    for (const module of modules) {
      if (isLeft(module)) this.#causes.delete(module);
      const before = transaction.has(module) ? transaction.oldOf(module).hot : null;
      if (!before || !Hot.stateOf(before).acceptsItself) continue;
      if (await tellItself(/** @type {HotModule} */ (module), before)) {
        this.#causes.delete(module);
        group.acceptedBy.add(module);
      } else {
        this.#handedOn.add(module);
        isAsPlanned = false;
      }
    }
    return isAsPlanned;
  }

  /**
   * A body or a dispose handler threw, or what another group has put back is missed: what was evaluated of the group is
   * given up, and what it has opened is closed.
   * @param {Group} group
   * @param {"linkError" | "evaluationError" | "fatalError"} type
   * @param {unknown} error
   */
  async #giveUp(group, type, error) {
    const given = [...this.#evaluated].filter((module) => group.members.has(module)).reverse();
    const hots = given.flatMap((module) => {
      if (!(module instanceof HotModule) || !module.hot) return [];
      return [{ file: module.file, hot: module.hot, data: module.handed ?? undefined }];
    });
    this.#end(group, this.#failure(type, group, error));
    await endGivenUp(hots);
  }

  /**
   * Nobody takes it, or it does not link. What was refused before, and has come along with a change that it meets, must not be why that is refused.
   * @param {Group} group
   * @param {Ending} ending
   */
  #refuse(group, ending) {
    const changed = [...group.changed];
    const isBegun = [...group.members].some((module) => this.#evaluated.has(module));
    const before = isBegun ? [] : changed.filter((module) => this.#isRefused(fileOf(module)));
    if (before.length === 0 || before.length === changed.length) return this.#end(group, ending);
    this.#end(this.#groups.split(group, before), ending);
    this.#isSplit = true;
  }

  /** @param {Group} group @param {Ending} ending */
  #end(group, ending) {
    group.ending = ending;
    this.#groups.ended.add(group);
    this.#left.forget(group.members);
    for (const module of group.members) this.#causes.delete(module);
    for (const module of group.changed) this.#causes.delete(module);
    if (ending.type === "unaccepted") {
      // What was evaluated before nobody accepted it stays: the version before was disposed.
      const evaluated = [...group.members].filter((module) => this.#evaluated.has(module));
      ending.evaluated = evaluated.map(fileOf);
      this.#transaction.rollback([...group.members].filter((module) => !this.#evaluated.has(module)));
      return;
    }
    this.#transaction.rollback([...group.members], "error" in ending ? ending.error : undefined);
    for (const module of group.members) this.#evaluated.delete(module);
  }

  /**
   * @param {"linkError" | "evaluationError" | "fatalError"} type
   * @param {Group} group
   * @param {unknown} error
   * @returns {Ending}
   */
  #failure(type, group, error) {
    const files = [...new Set([...filesOf(group.changed), ...filesOf(group.members)])];
    return { type, error, disposed: filesOf(group.disposed), ...this.#placeOf(error, files) };
  }

  /**
   * @param {Set<Module>} asked
   * @param {Group[]} groups those to tell of
   * @param {number} milliseconds
   */
  #finish(asked, groups, milliseconds) {
    return finishUpdate({
      ...{ graph: this.#graph, transaction: this.#transaction, asked, groups, milliseconds },
      met: this.#groups.all,
      comesAlong: this.#comesAlong,
      evaluated: this.#evaluated,
      evicted: this.#evicted,
      overlooked: this.#overlooked,
      left: this.#left.modules,
    });
  }
}

module.exports = { Update };
