// @ts-check
"use strict";

const { SafeMap, SafeSet } = require("../../intrinsics.cjs");
const { areConsumed, Consumed } = require("../versions/consumed.cjs");
const { fileOf, filesOf, outcomeOf } = require("./outcome.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("./outcome.cjs").Ending} Ending */
/** @typedef {import("./outcome.cjs").Outcome} Outcome */

/** What is accepted or refused as one. */
class Group {
  /** Asked for: not what came because of these. @type {Set<Module>} */
  changed = new Set();
  /** What is said to have changed, if that is something else. @type {string[] | null} */
  files = null;
  /** Nothing of it was there before: who goes on without it. @type {string | undefined} */
  lackedBy = undefined;
  /** All that is evaluated, or is to be. @type {Set<Module>} */
  members = new Set();
  /** Whose dispose handlers ran. @type {Set<Module>} */
  disposed = new Set();
  /** @type {Set<Module>} */
  acceptedBy = new Set();
  /** Set once it can't go on. @type {Ending | null} */
  ending = null;
  /** Somebody takes care of every way up. */
  isAccepted = false;
  consumed = new Consumed();
  /** What was of it, and was refused without it. @type {Group | null} */
  without = null;

  /** @param {Group} other */
  take(other) {
    if (this.files || other.files) {
      const files = [this, other].flatMap((it) => it.files ?? filesOf(it.changed));
      this.files = [...new Set(files)];
    }
    for (const key of /** @type {const} */ (["changed", "members", "disposed", "acceptedBy"])) {
      for (const module of other[key]) this[key].add(module);
    }
    this.consumed.take(other.consumed);
  }
}

/** The groups of one update, by their modules. @extends {SafeMap<Module, Group>} */
class Groups extends SafeMap {
  /** Given up. Their modules may be evaluated with others, as they were. @type {Set<Group>} */
  ended = new SafeSet();

  /**
   * The group that modules with a cause are of; groups that meet only now become one.
   * @param {Module[]} causes
   * @param {Set<Module>} wanted
   */
  join(causes, wanted) {
    const known = new Set(causes.flatMap((module) => this.get(module) ?? []));
    const [group = new Group(), ...others] = [...known].filter(({ ending }) => !ending);
    for (const other of others) {
      group.take(other);
    }
    for (const [module, of] of this) if (others.includes(of)) this.set(module, group);
    for (const module of causes) {
      this.set(module, group);
      group.members.add(module);
      if (wanted.has(module)) group.changed.add(module);
    }
    return group;
  }

  /**
   * All is planned again: who was to be evaluated by the plan before may have no reason any more. Linked with what is evaluated, it would
   * never be, and whoever imports it would wait for it.
   * @param {Set<Module>} evaluated
   */
  forgetPlan(evaluated) {
    for (const group of new Set(this.values())) {
      if (!group.ending)
        this.#keepOnly(group, (module) => group.disposed.has(module) || evaluated.has(module));
    }
  }

  /** What is not to change leaves the group, but for these. @param {Group} group @param {(module: Module) => boolean} isKept */
  #keepOnly(group, isKept) {
    for (const module of group.members) {
      if (group.changed.has(module) || isKept(module)) continue;
      group.members.delete(module);
      this.delete(module);
    }
  }

  /**
   * What is left is planned again: who was to be evaluated because of these may have no reason any more.
   * @param {Group} group of which nothing was evaluated
   * @param {Module[]} modules of it, which are to be a group of their own
   * @param {Group} [other] or of this one
   */
  split(group, modules, other = new Group()) {
    for (const module of group.members) if (!group.changed.has(module)) this.delete(module);
    group.members = new Set(group.changed);
    for (const module of modules) {
      group.changed.delete(module);
      group.members.delete(module);
      other.changed.add(module);
      other.members.add(module);
      this.set(module, other);
    }
    return other;
  }

  /**
   * These are given up. What is left is planned again, but for what was evaluated.
   * @param {Group} group
   * @param {Set<Module>} modules
   * @param {Set<Module>} evaluated
   */
  leave(group, modules, evaluated) {
    const other = new Group();
    other.isAccepted = group.isAccepted;
    for (const key of /** @type {const} */ (["changed", "members", "disposed"])) {
      for (const module of modules) if (group[key].delete(module)) other[key].add(module);
    }
    for (const module of modules) this.set(module, other);
    this.#keepOnly(group, (module) => evaluated.has(module));
    group.consumed.leave(modules);
    return other;
  }

  get all() {
    return new Set([...this.values(), ...this.ended]);
  }
}

/**
 * Tells sync.* and hmr().
 * @param {Group[]} groups
 * @param {Set<Module>} evaluated
 * @returns {Promise<Group[]>} without what is theirs to evaluate and to report
 */
async function consume(groups, evaluated) {
  const ours = groups.filter(({ changed, ending, isAccepted }) => {
    // What has been evaluated before nobody accepted it is nobody's to evaluate once more.
    const isBegun = ending?.type === "unaccepted" && ending.evaluated.length > 0;
    const isUnwanted = ending?.type === "unaccepted" || ending?.type === "declined";
    const isRefused = ending && !isBegun && (!isAccepted || isUnwanted);
    return !isRefused || !areConsumed(filesOf(changed));
  });
  for (const { consumed, ending, members } of ours) {
    if (!ending || ending.type === "unaccepted") {
      consumed.keep(members);
      await consumed.after([...members].filter((module) => evaluated.has(module)));
    } else if ("error" in ending) consumed.failed(ending.error, members, ending.file);
  }
  return ours;
}

/**
 * How they ended.
 * @param {Group[]} groups
 * @param {Set<Module>} all that was evaluated, in this order
 * @param {string[]} pruned
 * @param {number} milliseconds
 * @returns {Outcome[]}
 */
function outcomesOf(groups, all, pruned, milliseconds) {
  return groups.map((group) => {
    const evaluated = [...all].filter((module) => group.members.has(module)).map(fileOf);
    const acceptedBy = filesOf(group.acceptedBy);
    /** @type {Ending} */
    const ending = group.ending ?? { type: "accepted", evaluated, acceptedBy, pruned };
    return outcomeOf(ending, group.files ?? filesOf(group.changed), milliseconds, group.lackedBy);
  });
}

module.exports = { consume, Group, Groups, outcomesOf };
