// @ts-check
"use strict";

// Updates of `import.meta.hot` and modules that sync.* or hmr() hold as well: one update is both. What is accepted
// is evaluated once, and whoever holds it is handed the new exports; what nobody accepts is theirs.

const { nextTick } = require("../../intrinsics.cjs");
const { allConsumers, consumersOf, observers, oneOfEachUser } = require("../../session/consumers.cjs");
const { heldRequire } = require("../../session/held-require.cjs");
const { syncedFiles } = require("../../runner/ownership.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { wholeOf } = require("../commonjs/whole-export.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { fileOf } = require("../update/outcome.cjs");

/** @typedef {import("../../session/consumers.cjs").Consumer} Consumer */
/** @typedef {import("../../session/consumers.cjs").Transaction} Transaction */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

/** What sync.* and hmr() make of a group of an update. */
class Consumed {
  /** Nearly always one: what is evaluated because a handler threw, and groups that meet then, bring others. @type {Transaction[]} */
  #transactions = [];

  /**
   * Some of the group's modules are about to be evaluated.
   * @param {Iterable<Module>} modules
   * @param {Iterable<Module>} changed
   */
  before(modules, changed) {
    if (observers.size === 0) return;
    const known = new Set(this.#transactions.flatMap((transaction) => transaction.files));
    const files = [...new Set([...modules].map(fileOf))].filter((file) => !known.has(file));
    if (files.length === 0) return;
    const transaction = {
      files,
      consumers: consumersOfAll(files),
      changed: [...changed].map(fileOf).filter((file) => files.includes(file)),
      isHot: true,
    };
    this.#transactions.push(transaction);
    for (const observer of observers) observer.before(transaction);
  }

  /** The group has met another one. @param {Consumed} other */
  take(other) {
    this.#transactions.push(...other.#transactions);
  }

  /**
   * They are live.
   * @param {Module[]} modules
   */
  async after(modules) {
    for (const module of modules) {
      for (const consumer of consumersOfAll([fileOf(module)])) await handOver(consumer, module);
    }
    await passOn(new Set(modules));
    for (const transaction of this.#transactions) {
      for (const observer of observers) observer.after(transaction);
    }
  }

  /** These are given up, and the others go on. @param {Iterable<Module>} modules */
  leave(modules) {
    const files = new Set([...modules].map(fileOf));
    this.#leave((file) => files.has(file));
  }

  /** No others are evaluated after all, as what they were to be evaluated for is given up. @param {Iterable<Module>} modules */
  keep(modules) {
    if (this.#transactions.length === 0) return;
    const files = new Set([...modules].map(fileOf));
    this.#leave((file) => !files.has(file));
  }

  /** @param {(file: string) => boolean} isLeft */
  #leave(isLeft) {
    for (const transaction of this.#transactions) {
      const left = transaction.files.filter(isLeft);
      if (left.length === 0) continue;
      for (const observer of observers) observer.leave?.(transaction, left);
      transaction.files = transaction.files.filter((file) => !left.includes(file));
      transaction.changed = transaction.changed.filter((file) => !left.includes(file));
      transaction.consumers = consumersOfAll(transaction.files);
    }
  }

  /** The versions before go on. @param {unknown} error @param {Iterable<Module>} modules @param {string | undefined} file */
  failed(error, modules, file) {
    for (const transaction of this.#transactions) {
      for (const observer of observers) observer.rolledBack(transaction);
    }
    const files = [...new Set([...modules].map(fileOf))];
    for (const consumer of oneOfEachUser(consumersOfAll(files)))
      tellFailed(consumer, error, file ?? files[0]);
  }
}

/** @param {string[]} files @returns {Consumer[]} those that follow them */
const consumersOfAll = (files) =>
  files.flatMap((file) => [...consumersOf(file)].filter(({ follows }) => follows));

/**
 * What is accepted below a module is no new version of that; but what it re-exports is live (ECMA-262 16.2.1.7.2.2,
 * ResolveExport), and a copy of its exports is to show the same.
 * @param {Set<Module>} evaluated
 */
async function passOn(evaluated) {
  const { graph } = require("../index.cjs");
  for (const consumer of allConsumers()) {
    const module = consumer.copies && consumer.follows && graph.modules.get(consumer.file);
    if (!(module instanceof SourceTextModule) || !module.reexports || evaluated.has(module)) continue;
    if (module.status !== "evaluated" || module.evaluationError) continue;
    const bindings = [...module.resolvedExports()];
    if (bindings.some(([, { module: from }]) => evaluated.has(from))) await handOver(consumer, module);
  }
}

/** @param {Consumer} consumer @param {Module} module */
async function handOver(consumer, module) {
  try {
    const value = await valueFor(consumer, module);
    consumer.check?.(value);
    consumer.live(value);
  } catch (error) {
    tellFailed(consumer, error, consumer.file);
  }
}

/** What it would get if it loaded it now. @param {Consumer} consumer @param {Module} module */
function valueFor({ file, from, via, attributes }, module) {
  if (via === "require" && module instanceof CommonJsModule) return heldRequire(from)(file);
  const { evaluatedNow, imported } = require("./versions.cjs");
  // What has just been evaluated, because of what it imports, is it also if its file is gone. For `require()` it is not loaded, which would
  // make it a root, for good.
  return via === "import" ? imported(file, attributes, true) : wholeOf(evaluatedNow(module));
}

/**
 * In a turn of its own: an `error` event that nobody listens to throws.
 * @param {Consumer} consumer
 * @param {unknown} thrown
 * @param {string} file
 */
function tellFailed(consumer, thrown, file) {
  const error = thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`, { cause: thrown });
  nextTick(() => consumer.failed(error, file));
}

/**
 * Do sync.* and hmr() take each new version of a module?
 * @param {string} file
 * @param {boolean} isChanged it was saved itself: not what it imports
 */
const takes = (file, isChanged) => {
  for (const { deep, follows } of consumersOf(file)) if (follows && (deep || isChanged)) return true;
  return false;
};

/** Do sync.* and hmr() show what it exports, whoever else has it? @param {Module} module */
const isFollowed = (module) => {
  for (const { follows } of consumersOf(fileOf(module))) if (follows) return true;
  return false;
};

/** Do sync.* and hmr() keep all of these up to date? @param {string[]} files */
function areConsumed(files) {
  const synced = syncedFiles();
  return files.length > 0 && synced.size > 0 && files.every((file) => synced.has(file));
}

module.exports = { areConsumed, Consumed, isFollowed, takes };
