// @ts-check
"use strict";

// One Node environment (the main thread, each worker) and its connection to the engine. The engine
// says that something changed; the plan is taken and applied here, one update at a time.

const native = require("../../native/load.cjs");
const commonjs = require("../commonjs/commonjs.cjs");
const { reportEdges } = require("../commonjs/edges.cjs");
const { conditions } = require("../flags.cjs");
const { entryPoint } = require("./entry-point.cjs");
const { forceUpdate, takeNews } = require("./news.cjs");
const { packageRequiredInVain, requiredAsItFails, waitWith } = require("../commonjs/gone-without.cjs");
const { inTurn } = require("./in-turn.cjs");
const { OVERDUE, filesOf, noneLive, reportAll, tellFailed, tellOverdue } = require("./plans.cjs");
const {
  IntrinsicPromise,
  clearTimeout,
  insist,
  isPromise,
  react,
  setImmediate,
  setTimeout,
} = require("../intrinsics.cjs");
const { registered } = require("../commonjs/plain-loader.cjs");
const { refreshPlaces, refreshPlacesOf } = require("../commonjs/node-places.cjs");
const { installTypeScript } = require("../typescript.cjs");
const { watchOptions } = require("../watch-options.cjs");
const { isHolding, mended } = require("../report.cjs");
const { tell } = require("../runner/link.cjs");
const { savedUnreloaded } = require("./unreloaded.cjs");
const { BEGINNINGS, after, rehearses, soon } = require("./undisturbed.cjs");

/**
 * @typedef {import("../../native/addon").Session} NativeSession
 * @typedef {import("../../native/addon").JsUpdate} Update
 */

/** @type {NativeSession | undefined} */
let current;
let isApplying = false;
/** Fixed debounces users asked for, in milliseconds. @type {Set<{ milliseconds: number }>} */
const debounces = new Set();
/** @type {NodeJS.Timeout | undefined} */
let debounced;
/** Per trigger of this environment: which files do not count for it, where only JavaScript can tell. @type {Map<number, (file: string) => boolean>} */
const exceptions = new Map();

/**
 * The environment's session, opened at the first call.
 * @param {{ poll?: boolean | number }} [options] the first caller's are taken
 * @returns {NativeSession}
 */
function session(options = {}) {
  if (current) return current;
  current = new native.Session({ ...watchOptions(options.poll), conditions }, wake, tell, savedUnreloaded);
  // Under register import() is the graph's to follow.
  current.tellUnreloaded(!registered());
  const entry = entryPoint();
  if (entry) current.setEntry(entry);
  const isOfHot = (/** @type {string} */ file) => first?.takenCareOf.isBegun(file) === true;
  commonjs.observe(current, reportSoon, couldNotBeRequired, packageRequiredInVain, isOfHot);
  waitWith(current);
  first?.bringsFor(current);
  installTypeScript();
  return current;
}

/** @param {string} file @param {import("../commonjs/commonjs.cjs").LoaderModule | null | undefined} parent */
function couldNotBeRequired(file, parent) {
  requiredAsItFails(file, parent);
  // Under register Node has facades alone.
  if (current && !registered()) require("./evaluate.cjs").couldNotBeRequired(current, file);
}

/** What a module requires when it is called is loaded, and to be watched, without an update coming to tell of it. */
function reportSoon() {
  // At the end of an update it is done anyway, once it is clear which versions stay.
  if (isReporting || isApplying) return;
  isReporting = true;
  // Referenced: in a program that waits for nothing but a request another immediate would run after the next one came, and what
  // is saved until then be nobody's news.
  setImmediate(() => {
    isReporting = false;
    if (current && !isApplying) reportAll(current);
  });
}

let isReporting = false;

/** Called by the engine on this thread, with nothing of ours on the stack. */
function wake() {
  if (debounces.size === 0) return update();
  const wait = Math.max(...[...debounces].map((it) => it.milliseconds));
  // The engine wakes us again at each further change: the last one counts.
  clearTimeout(debounced);
  debounced = setTimeout(update, wait);
  debounced.unref();
}

/** There is more to do; what was saved meanwhile is debounced like everything else. */
function again() {
  // Who asks for a debounce in between is waited for, too.
  if (debounces.size === 0) setImmediate(wake);
  else wake();
}

function update() {
  try {
    pump();
  } catch (error) {
    tellFailed(error);
  }
}

/**
 * Updates wait until nothing has changed for `milliseconds`.
 * @param {number} milliseconds
 * @returns {() => void} takes it back
 */
