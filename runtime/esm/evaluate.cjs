// @ts-check
"use strict";

// Evaluation, step by step as ECMA-262 16.2.1.6.1.3 has it: its order is what programs see.

const { drive } = require("./drive.cjs");

/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("./native.cjs").NativeModule} NativeModule */

/** AsyncModuleEvaluationCount of the agent. */
let asyncModuleEvaluationCount = 0;

/**
 * Evaluate ( ), 16.2.1.6.1.3
 * @param {Module} module
 * @returns {Promise<void>}
 */
function evaluate(module) {
  if (module.status === "evaluating-async" || module.status === "evaluated") {
    // A module that threw before its cycle was complete has none.
    module = module.cycleRoot ?? module;
  }
  if (module.topLevelCapability) return module.topLevelCapability.promise;
  /** @type {Module[]} */
  const stack = [];
  const capability = withResolvers();
  module.topLevelCapability = capability;
  const finished = () => {
    if (typeof module.asyncEvaluationOrder !== "number") capability.resolve();
  };
  const failed = (/** @type {unknown} */ error) => {
    for (const member of stack) {
      member.status = "evaluated";
      member.evaluationError = { error };
      member.cycleRoot ??= member;
    }
    capability.reject(error);
  };
  const evaluation = innerModuleEvaluation(module, stack, 0);
  const natives = asyncNatives(module, new Set());
  if (natives.length > 0) {
    const [fulfilled, rejected] = [asyncModuleExecutionFulfilled, asyncModuleExecutionRejected];
    drive(evaluation, natives, { finished, failed, fulfilled, rejected });
    return capability.promise;
  }
  try {
    runAtOnce(evaluation);
    finished();
  } catch (error) {
    failed(error);
  }
  return capability.promise;
}

/** Without native modules to wait for it has one step. @template T @param {Generator<unknown, T>} evaluation @returns {T} */
function runAtOnce(evaluation) {
  const result = evaluation.next();
  if (!result.done) throw new Error("heatsync-rs: an evaluation that can't wait has to wait");
  return result.value;
}

/**
 * The native modules with top-level await that an evaluation will begin, in that order.
 * @param {Module} module
 * @param {Set<Module>} seen
 * @returns {NativeModule[]}
 */
function asyncNatives(module, seen) {
  if (module.status !== "linked" || seen.has(module)) return [];
  seen.add(module);
  const found = module.requested.flatMap((required) => asyncNatives(required, seen));
  if (module.isNative && module.hasTLA) found.push(/** @type {NativeModule} */ (module));
  return found;
}

/**
 * InnerModuleEvaluation ( module, stack, index ), 16.2.1.6.1.3.1
 * @param {Module} module
 * @param {Module[]} stack
 * @param {number} index
 * @returns {Generator<NativeModule, number>} yields what Node is to evaluate now
 */
function* innerModuleEvaluation(module, stack, index) {
  if (module.status === "evaluating-async" || module.status === "evaluated") {
    if (module.evaluationError) throw module.evaluationError.error;
    return index;
  }
  if (module.status === "evaluating") return index;
  module.status = "evaluating";
  module.dfsIndex = index;
  module.dfsAncestorIndex = index;
  module.pendingAsyncDependencies = 0;
  index++;
  stack.push(module);

  const requested = function* () {
    for (let required of module.requested) {
      index = yield* innerModuleEvaluation(required, stack, index);
      if (required.status === "evaluating") {
        module.dfsAncestorIndex = Math.min(module.dfsAncestorIndex, required.dfsAncestorIndex);
      } else {
        required = required.cycleRoot ?? required;
        if (required.evaluationError) throw required.evaluationError.error;
      }
      if (typeof required.asyncEvaluationOrder === "number") {
        module.pendingAsyncDependencies++;
        required.asyncParentModules.push(module);
      }
    }
  };
  if (module.facade?.isDriven) {
    // Its namespace can be seen while it is evaluated: the evaluation is that of a native module.
    module.facade.drive(() => runAtOnce(requested()));
  } else {
    yield* requested();
    if (module.pendingAsyncDependencies > 0 || module.hasTLA) {
      module.asyncEvaluationOrder = asyncModuleEvaluationCount++;
      if (module.isNative) yield/** @type {NativeModule} */ (module);
      else if (module.pendingAsyncDependencies === 0) executeAsyncModule(module);
    } else {
      module.execute();
    }
  }

  if (module.dfsAncestorIndex === module.dfsIndex) {
    for (;;) {
      const member = /** @type {Module} */ (stack.pop());
      member.status = member.asyncEvaluationOrder === null ? "evaluated" : "evaluating-async";
      member.cycleRoot = module;
      if (member === module) break;
    }
  }
  return index;
}

/** ExecuteAsyncModule ( module ), 16.2.1.6.1.3.2 @param {Module} module */
function executeAsyncModule(module) {
  module.executeAsync(
    () => asyncModuleExecutionFulfilled(module),
    (error) => asyncModuleExecutionRejected(module, error),
  );
}

/** GatherAvailableAncestors, 16.2.1.6.1.3.3 @param {Module} module @param {Set<Module>} execList */
function gatherAvailableAncestors(module, execList) {
  for (const parent of module.asyncParentModules) {
    if (execList.has(parent) || parent.cycleRoot?.evaluationError) continue;
    parent.pendingAsyncDependencies--;
    if (parent.pendingAsyncDependencies > 0) continue;
    execList.add(parent);
    if (!parent.hasTLA) gatherAvailableAncestors(parent, execList);
  }
}

/** AsyncModuleExecutionFulfilled, 16.2.1.6.1.3.4 @param {Module} module */
function asyncModuleExecutionFulfilled(module) {
  if (module.status === "evaluated") return;
  settle(module);
  /** @type {Set<Module>} */
  const execList = new Set();
  gatherAvailableAncestors(module, execList);
  const order = (/** @type {Module} */ m) => /** @type {number} */ (m.asyncEvaluationOrder);
  for (const member of [...execList].sort((a, b) => order(a) - order(b))) {
    if (/** @type {string} */ (member.status) === "evaluated") continue;
    if (member.hasTLA) {
      executeAsyncModule(member);
      continue;
    }
    try {
      member.execute();
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

/** AsyncModuleExecutionRejected, 16.2.1.6.1.3.5 @param {Module} module @param {unknown} error */
function asyncModuleExecutionRejected(module, error) {
  if (module.status === "evaluated") return;
  module.evaluationError = { error };
  module.status = "evaluated";
  module.asyncEvaluationOrder = "done";
  for (const parent of module.asyncParentModules) asyncModuleExecutionRejected(parent, error);
  module.topLevelCapability?.reject(error);
}

/** Promise.withResolvers, which Node 20 does not have. @returns {import("./module-record.cjs").Capability} */
function withResolvers() {
  /** @type {any} */
  const capability = {};
  capability.promise = new Promise((resolve, reject) => Object.assign(capability, { resolve, reject }));
  // A rejection is the caller's to report; the cached one must not be unhandled for ever.
  capability.promise.catch(() => {});
  return capability;
}

module.exports = { evaluate };
