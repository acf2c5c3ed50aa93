// @ts-check
"use strict";

// Updates: one at a time, all or nothing until the first body runs. Which modules are evaluated and
// who is told is decided in Rust (src/graph/hot.rs); here it is done.

const { Hot } = require("./hot.cjs");
const { namespaceOf } = require("./namespace.cjs");
const { JsonModule, SourceTextModule } = require("./module-record.cjs");
const { reload } = require("./reload.cjs");

/** @typedef {import("./graph.cjs").Graph} Graph */
/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("../../native/addon").JsHotModule} JsHotModule */
/** @typedef {import("../../native/addon").JsHotPlan} JsHotPlan */
/**
 * How an update ended.
 * @typedef {{ type: "accepted", evaluated: string[] }
 *   | { type: "unaccepted", chain: string[] }
 *   | { type: "declined", modules: string[] }
 *   | { type: "linkError", error: unknown }
 *   | { type: "evaluationError", error: unknown }
 *   | { type: "unacceptedEvaluation", chain: string[] }
 *   | { type: "fatalError", error: unknown }} Outcome
 */

class Updates {
  #graph;
  #plan;
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** What an update of its own was asked for, while none runs. @type {Set<Module>} */
  #wanted = new Set();
  #isRunning = false;
  /** Called with each outcome nobody waits for. @type {(outcome: Outcome) => void} */
  onOutcome = () => {};

  /** @param {Graph} graph @param {(modules: JsHotModule[]) => JsHotPlan} plan */
  constructor(graph, plan) {
    this.#graph = graph;
    this.#plan = plan;
  }

  /** Updates changed modules, after the update that may be in flight. @param {Module[]} changed @returns {Promise<Outcome>} */
  request(changed) {
    const next = this.#last.then(() => this.#run(changed));
    this.#last = next.catch(() => {});
    return next;
  }

  /** @param {Module} module */
  invalidated(module) {
    // In an update, `#run` looks for itself.
    if (this.#isRunning) return;
    if (this.#wanted.size === 0) {
      setImmediate(() => {
        const wanted = [...this.#wanted];
        this.#wanted.clear();
        void this.request(wanted).then(this.onOutcome);
      });
    }
    this.#wanted.add(module);
  }

  /** @param {Module[]} changed @returns {Promise<Outcome>} */
  async #run(changed) {
    this.#isRunning = true;
    try {
      /** @type {Map<Module, "changed" | "invalidated">} */
      let causes = new Map(changed.map((module) => [module, /** @type {const} */ ("changed")]));
      /** @type {string[]} */
      const evaluated = [];
      for (let round = 0; causes.size > 0; round++) {
        const modules = [...this.#graph.modules.values()].filter(isOurs);
        const places = new Map(modules.map((module, place) => [module, place]));
        const plan = this.#plan(modules.map((module) => describe(module, places, causes)));
        const named = plan.modules.map((index) => modules[index].url);
        if (plan.outcome === "declined") return { type: "declined", modules: named };
        if (plan.outcome === "unaccepted") {
          return { type: round === 0 ? "unaccepted" : "unacceptedEvaluation", chain: named };
        }
        const steps = plan.steps.map(({ modules: list, importer }) => ({
          modules: list.map((index) => modules[index]),
          importer: importer === undefined ? null : modules[importer],
        }));
        const outcome = await this.#evaluate(steps, evaluated);
        if (!(outcome instanceof Map)) return outcome;
        causes = outcome;
      }
      return { type: "accepted", evaluated };
    } finally {
      this.#isRunning = false;
    }
  }

  /**
   * @param {{ modules: Module[], importer: Module | null }[]} steps
   * @param {string[]} evaluated
   * @returns {Promise<Map<Module, "changed" | "invalidated"> | Outcome>} who could not go on after all
   */
  async #evaluate(steps, evaluated) {
    const members = steps.flatMap(({ modules, importer }) => (importer ? [] : modules));
    const before = new Map(members.map((module) => [module, hotOf(module)]));
    const requested = new Set(members.flatMap((module) => module.requested));
    /** @type {Outcome["type"]} */
    let stage = "linkError";
    try {
      await reload(this.#graph, members, async () => {
        stage = "fatalError";
        for (const [module, hot] of before) {
          if (hot) /** @type {SourceTextModule} */ (module).handed = await Hot.end(hot, false);
        }
        stage = "evaluationError";
      });
    } catch (error) {
      return /** @type {Outcome} */ ({ type: stage, error });
    }
    evaluated.push(...members.map((module) => module.url));
    /** @type {Map<Module, "changed" | "invalidated">} */
    const failed = new Map();
    for (const { modules, importer } of steps) {
      if (importer) {
        if (!(await tell(importer, modules))) failed.set(importer, "changed");
        continue;
      }
      for (const module of modules) {
        const hot = before.get(module);
        if (hot && !(await tellItself(module, hot))) failed.set(module, "invalidated");
      }
    }
    for (const module of requested) await this.#prune(module);
    return failed;
  }

