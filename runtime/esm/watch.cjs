// @ts-check
"use strict";

// From the engine's updates to those of `import.meta.hot`. The engine watches what its boundaries
// lead to: here the roots of the graph. It says which files changed; who is evaluated is `update`'s.

const path = require("node:path");
const native = require("../../native/load.cjs");
const { notice } = require("../report.cjs");

/** @typedef {import("./update.cjs").Outcome} Outcome */
/** @typedef {(files: string[]) => Promise<Outcome>} UpdateFiles */

class Watch {
  #updateFiles;
  #session;
  #isApplying = false;
  /** Nothing is written to standard error. */
  isSilent = false;
  /** @type {Set<string>} */
  #roots = new Set();

  /** @param {UpdateFiles} updateFiles */
  constructor(updateFiles) {
    this.#updateFiles = updateFiles;
    this.#session = new native.Session({}, () => this.#pump(), notice);
  }

  /**
   * Call it before the file is loaded: an edit in between then comes as an update, where the other
   * way round it would be lost.
   * @param {string} file
   */
  root(file) {
    if (this.#roots.has(file)) return;
    this.#roots.add(file);
    this.#session.prepare(file);
    this.#session.addBoundary(file, true, true);
  }

  #pump() {
    if (this.#isApplying) return;
    const plan = this.#session.takeUpdate();
    if (!plan) return;
    this.#isApplying = true;
    const started = performance.now();
    const modules = plan.groups.flatMap((group) => group.modules);
    const files = modules.filter(({ changed }) => changed).map(({ file }) => file);
    const done = (/** @type {Outcome} */ outcome) => {
      this.#isApplying = false;
      if (!this.isSilent) report(outcome, files, plan.age + performance.now() - started);
      const isLive = outcome.type === "accepted";
      const hasMore = this.#session.finishUpdate(
        plan.id,
        plan.groups.map(() => isLive),
      );
      // In a turn of its own: many reloads within one keep every old instance alive.
      if (hasMore) setImmediate(() => this.#pump());
    };
    this.#updateFiles(files).then(done, (error) => done({ type: "fatalError", error }));
  }
}

/**
 * One line for an update.
 * @param {Outcome} outcome
 * @param {string[]} files
 * @param {number} milliseconds
 */
function report(outcome, files, milliseconds) {
  const changed = files.map((file) => path.relative(process.cwd(), file)).join(", ");
  const short = (/** @type {string} */ url) =>
    path.relative(process.cwd(), decodeURIComponent(new URL(url).pathname));
  const say = (/** @type {string} */ text) => void process.stderr.write(`[heatsync] ${text}\n`);
  switch (outcome.type) {
    case "accepted":
      return say(`${changed}: ${outcome.evaluated.length} evaluated in ${milliseconds.toFixed(1)} ms`);
    case "unaccepted":
      return say(`${changed}: nobody accepts it: ${outcome.chain.map(short).join(" → ")}`);
    case "unacceptedEvaluation":
      return say(`${changed}: evaluated, then accepted by nobody: ${outcome.chain.map(short).join(" → ")}`);
    case "declined":
      return say(`${changed}: declined by ${outcome.modules.map(short).join(", ")}`);
    case "linkError":
    case "evaluationError":
    case "fatalError": {
      const { error } = outcome;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return say(`${changed}: not updated: ${text}`);
    }
    default:
      return unreachable(outcome);
  }
}

/** @param {never} outcome @returns {never} */
function unreachable(outcome) {
  throw new Error(`heatsync-rs: an outcome without words: ${JSON.stringify(outcome)}`);
}

module.exports = { Watch };
