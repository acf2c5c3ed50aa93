// @ts-check
"use strict";

// Evaluation, step by step as ECMA-262 16.2.1.6.1.3 has it: its order is what programs see. No built-in that a program
// could have replaced is called between two of its bodies.

const { IntrinsicPromise, SafeSet, apply, programRuns, putBack, react } = require("../../intrinsics.cjs");
const { noteThrown } = require("../positions/deep-frames.cjs");
const { ModuleEvaluation } = require("./module-evaluation.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../native/native.cjs").NativeModule} NativeModule */

/**
 * An evaluation: `runBodies(bodies)`, if there are any to run now, then `finished` or `failed`.
 * @typedef {{ promise: Promise<void>, bodies: ModuleEvaluation | null, finished: () => void, failed: (error: unknown) => void }} Evaluation
 */

/**
 * Evaluate ( ), 16.2.1.6.1.3
 * @param {Module} module
 * @returns {Promise<void>}
 */
function evaluate(module) {
  if (isLast(module)) return evaluateLast(module);
  const evaluation = begin(module);
  run(evaluation);
  return evaluation.promise;
}

/** Is it the only module that is left to evaluate, and is that no matter of time? Nearly every update. @param {Module} module */
function isLast({ status, hasTLA, isNative, topLevelCapability, requested }) {
  if (status !== "linked" || hasTLA || isNative || topLevelCapability) return false;
  return areDone(requested);
}

/** @param {Module | null} module @returns {string | undefined} */
const fileOf = (module) => /** @type {any} */ (module)?.file;

/** Are modules evaluated, and well? @param {Module[]} modules */
function areDone(modules) {
  for (let index = 0; index < modules.length; index++) {
    const module = modules[index];
    const { status, evaluationError, asyncEvaluationOrder } = module.cycleRoot ?? module;
    if (module.status !== "evaluated" || status !== "evaluated") return false;
    if (evaluationError || typeof asyncEvaluationOrder === "number") return false;
  }
  return true;
}

/**
 * What the steps below come to then.
 * @param {Module} module
 * @returns {Promise<void>}
 */
function evaluateLast(module) {
  const capability = withResolvers();
  module.topLevelCapability = capability;
  module.status = "evaluating";
  module.pendingAsyncDependencies = 0;
  try {
    const { call, self, values } = module.begin();
    while (!module.end(apply(call, self, values)));
    capability.resolve();
  } catch (error) {
    noteThrown(error, fileOf(module));
    module.evaluationError = { error };
    capability.reject(error);
  }
  module.status = "evaluated";
  module.cycleRoot = module;
  return capability.promise;
}

/** @param {Evaluation} evaluation */
function run({ bodies, finished, failed }) {
  try {
    if (bodies) runBodies(bodies);
    finished();
  } catch (error) {
    failed(error);
  }
}

/**
 * The same, but for running the bodies: who wants few frames of ours under them does it himself.
 * @param {Module} module
 * @param {string} [entry] on whose behalf, for stacks
 * @returns {Evaluation}
 */
function begin(module, entry) {
  const nothing = { bodies: null, finished: () => {}, failed: () => {} };
  if (module.status === "evaluating-async" || module.status === "evaluated") {
    // A module that threw before its cycle was complete has none.
    module = module.cycleRoot ?? module;
  }
  if (module.topLevelCapability) return { ...nothing, promise: module.topLevelCapability.promise };
  /** @type {Module[]} */
  const stack = [];
  const capability = withResolvers();
  const { promise } = capability;
  module.topLevelCapability = capability;
  const finished = () => {
    if (typeof module.asyncEvaluationOrder !== "number") capability.resolve();
  };
  const failed = (/** @type {unknown} */ error) => {
    noteThrown(error, fileOf(bodies.executed));
    for (let index = 0; index < stack.length; index++) {
      const member = stack[index];
      member.status = "evaluated";
      member.evaluationError = { error };
      member.cycleRoot ??= member;
    }
    capability.reject(error);
  };
  const bodies = new ModuleEvaluation(module, stack);
  const natives = asyncNatives(module);
  const evaluation = { promise, bodies, finished, failed };
  if (natives.length === 0) return evaluation;
  const giveBack = putBack();
  beginDriven(module, evaluation, entry);
  giveBack?.();
  return { ...nothing, promise };
}

/** What a driver is going to begin, in a moment, and when it will have. @type {Map<NativeModule, Promise<void>>} */
const claims = new Map();