  /** Nothing imports it any more. @param {Module} module */
  async #prune(module) {
    if (module.importers.size > 0 || this.#graph.roots.has(module)) return;
    for (const [key, other] of this.#graph.modules) {
      if (other === module) this.#graph.modules.delete(key);
    }
    const hot = hotOf(module);
    if (hot) await Hot.end(hot, true);
    for (const required of module.requested) {
      required.importers.delete(module);
      await this.#prune(required);
    }
  }
}

/** @param {Module} module */
const isOurs = (module) => module instanceof SourceTextModule || module instanceof JsonModule;

/** @param {Module} module @returns {Hot | null} */
const hotOf = (module) => (module instanceof SourceTextModule ? module.hot : null);

/** @param {Module} module @returns {Module[]} */
function importsOf(module) {
  return module instanceof SourceTextModule ? [...module.requested, ...module.dynamicImports] : [];
}

/**
 * @param {Module} module
 * @param {Map<Module, number>} places
 * @param {Map<Module, "changed" | "invalidated">} causes
 * @returns {JsHotModule}
 */
function describe(module, places, causes) {
  const placesOf = (/** @type {(Module | undefined)[]} */ list) =>
    list.flatMap((other) => (other && places.get(other)) ?? []);
  const hot = hotOf(module);
  const state = hot && Hot.stateOf(hot);
  const accepted =
    state?.accepts.flatMap(({ specifiers }) => specifiers.map((text) => named(module, text))) ?? [];
  return {
    imports: placesOf(importsOf(module)),
    acceptsItself: state?.acceptsItself ?? false,
    declined: state?.isDeclined ?? false,
    accepts: placesOf(accepted),
    cause: causes.get(module) ?? "none",
  };
}

/** What `specifier` means to a module. @param {Module} module @param {string} specifier @returns {Module | undefined} */
function named(module, specifier) {
  if (!(module instanceof SourceTextModule)) return undefined;
  const index = module.record.requests.findIndex((request) => request.specifier === specifier);
  if (index >= 0) return module.requested[index];
  const { href } = new URL(specifier, module.url);
  return [...module.dynamicImports].find(({ url }) => url === href);
}

/** Accept handlers of an importer that stays. @param {Module} importer @param {Module[]} modules */
async function tell(importer, modules) {
  const hot = hotOf(importer);
  if (!hot) return false;
  for (const { specifiers, callback } of Hot.stateOf(hot).accepts) {
    const accepted = specifiers.map((specifier) => named(importer, specifier));
    if (!callback || !accepted.some((module) => module && modules.includes(module))) continue;
    try {
      await callback(accepted.map((module) => module && namespaceOf(module)));
    } catch (error) {
      console.error(error);
      return false;
    }
    if (Hot.stateOf(hot).isInvalidated) return false;
  }
  return true;
}

/** Accept handlers of the version before. @param {Module} module @param {Hot} before */
async function tellItself(module, before) {
  const { acceptsItself, selfAccepts } = Hot.stateOf(before);
  if (!acceptsItself) return true; // its importers were evaluated, or told
  for (const callback of selfAccepts) {
    try {
      await callback(namespaceOf(module));
    } catch (error) {
      console.error(error);
      return false;
    }
  }
  const now = hotOf(module);
  return !Hot.stateOf(before).isInvalidated && !(now && Hot.stateOf(now).isInvalidated);
}

module.exports = { Updates };