function debounce(milliseconds) {
  const entry = { milliseconds };
  debounces.add(entry);
  return () => {
    debounces.delete(entry);
  };
}

/**
 * Under register `import.meta.hot` comes first, and what it has taken care of is not evaluated again.
 * @typedef {{ settled(): Promise<void> | null, bringsFor(session: NativeSession): void, takenCareOf: import("../esm/watch/taken-care-of.cjs").TakenCareOf }} First
 */
/** @type {First | null} */
let first = null;
let isWaiting = false;

/** @param {First} watch */
function goAfter(watch) {
  first = watch;
  if (current) watch.bringsFor(current);
}

/** @returns {boolean} are there updates to wait for? */
function waitForFirst() {
  const settled = first?.settled();
  if (!settled) return false;
  isWaiting = true;
  const go = () => {
    isWaiting = false;
    update();
  };
  void react(settled, go, go);
  return true;
}

function pump() {
  if (isApplying || isWaiting || !current || (first && waitForFirst())) return;
  reportAll(current);
  for (const { trigger, files } of exceptions.size > 0 ? current.takeTriggers() : []) {
    const counting = files.filter((file) => !exceptions.get(trigger)?.(file));
    if (counting.length > 0) current.fire(trigger, counting);
  }
  const { update: plan, restored, moved } = takeNews(current);
  if (plan) isApplying = true;
  try {
    if (isHolding()) mended(restored);
    // Also of what nothing is to be evaluated for: what has come and gone in an update, functions may ask for yet.
    if (moved?.length !== 0) refreshPlaces(moved);
    if (plan) applyPlan(current, plan);
  } catch (error) {
    if (plan) abandon(plan, error);
    else throw error;
  }
}

/** How often plans in a row have looked whether `import.meta.hot` was told. */
let waits = 0;
/** Longer than the engine waits with what does not parse (`PROBLEM_HOLD` in src/engine/run.rs). */
const MOST_WAITS = 30;

/**
 * What `import.meta.hot` is to be told of, too, it comes first with.
 * @param {First} hot
 * @param {Update} plan
 * @returns {Promise<void> | null} null: it was told of all
 */
function waitForNews({ takenCareOf }, { groups }) {
  const saved = groups.flatMap(({ modules }) =>
    modules.filter((it) => it.changed && !it.missing && !it.reconfigured && !it.unedited),
  );
  const files = saved.map(({ file }) => file).filter((file) => takenCareOf.isToBeTold(file));
  if (files.length > 0 && waits < MOST_WAITS) {
    return new IntrinsicPromise((resolve) => {
      // Planned anew once it was told of one, or has had its time: not each time that it was not.
      const look = () => {
        const goesOn = waits++ < MOST_WAITS && files.every((file) => takenCareOf.isToBeTold(file));
        if (goesOn) setTimeout(look, 5).unref();
        else resolve();
      };
      look();
    });
  }
  waits = 0;
  for (const file of files) takenCareOf.isNotTold(file);
  return null;
}

/**
 * @param {NativeSession} own
 * @param {Update} plan
 */
function applyPlan(own, plan) {
  // The engine tells `import.meta.hot` first of a change, and us while it may not have been asked yet.
  const settled = first && (first.settled() ?? waitForNews(first, plan));
  if (settled) {
    // What that loads is in no plan that was made before it, and would keep what it was given then.
    const again = () => {
      isApplying = false;
      own.giveBack(plan.id);
      update();
    };
    return void react(settled, again, again);
  }
  const live = inTurn(
    () => filesOf(plan),
    () => (first ? applyRest(first, own, plan) : apply(own, plan)),
  );
  // The program first: what waits for the new code in this turn of the event loop need not wait for our books.
  if (!isPromise(live)) return void setImmediate(finish, plan, live);
  const overdue = setTimeout(tellOverdue, OVERDUE, plan);
  overdue.unref();
  void react(
    live,
    (result) => {
      clearTimeout(overdue);
      finish(plan, result);
    },
    (error) => {
      clearTimeout(overdue);
      abandon(plan, error);
    },
  );
}

/**
 * The update counts as failed, and the next one is not kept from coming.
 * @param {Update} plan
 * @param {unknown} error
 */
function abandon(plan, error) {
  tellFailed(error);
  finish(plan, noneLive(plan));
}

/**
 * @param {Update} plan
 * @param {boolean[]} live
 */