/**
 * Begins an evaluation that comes to native modules with top-level await. A driver starts a moment later, as
 * import() does: an evaluation that shares such a module with one that has not started waits for it. Else both
 * would foresee it, and only one begin it.
 * @param {Module} module
 * @param {Evaluation & { bodies: ModuleEvaluation }} evaluation
 * @param {string} [entry]
 */
function beginDriven(module, evaluation, entry) {
  const natives = asyncNatives(module);
  const claim = natives.map((native) => claims.get(native)).find((it) => it !== undefined);
  if (claim) {
    void claim.then(() => beginDriven(module, evaluation, entry));
    return;
  }
  if (natives.length === 0) return run(evaluation);
  const { bodies, finished, failed } = evaluation;
  /** @type {() => void} */
  let begun = () => {};
  /** @type {Promise<void>} */
  const beginning = new IntrinsicPromise((resolve) => {
    begun = () => {
      for (const native of natives) claims.delete(native);
      resolve();
    };
  });
  for (const native of natives) claims.set(native, beginning);
  const reactions = {
    finished: () => {
      finished();
      begun();
    },
    failed: (/** @type {unknown} */ error) => {
      failed(error);
      begun();
    },
    fulfilled: asyncModuleExecutionFulfilled,
    rejected: asyncModuleExecutionRejected,
  };
  // Most programs need none.
  const { drive } = require("./drive.cjs");
  drive(() => /** @type {NativeModule | null} */ (runBodies(bodies)), natives, reactions, entry);
}

/**
 * The native modules with top-level await that an evaluation will begin, in that order.
 * @param {Module} module
 * @param {Set<Module>} [seen]
 * @param {NativeModule[]} [found]
 * @returns {NativeModule[]}
 */
function asyncNatives(module, seen = new SafeSet(), found = []) {
  if (module.status !== "linked" || seen.has(module)) return found;
  seen.add(module);
  const { requested } = module;
  for (let index = 0; index < requested.length; index++) asyncNatives(requested[index], seen, found);
  if (module.isNative && module.hasTLA) found[found.length] = /** @type {NativeModule} */ (module);
  return found;
}

/**
 * Runs the bodies that an evaluation comes to, from here and no deeper: the fewer frames of ours
 * lie under a body, the fewer of the program's does Error.stackTraceLimit cut off for them.
 * @param {ModuleEvaluation} evaluation
 * @param {boolean} [leavesCyclic] stops at members of cycles, too: their bodies are generators, and `next`, which resumes
 *   one, is a frame. The caller runs these itself: `begin`, call, `ended`
 * @returns {Module | null} also one that has top-level await, and is Node's to run now; null: done
 */
function runBodies(evaluation, leavesCyclic = false) {
  programRuns();
  for (let module = evaluation.next(); module; module = evaluation.next()) {
    if (module.isNative && module.hasTLA) return module;
    if (leavesCyclic && module.isCyclic && module.isSourceText) return module;
    const { call, self, values } = module.begin();
    while (!ended(module, apply(call, self, values)));
  }
  return null;
}

/** What `begin` has given was called. @param {Module} module @param {unknown} result @returns {boolean} was that all? */
function ended(module, result) {
  return module.end(result, asyncModuleExecutionFulfilled, asyncModuleExecutionRejected);
}

/** ExecuteAsyncModule ( module ), 16.2.1.6.1.3.2 @param {Module} module */
function executeAsyncModule(module) {
  const { call, self, values } = module.begin();
  module.end(apply(call, self, values), asyncModuleExecutionFulfilled, asyncModuleExecutionRejected);
}

/**
 * GatherAvailableAncestors, 16.2.1.6.1.3.3, in the order of [[AsyncEvaluationOrder]]: each goes where it belongs.
 * @param {Pick<Module, "asyncParentModules">} module
 * @param {Module[]} execList
 */
function gatherAvailableAncestors({ asyncParentModules }, execList) {
  for (let index = 0; index < asyncParentModules.length; index++) {
    const parent = asyncParentModules[index];
    // One that is in the list has nothing left to wait for.
    if (parent.pendingAsyncDependencies === 0 || parent.cycleRoot?.evaluationError) continue;
    parent.pendingAsyncDependencies--;
    if (parent.pendingAsyncDependencies > 0) continue;
    let place = execList.length;
    for (; place > 0 && orderOf(execList[place - 1]) > orderOf(parent); place--) {
      execList[place] = execList[place - 1];
    }
    execList[place] = parent;
    if (!parent.hasTLA) gatherAvailableAncestors(parent, execList);
  }
}

