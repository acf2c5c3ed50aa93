// @ts-check
"use strict";

// After an update the new versions stay: what was for the old ones is let go, what nobody imports any more is pruned, and it is
// told how everything ended.

const { reached } = require("../hot/acceptance.cjs");
const { withoutAskedAnew } = require("./asked-anew.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { Hot } = require("../hot/hot.cjs");
const { HotModule } = require("../graph/module-record.cjs");
const { inWordsOfImport } = require("../native/refused-by-node.cjs");
const { announce, filesOf, outcomeOf, withoutRepeated } = require("./outcome.cjs");
const { endGivenUp, evictTorn, givenUp, importsOf, isHeld, prune } = require("./prune.cjs");
const { isOurs } = require("./staged-version.cjs");
const { Transaction } = require("./transaction.cjs");
const { outcomesOf } = require("./update-group.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("./outcome.cjs").Outcome} Outcome */
/** @typedef {import("./update-group.cjs").Group} Group */
/**
 * @typedef {object} Ended
 * @property {Graph} graph
 * @property {import("./transaction.cjs").Transaction} transaction
 * @property {Set<Module>} asked what changed
 * @property {Group[]} groups those to tell of
 * @property {Set<Group>} met all that there were
 * @property {Set<Module>} evaluated in this order
 * @property {Set<Module>} evicted what import() brought, and threw
 * @property {Iterable<Module>} left to whoever requires it
 * @property {(file: string) => boolean} comesAlong was the file refused before, and nobody has saved it?
 * @property {Map<Module, unknown>} causes what was evaluated, and was its importers' business
 * @property {Set<Module>} overlooked gets what is to be evaluated after all
 * @property {Set<Module>} stale gets what imports, by a declaration, another instance than there is; the engine may ask for it
 * @property {number} milliseconds
 */

/** @param {Ended} ended @returns {Promise<Outcome[]>} */
async function finishUpdate(ended) {
  const { graph, asked, evicted, groups, met, milliseconds } = ended;
  const { born, held, lost } = letGo(ended);
  const opened = givenUp(born);
  if (opened.length > 0) await endGivenUp(graph, opened);
  // Before anybody is told.
  for (const { ending } of met) {
    if (ending?.type === "linkError") ending.error = await inWordsOfImport(ending.error);
  }
  const hasThrown = [...met].some(({ ending }) => ending?.type === "evaluationError");
  const required = graph.commonJs?.required.takeRequired() ?? [];
  if (hasThrown) {
    evictTorn(graph, [...required, ...held]);
    lost.push(...required, ...(graph.commonJs?.required.takeUnclaimed() ?? []));
  }
  // What changed, and is not imported by what changed with it.
  const below = [...evicted].flatMap(importsOf);
  const inVain = new Set(ended.transaction.importedInVain);
  const candidates = [...lost, ...asked, ...below, ...ended.left, ...outdatedOf(ended), ...inVain];
  for (const module of inVain) for (const imported of importsOf(module)) inVain.add(imported);
  graph.importedInVain = filesOf([...inVain].filter(isOurs));
  const unneeded = candidates.filter((module) => !evicted.has(module));
  const pruned = await prune(graph, unneeded, (module) => asked.has(module));
  const told = withoutAskedAnew(graph, groups);
  const outcomes = outcomesOf(told, ended.evaluated, pruned, milliseconds);
  const others = [...asked].filter((module) => ![...met].some(({ changed }) => changed.has(module)));
  // Nobody had it, or code alone that was about to be replaced. The new code, or a function that was called meanwhile, has required or
  // imported it as it was before; or the new code was given up.
  for (const module of others) if (isLedTo(graph, module)) ended.overlooked.add(module);
  // Nobody led there when that was planned, and what was evaluated may do now.
  for (const module of ended.evaluated) ended.stale.delete(module);
  const replaced = replacedOf(ended);
  for (const module of ended.transaction.unreached) {
    if (ended.evaluated.has(module) || !(module instanceof HotModule)) continue;
    if ([...module.dynamicImports.keys()].some((imported) => replaced.has(imported))) {
      if (graph.modules.holds(module) && isHeld(graph, module)) ended.overlooked.add(module);
    } else if (!ended.transaction.unsettled.has(module) && module.requested.some((it) => replaced.has(it))) {
      ended.stale.add(module);
    }
  }
  // What nobody imports but code that was replaced has left the graph, too. What only a refused version had imported is that one's business.
  const isAwaited = [...evicted].some(({ dynamicImporters }) => dynamicImporters.size > 0);
  const nobodys = others.filter((module) => !ended.overlooked.has(module));
  if (nobodys.length > 0 && (isAwaited || met.size === 0)) {
    const ending = { type: /** @type {const} */ ("accepted"), evaluated: [], acceptedBy: [], pruned };
    outcomes.push(outcomeOf(ending, filesOf(nobodys), milliseconds));
  }
  // That what came along was refused again is no news. (Of what is lacked still only news is noted.)
  const isKnown = (/** @type {Outcome} */ { type, files }, /** @type {number} */ index) =>
    type !== "accepted" && !told[index]?.lackedBy && files.length > 0 && files.every(ended.comesAlong);
  ended.transaction.letGo();
  evicted.clear();
  const news = outcomes.filter((outcome, index) => !isKnown(outcome, index));
  for (const outcome of withoutRepeated(news)) await announce(outcome, graph.listeners);
  return outcomes;
}

/**
 * @param {Ended} ended
 * @returns {{ lost: Module[], born: Module[], held: Module[] }} what lost an importer, what was required in vain, and what somebody goes
 *   on having of that
 */
function letGo({ graph, transaction, asked, evaluated, left }) {
  const lost = transaction.members.flatMap((module) => {
    const { hot, requested, dynamicImports } = transaction.oldOf(module);
    if (hot && isGoneWithout(module) && module.hot) Hot.putBackKept(module.hot);
    if (hot) Hot.retire(hot);
    return [...requested, ...(dynamicImports?.keys() ?? [])];
  });
  transaction.commit();
  const isUsual = transaction.unreached.size === 0;
  graph.commonJs?.refresh(isUsual ? [...asked, ...evaluated, ...left] : undefined);
  // What a version that was given up has required.
  const all = graph.commonJs?.takeBorn() ?? [];
  if (all.length > 0) graph.commonJs?.refresh();
  const born = all.filter((module) => !isHeld(graph, module));
  const held = all.filter((module) => !born.includes(module));
  for (const module of born) graph.commonJs?.remove(module);
  return { lost, born, held };
}

/** Has CommonJS thrown, and whoever has required it caught that? @param {Module} it @returns {it is CommonJsModule} */
const isGoneWithout = (it) => it instanceof CommonJsModule && it.instance?.loaded === false;

/** Would an update that is planned now find it? One that did not would ask for another, and so on. @param {Graph} graph @param {Module} module */
const isLedTo = (graph, module) =>
  graph.modules.holds(module) && reached(graph, [module], new Transaction(graph)).includes(module);

/**
 * CommonJS that was not evaluated anew with what it requires, since no way leads to it: if nobody has it, what has required it threw. Node
 * would give it, as it is, to whoever requires it next.
 * @param {Ended} ended
 * @returns {Module[]}
 */
function outdatedOf(ended) {
  const { unreached } = ended.transaction;
  if (unreached.size === 0) return [];
  const replaced = replacedOf(ended);
  const isOutdated = (/** @type {Module} */ module) =>
    module instanceof CommonJsModule &&
    !ended.evaluated.has(module) &&
    [...module.dynamicImports.keys()].some((required) => replaced.has(required));
  return [...unreached].filter(isOutdated);
}

/** What has another instance now, or will have when it is required. @param {Ended} ended @returns {Set<Module>} */
const replacedOf = ({ causes, evaluated, left }) =>
  new Set([...left, ...[...evaluated].filter((module) => causes.has(module))]);

module.exports = { finishUpdate };
