// @ts-check
"use strict";

// Who holds a module's exports from outside the graph: the boundaries, as JavaScript sees them.

/**
 * @typedef {object} Consumer
 * @property {string} file the module
 * @property {string} from the file that loads it
 * @property {"require" | "import"} via how the consumer loads it
 * @property {ImportAttributes} [attributes]
 * @property {boolean} deep follows every change below the module, not only its own file
 * @property {boolean} watch the engine watches the files for it
 * @property {boolean} follows someone watches the files for it
 * @property {(value: any) => void} [check] throws when the new exports can't be taken
 * @property {boolean} [copies] keeps none of the objects it is given
 * @property {(value: any) => void} live takes the new exports
 * @property {(error: Error, file: string) => void} failed tells the user
 */

/**
 * Modules that are evaluated anew, together and for these consumers.
 * @typedef {{ files: string[], consumers: Consumer[], changed: string[], isHot?: boolean }} Transaction
 *   `isHot`: it is one of `import.meta.hot`, which is told of elsewhere, too
 *
 * Who wants to know about every one, whoever caused it. None of these throws.
 * @typedef {object} Observer
 * @property {(transaction: Transaction) => void} before the files are about to be evaluated anew
 * @property {(transaction: Transaction) => void} after the new versions are live
 * @property {(transaction: Transaction) => void} rolledBack the evaluation failed; the old versions go on
 * @property {(transaction: Transaction, files: string[]) => void} [leave] it failed for these files alone
 * @property {(failure: import("../report.cjs").Failure, files: string[]) => void} [failed] whatever it was, old versions go on
 * @property {(files: string[]) => void} [ended] of these the versions go for good, without others that are evaluated with that
 */

/** @type {Set<Observer>} */
const observers = new Set();

/** @type {Map<string, Set<Consumer>>} */
const consumers = new Map();

/**
 * @param {import("../../native/addon").Session} session
 * @param {Consumer} consumer
 * @returns {() => void} removes it again
 */
function addConsumer(session, consumer) {
  const { file, deep, watch } = consumer;
  const others = consumers.get(file) ?? new Set();
  others.add(consumer);
  consumers.set(file, others);
  session.addBoundaries([file], deep, watch);
  return () => {
    if (!others.delete(consumer)) return;
    if (others.size === 0) consumers.delete(file);
    session.removeBoundaries([file], deep, watch);
  };
}

/**
 * @param {string} file
 * @returns {Iterable<Consumer>}
 */
const consumersOf = (file) => consumers.get(file) ?? [];

/**
 * One consumer for each user: an instance or an hmr() that takes several of the modules is told once.
 * @param {Consumer[]} consumers
 */
const oneOfEachUser = (consumers) => new Map(consumers.map((it) => [it.failed, it])).values();

/** @param {Iterable<string>} files of which the versions go for good */
function tellEnded(files) {
  if (observers.size === 0) return;
  const all = [...new Set(files)];
  for (const observer of observers) observer.ended?.(all);
}

/** Everyone there is. */
const allConsumers = () => [...consumers.values()].flatMap((those) => [...those]);

module.exports = { addConsumer, allConsumers, consumersOf, observers, oneOfEachUser, tellEnded };
