// @ts-check
"use strict";

// The plan of an update (src/graph/hot.rs), where sync.* and hmr() hold some of what it is about. What nobody accepts, and they hold, is
// left to them (`consume` in update-group.cjs), unless something else is accepted, or not theirs, and would be refused with it: then they
// count as who accepts what they hold, and are handed its new exports. Who else imports that is evaluated with it, if somebody accepts
// those importers; else they keep what they have made of it.

const { describe, isLeft } = require("../hot/acceptance.cjs");
const { plainModule } = require("../../plain-module.cjs");
const { syncedFiles } = require("../../runner/ownership.cjs");
const { consumersOf } = require("../../session/consumers.cjs");
const { heldRoots, isOnlyHeld } = require("../../session/held-require.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { takes } = require("../versions/consumed.cjs");
const { fileOf } = require("./outcome.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("./update-progress.cjs").Progress} Progress */
/** @typedef {import("../../../native/addon").JsHotModule} JsHotModule */
/** @typedef {import("../../../native/addon").JsHotPlan} JsHotPlan */
/** @typedef {JsHotPlan["groups"][number]} JsHotGroup */
/** @typedef {JsHotPlan["steps"][number]} JsHotStep */

/**
 * @param {(modules: JsHotModule[]) => JsHotPlan} plan
 * @param {Module[]} modules all that changes reach
 * @param {Progress} progress its `held` gets what sync.* and hmr() take, and `passedOn` what of that is its importers' business, too
 * @param {Set<Module>} roots
 * @returns {JsHotPlan}
 */
function planned(plan, modules, { causes, evaluated, held, passedOn, transaction }, roots) {
  let described = describe(modules, causes, evaluated, transaction, roots);
  let alone = plan(described);
  if (alone.groups.some(({ verdict }) => verdict !== "accepted")) {
    const without = withoutEnded(plan, described, modules, causes, transaction);
    if (without !== described) alone = plan(without);
    described = without;
  }
  const refused = alone.groups.filter(({ verdict }) => verdict !== "accepted");
  if (refused.length === 0 && held.size === 0) return alone;
  const taken = modules.map((module) => held.has(module) || takes(fileOf(module), causes.has(module)));
  const accepts = acceptingThemselves(described, modules);
  const mayGain = described.some((it, at) => accepts[at] || it.accepts.length > 0);
  const isForced =
    held.size > 0 || areMixed(refused, modules, transaction) || isInPart(alone.groups, modules);
  if (!taken.includes(true) || !(isForced || mayGain)) return alone;
  withoutHolders(described, modules, taken, transaction);
  // Evaluated already, before a handler threw or said `invalidate()`.
  const begun = modules.map((module, at) => taken[at] && evaluated.has(module) && causes.has(module));
  const passed = passedOnOf(plan, described, taken, accepts, begun);
  modules.forEach((module, at) => {
    if (begun[at] && passedOn.has(module)) passed.add(at);
  });
  // If that is not its importers' business, it is done with.
  const isDone = (/** @type {number} */ at) => begun[at] && !passed.has(at);
  const shared = withConsumers(plan, described, taken, passed, isDone);
  const unaccepted = new Set(refused.flatMap((group) => group.causes));
  const gained = shared.groups.filter((group) => group.causes.some((at) => unaccepted.has(at)));
  const unread = gained.filter((group) => group.causes.some((at) => transaction.broken.has(modules[at])));
  const gains = (/** @type {JsHotStep} */ step) =>
    gained.includes(shared.groups[step.group]) &&
    !unread.includes(shared.groups[step.group]) &&
    isHeard(step, accepts);
  if (!isForced && !begun.includes(true) && !shared.steps.some(gains)) return alone;
  modules.forEach((module, at) => {
    if (taken[at]) held.add(module);
    if (passed.has(at)) passedOn.add(module);
  });
  // Theirs to tell of.
  for (const group of unread) group.verdict = "unaccepted";
  return shared;
}

/**
 * Beside boundaries, which have no part in it: do handlers take care of a change, where sync.* and hmr() take what they hold?
 * @param {(modules: JsHotModule[]) => JsHotPlan} plan
 * @param {Module[]} modules all that the change reaches
 * @param {Map<Module, unknown>} causes
 * @param {JsHotModule[]} described
 * @param {import("./transaction.cjs").Transaction} transaction in which nothing is done yet
 * @param {Module[]} ends boundaries among them
 */
function isAcceptedBesideConsumers(plan, modules, causes, described, transaction, ends) {
  const taken = modules.map((it) => !ends.includes(it) && takes(fileOf(it), causes.has(it)));
  if (!taken.includes(true)) return false;
  withoutHolders(described, modules, taken, transaction);
  const accepts = acceptingThemselves(described, modules);
  return [placesOf(taken), new Set()].some((passed) => {
    const { groups, steps } = withConsumers(plan, described, taken, passed);
    return (
      groups.every(({ verdict }) => verdict === "accepted") && steps.some((step) => isHeard(step, accepts))
    );
  });
}

/**
 * `sync.require()` is a `require()` of the file that calls it, and no import that somebody would have to accept.
 * @param {JsHotModule[]} described
 * @param {Module[]} modules
 * @param {boolean[]} taken
 * @param {import("./transaction.cjs").Transaction} transaction
 */
function withoutHolders(described, modules, taken, transaction) {
  modules.forEach((module, at) => {
    if (!taken[at]) return;
    for (const { from, via } of consumersOf(fileOf(module))) {
      if (via !== "require") continue;
      modules.forEach((importer, place) => {
        if (fileOf(importer) !== from || transaction.newOf(importer).requested.includes(module)) return;
        const it = described[place];
        described[place] = { ...it, imports: it.imports.filter((imported) => imported !== at) };
      });
    }
  });
}

/**
 * What an instance had, and does not follow (any more), is nobody's in the file that has called its `sync.require()`: no reason to refuse
 * what others accept. Where nobody does, it is told of as it always is.
 * @param {(modules: JsHotModule[]) => JsHotPlan} plan
 * @param {JsHotModule[]} described
 * @param {Module[]} modules
 * @param {Map<Module, unknown>} causes
 * @param {import("./transaction.cjs").Transaction} transaction
 * @returns {JsHotModule[]}
 */
function withoutEnded(plan, described, modules, causes, transaction) {
  const ended = modules.map((importer, place) => {
    const { dynamicImports } = /** @type {any} */ (transaction.oldOf(importer));
    const isEnded = (/** @type {Module} */ it) =>
      isOnlyHeld(dynamicImports?.get(it)) &&
      !transaction.newOf(importer).requested.includes(it) &&
      !transaction.expectedOf(importer).includes(it) &&
      !takes(fileOf(it), causes.has(it));
    // Who has a handler for it does not refuse it, and is told.
    const { accepts, imports } = described[place];
    return imports.filter((at) => !accepts.includes(at) && isEnded(modules[at]));
  });
  const endedRoots = modules.map(isEndedRoot);
  if (ended.every(({ length }) => length === 0) && !endedRoots.includes(true)) return described;
  const without = (/** @type {(at: number) => boolean} */ isMeant) => {
    const imports = described.map(({ imports }, place) =>
      imports.filter((at) => !(isMeant(at) && ended[place].includes(at))),
    );
    const isLost = (/** @type {number} */ at) =>
      isMeant(at) &&
      (endedRoots[at] || ended.some((lost) => lost.includes(at))) &&
      !imports.some((it) => it.includes(at));
    // Whom nobody imports by now nobody has to accept.
    return described.map((it, at) => {
      const isRoot = it.isRoot && !(isMeant(at) && endedRoots[at]);
      if (!isLost(at)) return { ...it, imports: imports[at], isRoot };
      const cause = it.cause === "invalidated" ? "none" : it.cause;
      return { ...it, imports: imports[at], isRoot, acceptsItself: true, cause };
    });
  };
  const { evaluated } = heardIn(plan(without(() => true)), acceptingThemselves(described, modules));
  const meant = new Set(evaluated);
  return without((at) => meant.has(at));
}

/**
 * Is it one because of sync.* or hmr() alone, of which nobody has it any more?
 * @param {Module} module
 */
function isEndedRoot(module) {
  const { commonJs, roots } = require("../index.cjs").graph;
  if (!commonJs || !(module instanceof SourceTextModule) || !roots.has(module)) return false;
  if ([...consumersOf(module.file)].length > 0) return false;
  const { imported, required } = commonJs;
  if (module.isCalledByNode || (required.unclaimed.has(module) && !required.isNobodys(module))) return false;
  return (heldRoots.has(module) || imported.isOfOthers(module)) && !imported.isFromOutside(module);
}

/**
 * Of what is taken, what can be its importers' business, too: all of them are accepted, by handlers.
 * @param {(modules: JsHotModule[]) => JsHotPlan} plan
 * @param {JsHotModule[]} described
 * @param {boolean[]} taken
 * @param {boolean[]} accepts
 * @param {boolean[]} begun
 * @returns {Set<number>}
 */
function passedOnOf(plan, described, taken, accepts, begun) {
  const { causes, evaluated } = heardIn(withConsumers(plan, described, taken, placesOf(taken)), accepts);
  return new Set([...evaluated.filter((at) => taken[at]), ...causes.filter((at) => begun[at])]);
}

/** By handlers of the program's, not by who counts as one. @param {JsHotModule[]} described @param {Module[]} modules */
const acceptingThemselves = (described, modules) =>
  modules.map((module, at) => described[at].acceptsItself && !isLeft(module));

/** Is it a step in which handlers are called? @param {JsHotStep} step @param {boolean[]} accepts */
const isHeard = ({ importer, modules }, accepts) =>
  importer !== undefined || modules.some((at) => accepts[at]);

/** Of the groups in which handlers are called. @param {JsHotPlan} plan @param {boolean[]} accepts */
function heardIn({ groups, steps }, accepts) {
  const heard = new Set(steps.flatMap((step) => (isHeard(step, accepts) ? step.group : [])));
  const evaluated = steps.filter(({ group, importer }) => importer === undefined && heard.has(group));
  return {
    causes: groups.flatMap((group, place) => (heard.has(place) ? group.causes : [])),
    evaluated: evaluated.flatMap(({ modules }) => modules),
  };
}

/** @param {boolean[]} taken @returns {Set<number>} */
const placesOf = (taken) => new Set([...taken.keys()].filter((at) => taken[at]));

/**
 * The plan, where sync.* and hmr() take these.
 * @param {(modules: JsHotModule[]) => JsHotPlan} plan
 * @param {JsHotModule[]} described
 * @param {boolean[]} taken
 * @param {Set<number>} passed who else imports one of these is evaluated with it
 * @param {(at: number) => boolean} [isDone] is it no reason for anything any more?
 * @returns {JsHotPlan}
 */
function withConsumers(plan, described, taken, passed, isDone = () => false) {
  const { length } = described;
  const modules = described.map((it, at) => {
    if (passed.has(at)) return { ...it, isRoot: false };
    if (isDone(at)) return { ...it, acceptsItself: true, cause: /** @type {const} */ ("none") };
    return taken[at] ? { ...it, acceptsItself: true } : it;
  });
  // Another importer of each, which accepts it.
  for (const at of passed) modules.push({ ...plainModule(), imports: [at], accepts: [at] });
  const { groups, steps } = plan(modules);
  return { groups, steps: steps.filter(({ importer = 0 }) => importer < length) };
}

/**
 * Is some of what was saved, and would be refused together, theirs, and some not?
 * @param {JsHotGroup[]} groups
 * @param {Module[]} modules
 * @param {import("./transaction.cjs").Transaction} transaction
 */
function areMixed(groups, modules, transaction) {
  const several = groups.filter(({ causes }) => causes.length > 1);
  if (several.length === 0) return false;
  const synced = syncedFiles();
  return several.some(({ causes }) => {
    const saved = causes.map((at) => modules[at]).filter((module) => !transaction.isFresh(module));
    return new Set(saved.map((module) => synced.has(fileOf(module)))).size > 1;
  });
}

/**
 * Is a file of two groups, of which one is accepted? JSON is two modules, one that is imported and one that is required; what is left to
 * sync.* and hmr(), which know of files, would be live to them by the other one.
 * @param {JsHotGroup[]} groups
 * @param {Module[]} modules
 */
function isInPart(groups, modules) {
  const filesOfThose = (/** @type {boolean} */ isAccepted) =>
    groups.flatMap(({ causes, verdict }) =>
      (verdict === "accepted") === isAccepted ? causes.map((at) => fileOf(modules[at])) : [],
    );
  const accepted = new Set(filesOfThose(true));
  return filesOfThose(false).some((file) => accepted.has(file));
}

module.exports = { isAcceptedBesideConsumers, planned };
