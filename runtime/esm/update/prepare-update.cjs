// @ts-check
"use strict";

// What an update is to do, and whether it can: the new texts are read, Rust decides who is evaluated and who is told
// (src/graph/hot.rs), and what that takes is linked, all before anything of the program is disposed. It is asked again when a
// step has led elsewhere than was planned; what was evaluated by then is given.

const fs = require("node:fs");
const { describe, importsOf, reached } = require("../hot/acceptance.cjs");
const { CommonJsModule, wasRequired } = require("../commonjs/commonjs-module.cjs");
const { isComing } = require("../graph/being-linked.cjs");
const { above } = require("../graph/importers.cjs");
const { Gone, goneOr } = require("../graph/load-error.cjs");
const { atFault, isBecauseOf } = require("./at-fault.cjs");
const { fileOf, filesOf } = require("./outcome.cjs");
const { hasRunner } = require("../../runner/link.cjs");
const { syncedFiles } = require("../../runner/ownership.cjs");
const { tellGone } = require("../watch/tell-gone.cjs");
const { planned } = require("./planned.cjs");
const { isOurs } = require("./staged-version.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("./outcome.cjs").Ending} Ending */
/** @typedef {import("./outcome.cjs").Outcome} Outcome */
/** @typedef {import("./update-group.cjs").Group} Group */
/** @typedef {typeof import("../../../native/addon").hotPlan} Plan */

/** `importer` is told of these modules; null: they are evaluated. @typedef {{ group: Group, modules: Module[], importer: Module | null }} Step */

/** To look for what reaches a root among more, one after the other, is to plan as often. */
const FEW = 16;

class Preparation {
  #graph;
  #plan;
  #refusedAs;
  #hasFailed;
  #progress;
  /** What was refused before is left out: the rest is to be planned again. */
  #isSplit = false;

  /**
   * @param {import("../graph/graph.cjs").Graph} graph
   * @param {Plan} plan
   * @param {Pick<import("./apply-update.cjs").Host, "refusedAs" | "hasFailed">} host
   * @param {import("./update-progress.cjs").Progress} progress
   */
  constructor(graph, plan, { refusedAs, hasFailed }, progress) {
    this.#graph = graph;
    this.#plan = plan;
    this.#refusedAs = refusedAs;
    this.#hasFailed = hasFailed;
    this.#progress = progress;
  }

  /** @param {Set<Module>} wanted */
  read(wanted) {
    const { causes, transaction } = this.#progress;
    for (const module of wanted) {
      causes.set(module, "changed");
      try {
        this.#again(() => transaction.read(module));
      } catch (error) {
        transaction.broken.set(module, error);
      }
    }
  }

  /** What was put back as it did not link with others. @param {Module[]} modules */
  #readAgain(modules) {
    const { transaction } = this.#progress;
    const isUnread = (/** @type {Module} */ it) => !transaction.has(it) && !transaction.broken.has(it);
    this.read(new Set(modules.filter(isUnread)));
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
  async steps(wanted) {
    const { causes, evaluated, groups: former, transaction } = this.#progress;
    this.#isSplit = false;
    if (former.size > 0) former.forgetPlan(evaluated);
    // What was refused before, or threw, comes along with what may leave it alone.
    transaction.isInPart ||= [...causes.keys()].some((module) => this.#hasFailed(fileOf(module)));
    for (const module of transaction.fresh) {
      if (!isOurs(module) || evaluated.has(module) || wasRequired(module)) continue;
      causes.set(module, "changed");
    }
    transaction.unreached.clear();
    let modules = reached(this.#graph, causes.keys(), transaction, transaction.unreached);
    if (this.#noteGone(modules)) {
      transaction.unreached.clear();
      modules = reached(this.#graph, causes.keys(), transaction, transaction.unreached);
    }
    if (evaluated.size === 0) {
      for (const module of transaction.unreached) {
        if (module.status !== "evaluated") transaction.unsettled.add(module);
      }
    }
    const plan = planned(this.#plan, modules, this.#progress, this.#graph.roots);
    const groups = plan.groups.map(({ causes: begins }) => {
      const members = begins.map((index) => modules[index]);
      return this.#progress.groups.join(members, wanted);
    });
    if (transaction.isInPart) for (const group of groups) this.#withoutLeft(group, modules);
    this.#judge(plan, groups, modules);
    if (this.#isSplit) return await this.steps(wanted);
    const steps = plan.steps.map((step) => ({
      group: groups[step.group],
      modules: step.modules.map((index) => modules[index]),
      importer: step.importer === undefined ? null : modules[step.importer],
    }));
    for (const { group, modules: members, importer } of steps) {
      if (importer || group.ending) continue;
      for (const module of members) group.members.add(module);
      for (const module of members) this.#progress.groups.set(module, group);
    }
    // What a group keeps, or puts back, may be what another one was planned with: these keep what they import, and what is below
    // them may be reached after all.
    const isEnded = (/** @type {Group} */ group) => group.ending || !this.#link(group);
    if (groups.some(({ ending }) => ending) || [...new Set(groups)].some(isEnded))
      return await this.steps(wanted);
    transaction.rollback(transaction.members.filter((module) => this.#isIdle(module)));
    await transaction.suspend();
    return steps;
  }

  /**
   * What is gone without our having been told yet is nothing to who does not require it, or import() it, any more: no way leads through it
   * to what is evaluated.
   * @param {Module[]} modules
   */
  #noteGone(modules) {
    const { broken } = this.#progress.transaction;
    const mayBeLetGo = (/** @type {Module} */ it) =>
      it instanceof CommonJsModule || it.dynamicImporters.size > 0;
    const gone = modules.filter(
      (module) => mayBeLetGo(module) && !broken.has(module) && !fs.existsSync(fileOf(module)),
    );
    for (const module of gone) broken.set(module, new Gone(fileOf(module), []));
    return gone.length > 0;
  }

  /** Without what was refused nothing leads to it any more, as if it had been saved with what leaves it alone. @param {Group} group @param {Module[]} modules */
  #withoutLeft(group, modules) {
    const { evaluated, groups } = this.#progress;
    for (const module of group.changed) {
      if (modules.includes(module) || evaluated.has(module)) continue;
      group.changed.delete(module);
      group.members.delete(module);
      groups.delete(module);
    }
  }

  /**
   * Refuses the groups that can't be read, or that nobody takes.
   * @param {ReturnType<Plan>} plan
   * @param {Group[]} groups
   * @param {Module[]} modules all that changes reach
   */
  #judge(plan, groups, modules) {
    const { broken } = this.#progress.transaction;
    const unread = groups.map(({ changed }) => [...changed].find((module) => broken.has(module)));
    unread.forEach((module, index) => {
      groups[index].isAccepted = plan.groups[index].verdict === "accepted";
      if (module) this.#refuseUnlinked(groups[index], this.#whyBroken(module, modules), [module]);
    });
    // What is left of a group may be accepted, and that is another reason for the rest: of JSON there are two modules.
    if (this.#isSplit) return;
    plan.groups.forEach(({ verdict, modules: way }, index) => {
      if (unread[index] || verdict === "accepted") return;
      const group = groups[index];
      const along = way.map((place) => modules[place]);
      const files = along.map(fileOf);
      const found = this.#reaching(group, verdict, along, modules);
      if (verdict === "declined") this.#refuse(group, { type: "declined", declinedBy: files }, found);
      else if (!this.#isRestartInVain(group))
        this.#refuse(group, { type: "unaccepted", path: this.#fromPackage(files), evaluated: [] }, found);
    });
  }

  /**
   * What of a group reaches a root, or who declines it: the rest may be accepted without it. A runner starts the program anew for it, and
   * sync.* takes what it holds as one.
   * @param {Group} group
   * @param {string} verdict
   * @param {Module[]} way
   * @param {Module[]} modules all that changes reach
   * @returns {Module[]} none: it is refused as a whole
   */
  #reaching({ changed }, verdict, way, modules) {
    if (changed.size < 2 || changed.size > FEW || hasRunner() || syncedFiles().size > 0) return [];
    if ([...changed].some((module) => this.#refusedAs(fileOf(module))?.type === verdict)) return [];
    const culprits =
      verdict === "declined"
        ? [...changed].filter((module) => this.#isDeclined(module, modules))
        : way.filter((it) => changed.has(it)).slice(-1);
    // What waits already is no reason for what is saved above it now to wait.
    const known = culprits.filter((module) => this.#refusedAs(fileOf(module)));
    if (known.length > 0) return known;
    return [...above(culprits)].filter((module) => changed.has(module));
  }

  /** Would it be by itself? Who declines may accept some of what it imports. @param {Module} module @param {Module[]} modules */
  #isDeclined(module, modules) {
    const { evaluated, transaction } = this.#progress;
    const causes = new Map([[module, /** @type {const} */ ("changed")]]);
    const described = describe(modules, causes, evaluated, transaction, this.#graph.roots);
    return this.#plan(described).groups.some(({ verdict }) => verdict === "declined");
  }

  /**
   * What nobody accepts the runner starts the program anew for, which would end at once for want of a name. So that is refused as what does
   * not parse is: the program that runs goes on.
   * @param {Group} group
   */
  #isRestartInVain(group) {
    if (!hasRunner() || this.#progress.evaluated.size > 0 || this.#link(group, false)) return false;
    return group.ending !== null || this.#isSplit;
  }

  /** A root may be one because a package imports or requires it (a framework that loads a folder). @param {string[]} way */
  #fromPackage(way) {
    const { commonJs } = this.#graph;
    const importer = commonJs?.imported.packageOf(way[0]) ?? commonJs?.requiredByPackage(way[0]);
    return importer === undefined ? way : [importer, ...way];
  }

  /** @param {Module} module @param {Module[]} all that changes reach */
  #whyBroken(module, all) {
    const { transaction } = this.#progress;
    const importers = all.filter((it) => importsOf(it, transaction).includes(module));
    return goneOr(transaction.broken.get(module), filesOf(importers), fileOf(module));
  }

  /** It was read, or loaded with what was read, but nothing that is evaluated leads to it. @param {Module} module */
  #isIdle(module) {
    const { groups, transaction } = this.#progress;
    if (groups.has(module)) return false;
    return transaction.has(module) || transaction.isFresh(module);
  }

  /**
   * @param {Group} group
   * @param {boolean} [mayGoOn] without what is at fault
   * @returns {boolean} is the plan still right?
   */
  #link(group, mayGoOn = true) {
    const { early, evaluated, transaction } = this.#progress;
    const fresh = new Set(transaction.fresh);
    const isThere = (/** @type {Module} */ module) =>
      fresh.has(module) || this.#graph.modules.holds(module) || isComing(this.#graph, module);
    this.#leaveOut([...group.members].filter((module) => !isThere(module)));
    const members = [...group.members].filter((module) => !evaluated.has(module));
    try {
      // What CommonJS had required before, and an ES module imports from now on, has a version to be replaced; and so has what was
      // evaluated too early.
      const isKnown = (/** @type {Module} */ it) => !fresh.has(it) || wasRequired(it) || early.has(it);
      const known = members.filter(isKnown);
      this.#again((isAgain) => {
        // What waits goes on as it is: its text is not why the others do not link.
        const isToRead = (/** @type {Module} */ it) =>
          group.changed.has(it) || (isAgain && !this.#refusedAs(fileOf(it)));
        // What was read with what does not link was put back with it.
        for (const module of known) transaction.read(module, isToRead(module));
        transaction.link(known, (module) => this.#isIdle(module));
      });
      return this.#leaveOut([...fresh].filter((module) => !transaction.isFresh(module)));
    } catch (error) {
      const { changed } = group;
      const isKnown = (/** @type {Module} */ it) => this.#refusedAs(fileOf(it)) !== null;
      const found = mayGoOn ? atFault(error, changed, isKnown) : [];
      this.#refuseUnlinked(group, error, found);
      return false;
    }
  }

  /** What was new when it was planned was loaded anew: the plan is about modules that nobody has. @param {Module[]} modules */
  #leaveOut(modules) {
    const { causes, groups } = this.#progress;
    for (const module of modules) {
      groups.get(module)?.members.delete(module);
      groups.delete(module);
      causes.delete(module);
    }
    return modules.length === 0;
  }

  /** @param {Group} group @param {unknown} error @param {Module[]} found to be at fault */
  #refuseUnlinked(group, error, found) {
    if (this.#progress.letGoOfLeft(group)) {
      this.#isSplit = true;
      return;
    }
    tellGone(this.#graph, error);
    // Who imports a new name of what was given up a moment ago waits with it: its file has that name.
    const other = [...this.#progress.groups.ended].find((it) => isBecauseOf(error, it.changed));
    if (other?.ending?.type === "linkError") this.#refuse(group, other.ending, found, other);
    else this.#refuse(group, this.#progress.failure("linkError", group, error), found);
  }

  /**
   * Nobody takes it, or it does not link. What was refused before, and has come along with a change that it meets, must not be
   * why that is refused.
   * @param {Group} group
   * @param {Ending} ending
   * @param {Module[]} [found] why
   * @param {Group} [into] what is given up for the same reason
   */
  #refuse(group, ending, found = [], into = undefined) {
    const { evaluated, groups, transaction } = this.#progress;
    const changed = [...group.changed];
    transaction.isInPart = true;
    const isBegun = [...group.members].some((module) => evaluated.has(module));
    const before = changed.filter((module) => this.#refusedAs(fileOf(module)));
    const ended = found.length > 0 ? this.#fallWith(found, changed, before) : this.#refusedSo(ending, before);
    const isWhole = ended.length === 0 || ended.length === changed.length;
    if (isBegun || (isWhole && !into)) return this.#progress.end(group, ending);
    // All of it that nobody accepts is told of as one, and what waits already by itself.
    const isNew = found.some((module) => !before.includes(module));
    const known = into ?? (isNew && group.without?.ending?.type === ending.type ? group.without : undefined);
    const other = groups.split(group, isWhole ? changed : ended, known);
    if (isNew) group.without = other;
    this.#progress.end(other, known?.ending ?? ending);
    this.#isSplit = true;
  }

  /** What did not link is not said to be declined because of what was. @param {Ending} ending @param {Module[]} before */
  #refusedSo({ type }, before) {
    if (type !== "declined" && type !== "unaccepted") return before;
    const so = before.filter((module) => this.#refusedAs(fileOf(module))?.type === type);
    return so.length > 0 ? so : before;
  }

  /**
   * What is at fault waits: what was saved with it, and is not below it, is tried without it, as if it had been saved
   * later; and what was refused before without it has a reason of its own. What new texts lead to is not below what they do not.
   * @param {Module[]} found
   * @param {Module[]} changed
   * @param {Module[]} before
   */
  #fallWith(found, changed, before) {
    const files = filesOf(found);
    const isNew = found.some((module) => !before.includes(module));
    // By what runs: what a text that is refused leads to, and nothing did before, can do without it.
    const over = new Map(changed.map((module) => [module, [...above([module])]]));
    this.#readAgain(changed);
    const led = new Set(reached(this.#graph, changed, this.#progress.transaction));
    const isBelow = (/** @type {Module} */ module) =>
      over.get(module)?.some((it) => found.includes(it) && (led.has(it) || !led.has(module)));
    return changed.filter((module) =>
      before.includes(module)
        ? this.#refusedAs(fileOf(module))?.files.some((file) => files.includes(file))
        : isNew && isBelow(module),
    );
  }
}

module.exports = { Preparation };