function finish(plan, live) {
  isApplying = false;
  if (!current) return;
  reportAll(current);
  // What changed in the meantime is the next update, in a turn of its own: many reloads within
  // one turn keep every old instance alive (DESIGN 1.2).
  if (current.finishUpdate(plan.id, live)) again();
  else if (rehearseMore) soon(rehearseMore);
}

/**
 * Reloads `file` at once, beside whatever is in flight.
 * @param {string} file
 * @param {boolean} mayWait for another update of what this evaluates
 * @returns {import("../report.cjs").Failure | undefined | Promise<import("../report.cjs").Failure | undefined>}
 *   what went wrong, if anything
 */
function reloadNow(file, mayWait) {
  const own = session();
  reportEdges(own);
  const plan = forceUpdate(own, file);
  if (!plan) return undefined;
  refreshPlacesOf(filesOf(plan));
  /** @type {import("../report.cjs").Failure | undefined} */
  let failure;
  /** @param {boolean[]} live */
  const done = (live) => {
    reportAll(own);
    if (own.finishUpdate(plan.id, live)) again();
    return failure;
  };
  /** @param {unknown} error @returns {never} */
  const giveUp = (error) => {
    done(noneLive(plan));
    throw error;
  };
  try {
    const note = (/** @type {import("../report.cjs").Failure} */ it) => {
      failure ??= it;
    };
    const live = inTurn(
      () => filesOf(plan),
      () => apply(own, plan, note),
      mayWait,
    );
    return isPromise(live) ? react(live, done, giveUp) : done(live);
  } catch (error) {
    return giveUp(error);
  }
}

/**
 * Loads what applies updates, and has it compiled, once the program has started: it would be most of
 * what the first save takes. A program that ends before never needs it.
 * @param {(value: any) => void} live what takes a module's new exports
 */
function warmUp(live) {
  if (applyUpdate || isWarming || !rehearses) return;
  isWarming = true;
  setImmediate(() => {
    try {
      insist(() => rehearseUpdates(live));
    } catch {
      // The first save takes longer.
    }
    // What was saved meanwhile; who asked for a debounce waits for it in this case, too.
    if (debounces.size === 0) update();
  }).unref();
}

let isWarming = false;

/** @param {(value: any) => void} live */
function rehearseUpdates(live) {
  applyUpdate ??= require("./apply.cjs").apply;
  if (first) applyLeft ??= require("./left-of-plan.cjs").applyLeft;
  require("./evaluate.cjs").warmUp(session());
  session().rehearse();
  require("./warm-up.cjs").rehearse(live);
}

/**
 * The same for ES modules.
 * @param {(value: any) => void} live
 * @param {boolean} copies what is given to it is a copy of the exports
 */
function warmUpModules(live, copies) {
  if (isRehearsed || !rehearses) return;
  isRehearsed = true;
  const { usesQuery } = require("./evaluate.cjs");
  after(BEGINNINGS, () => {
    if (isApplying || !current || usesQuery()) return;
    const { many, rehearseModule } = require("./warm-up.cjs");
    const rehearseWith = (/** @type {string | undefined} */ file = undefined) => {
      isApplying = true;
      const ended = () => {
        isApplying = false;
        again();
      };
      void react(rehearseModule(live, copies, file), ended, ended);
    };
    rehearseWith();
    rehearseMore = () => {
      if (!rehearseMore || isApplying || !current) return;
      rehearseMore = null;
      // Somebody may have asked for them since.
      if (!usesQuery()) rehearseWith(many);
    };
  });
}

/** What is done after the first save, if no other waits. @type {(() => void) | null} */
let rehearseMore = null;

let isRehearsed = false;

/** @type {typeof import("./apply.cjs").apply} */
function apply(own, plan, onFailure) {
  // Kept: even a cached require() costs what examining a file does.
  applyUpdate ??= require("./apply.cjs").apply;
  return applyUpdate(own, plan, onFailure);
}

/** @type {typeof import("./apply.cjs").apply | undefined} */
let applyUpdate;

/** @param {First} hot @param {NativeSession} own @param {Update} plan */
function applyRest(hot, own, plan) {
  applyLeft ??= require("./left-of-plan.cjs").applyLeft;
  return applyLeft(hot, own, plan, apply);
}

/** @type {typeof import("./left-of-plan.cjs").applyLeft | undefined} */
let applyLeft;

module.exports = { debounce, exceptions, goAfter, reloadNow, session, warmUp, warmUpModules };