/** @param {Module} module */
const orderOf = (module) => /** @type {number} */ (module.asyncEvaluationOrder);

/** AsyncModuleExecutionFulfilled, 16.2.1.6.1.3.4 @param {Module} module */
function asyncModuleExecutionFulfilled(module) {
  if (module.status === "evaluated") return;
  settle(module);
  executeAvailable(module);
}

/**
 * A version was replaced before its evaluation ended: who waits for it goes on with the new one.
 * @param {Pick<Module, "asyncParentModules" | "status" | "topLevelCapability">} version
 */
function replaced(version) {
  if (version.status !== "evaluating-async") return;
  version.topLevelCapability?.resolve();
  executeAvailable(version);
}

/**
 * A version is put back that was waiting for what it imports when another took its place: some of that may have ended since.
 * @param {Module} module
 */
function waitAgain(module) {
  const { cycleRoot, requested } = module;
  if (module.status !== "evaluating-async" || module.pendingAsyncDependencies === 0) return;
  let pending = 0;
  for (let index = 0; index < requested.length; index++) {
    const isOfCycle = requested[index].cycleRoot === cycleRoot;
    const required = isOfCycle ? requested[index] : (requested[index].cycleRoot ?? requested[index]);
    if (required.evaluationError) return asyncModuleExecutionRejected(module, required.evaluationError.error);
    // Of its cycle it waits for what was begun before (16.2.1.6.1.3.1, step 11.c.v).
    const isDone = typeof required.asyncEvaluationOrder !== "number";
    if (isDone || (isOfCycle && orderOf(required) > orderOf(module))) continue;
    required.asyncParentModules[required.asyncParentModules.length] = module;
    pending++;
  }
  module.pendingAsyncDependencies = pending || 1;
  if (pending === 0) executeAvailable({ asyncParentModules: [module] });
}

/** Steps 8 to 12: importers that waited for this module alone. @param {Pick<Module, "asyncParentModules">} module */
function executeAvailable(module) {
  /** @type {Module[]} */
  const execList = [];
  gatherAvailableAncestors(module, execList);
  for (let index = 0; index < execList.length; index++) {
    const member = execList[index];
    if (/** @type {string} */ (member.status) === "evaluated") continue;
    if (member.hasTLA) {
      executeAsyncModule(member);
      continue;
    }
    try {
      const { call, self, values } = member.begin();
      while (!member.end(apply(call, self, values)));
    } catch (error) {
      asyncModuleExecutionRejected(member, error);
      continue;
    }
    settle(member);
  }
}

/** @param {Module} module */
function settle(module) {
  module.asyncEvaluationOrder = "done";
  module.status = "evaluated";
  module.topLevelCapability?.resolve();
}

/** V8 13 and 14.1 tell the importers' promises before the module's own: the specification changed in 2025. */
const tellsLeafFirst = Number.parseInt(process.versions.node, 10) >= 26;

/** AsyncModuleExecutionRejected, 16.2.1.6.1.3.5 @param {Module} module @param {unknown} error */
function asyncModuleExecutionRejected(module, error) {
  if (module.status === "evaluated") return;
  noteThrown(error, fileOf(module));
  module.evaluationError = { error };
  module.status = "evaluated";
  module.asyncEvaluationOrder = "done";
  if (tellsLeafFirst) module.topLevelCapability?.reject(error);
  const { asyncParentModules } = module;
  for (let index = 0; index < asyncParentModules.length; index++) {
    asyncModuleExecutionRejected(asyncParentModules[index], error);
  }
  if (!tellsLeafFirst) module.topLevelCapability?.reject(error);
}

/** Promise.withResolvers, which Node 20 does not have. @returns {import("../graph/module-record.cjs").Capability} */
function withResolvers() {
  /** @type {any} */
  const capability = {};
  capability.promise = new IntrinsicPromise((resolve, reject) => {
    capability.resolve = resolve;
    capability.reject = reject;
  });
  // A rejection is the caller's to report; the cached one must not be unhandled for ever.
  react(capability.promise, undefined, () => {});
  return capability;
}

module.exports = { areDone, begin, ended, evaluate, evaluateLast, replaced, runBodies, waitAgain };
