// @ts-check
"use strict";

// InnerModuleEvaluation ( module, stack, index ), ECMA-262 16.2.1.6.1.3.1, with a stack of its own in place of the
// recursion. No generator: its `next` would be the program's to replace, and each step of one a kilobyte of garbage.

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** Where the specification's recursion is. @typedef {{ module: Module, next: number, isWaiting: boolean }} Visit */

/** AsyncModuleEvaluationCount of the agent. */
let asyncModuleEvaluationCount = 0;

/** Goes on from evaluation to evaluation: a package may have one begin within another, whose modules are lower. */
let dfsCount = 0;

class ModuleEvaluation {
  #first = dfsCount;
  /** @type {Visit[]} */
  #visits = [];
  /** Begun and not complete, as the specification has it. @type {Module[]} */
  #stack;
  /** @type {Module | null} */
  #root;

  /** @param {Module} root @param {Module[]} stack */
  constructor(root, stack) {
    this.#root = root;
    this.#stack = stack;
  }

  /**
   * Goes on once the module that it named last was executed; if that threw, it is over.
   * @returns {Module | null} what is to be executed now; null: that was all
   */
  next() {
    const visits = this.#visits;
    if (this.#root) {
      const top = this.#enter(this.#root);
      this.#root = null;
      if (top) visits[0] = top;
    } else {
      this.#leave();
    }
    while (visits.length > 0) {
      const current = visits[visits.length - 1];
      const { module, next } = current;
      if (next < module.requested.length) {
        const required = module.requested[next];
        const entered = current.isWaiting ? null : this.#enter(required);
        current.isWaiting = entered !== null;
        if (entered) {
          visits[visits.length] = entered;
        } else {
          join(module, required, this.#first);
          current.next++;
        }
        continue;
      }
      // Steps 12 and 13.
      if (module.pendingAsyncDependencies === 0 && !module.hasTLA) return module;
      module.asyncEvaluationOrder = asyncModuleEvaluationCount++;
      if (module.isNative || module.pendingAsyncDependencies === 0) return module;
      this.#leave();
    }
    return null;
  }

  /** What it has named last, as long as that is not done; null: what has thrown did so before. @returns {Module | null} */
  get executed() {
    const visits = this.#visits;
    if (visits.length === 0) return null;
    const { module, next } = visits[visits.length - 1];
    return next < module.requested.length ? null : module;
  }

  /** Steps 1 to 10. @param {Module} module @returns {Visit | null} null: nothing to do */
  #enter(module) {
    if (module.status === "evaluating-async" || module.status === "evaluated") {
      if (module.evaluationError) throw module.evaluationError.error;
      return null;
    }
    if (module.status === "evaluating") return null;
    const index = dfsCount++;
    module.status = "evaluating";
    module.dfsIndex = index;
    module.dfsAncestorIndex = index;
    module.pendingAsyncDependencies = 0;
    const stack = this.#stack;
    stack[stack.length] = module;
    return { module, next: 0, isWaiting: false };
  }

  /** Steps 14 to 16, of the module that is on top: with it a component may be complete. */
  #leave() {
    const visits = this.#visits;
    if (visits.length === 0) return;
    const { module } = visits[visits.length - 1];
    visits.length--;
    if (module.dfsAncestorIndex !== module.dfsIndex) return;
    const stack = this.#stack;
    for (;;) {
      const member = stack[stack.length - 1];
      stack.length--;
      // A native module that Node had evaluated before may have told us already.
      member.status = typeof member.asyncEvaluationOrder === "number" ? "evaluating-async" : "evaluated";
      member.cycleRoot = module;
      if (member === module) break;
    }
  }
}

/** Step 11, of one request. @param {Module} module @param {Module} required @param {number} first of this evaluation */
function join(module, required, first) {
  if (required.status === "evaluating") {
    if (required.dfsIndex < first) return;
    if (required.dfsAncestorIndex < module.dfsAncestorIndex)
      module.dfsAncestorIndex = required.dfsAncestorIndex;
  } else {
    required = required.cycleRoot ?? required;
    if (required.evaluationError) throw required.evaluationError.error;
  }
  if (typeof required.asyncEvaluationOrder === "number") {
    module.pendingAsyncDependencies++;
    required.asyncParentModules[required.asyncParentModules.length] = module;
  }
}

module.exports = { ModuleEvaluation };
