// @ts-check
"use strict";

// Applies an update: evaluates what the plan names, hands the new exports over, or puts everything
// back. A group is one transaction; groups are independent of each other.

const { createRequire } = require("node:module");
const { pathToFileURL } = require("node:url");
const { forgetNames } = require("../commonjs/answers.cjs");
const commonjs = require("../commonjs/commonjs.cjs");
const { consumersOf, observers, oneOfEachUser } = require("./consumers.cjs");
const deepFrames = require("../esm/positions/deep-frames.cjs");
const { begin, replacedHots, usesQuery } = require("./evaluate.cjs");
const { notFoundOf } = require("../commonjs/gone-meanwhile.cjs");
const { goOnWithGone, kept } = require("../commonjs/goes-on.cjs");
const { forgetGone, forgetPlace } = require("../commonjs/node-places.cjs");
const { isNamespace } = require("./namespaces.cjs");
const { isStillHeld } = require("./still-held.cjs");
const { isOfUnknownLanguage, registered } = require("../commonjs/plain-loader.cjs");
const { isPromise, lastly, react } = require("../intrinsics.cjs");
const { assertLoads } = require("../commonjs/require-hooks.cjs");
const { explain, failLater, mended, nameOutsiders } = require("../report.cjs");
const { showCode } = require("../show-code.cjs");
const { syntaxError } = require("../typescript.cjs");
const { isTypeScript } = require("../typescript-file.cjs");
const { unparsedJson } = require("../commonjs/unparsed-json.cjs");

/**
 * @typedef {import("../../native/addon").Session} NativeSession
 * @typedef {import("../../native/addon").JsUpdate} Update
 * @typedef {import("../../native/addon").JsGroup} Group
 * @typedef {import("../../native/addon").JsProblem} Problem
 * @typedef {import("./consumers.cjs").Consumer} Consumer
 */

/**
 * Applies `update`, synchronously as long as nothing in it is asynchronous.
 * @param {NativeSession} session
 * @param {Update} update
 * @param {(failure: import("../report.cjs").Failure) => void} [onFailure] takes failures instead of the consumers
 * @returns {boolean[] | Promise<boolean[]>} per group: did it go live
 */
function apply(session, update, onFailure) {
  deepFrames.begin();
  let result;
  try {
    result = applyGroups(session, update, onFailure);
    return isPromise(result) ? lastly(result, deepFrames.end) : result;
  } finally {
    if (!isPromise(result)) deepFrames.end();
  }
}

/** @type {typeof apply} */
function applyGroups(session, update, onFailure) {
  if (update.groups.length === 1) {
    const result = applyGroup(session, update.groups[0], update, onFailure);
    return isPromise(result) ? react(result, (isLive) => [isLive]) : [result];
  }
  /** @type {boolean[]} */
  const live = [];
  let index = 0;
  /** @returns {boolean[] | Promise<boolean[]>} */
  const next = () => {
    while (index < update.groups.length) {
      const group = update.groups[index++];
      const result = applyGroup(session, group, update, onFailure);
      if (isPromise(result)) {
        const goOn = (/** @type {boolean} */ isLive) => {
          live.push(isLive);
          return next();
        };
        return react(result, goOn);
      }
      live.push(result);
    }
    return live;
  };
  return next();
}

/**
 * @param {NativeSession} session
 * @param {Group} group
 * @param {Update} update
 * @param {(failure: import("../report.cjs").Failure) => void} [onFailure]
 * @returns {boolean | Promise<boolean>}
 */
function applyGroup(session, group, update, onFailure) {
  /** @type {string[]} */
  const files = [];
  /** @type {string[]} */
  const changed = [];
  let hasMissing = false;
  let hasJson = false;
  for (const module of group.modules) {
    files.push(module.file);
    if (module.changed) changed.push(module.file);
    if (module.changed && module.format === "json") hasJson = true;
    if (module.changed && !module.missing) {
      forgetGone(module.file);
      forgetNames(module.file);
    }
    if (!module.missing) continue;
    hasMissing = true;
    forgetPlace(module.file);
  }
  // An instance that does not watch is reloaded when it says so, not when others see a change.
  const isAsked = onFailure !== undefined;
  /** @type {Consumer[]} */
  const consumers = [];
  for (const boundary of group.boundaries) {
    for (const consumer of consumersOf(boundary)) {
      if ((consumer.deep || changed.includes(consumer.file)) && (consumer.follows || isAsked)) {
        consumers.push(consumer);
      }
    }
  }

  // Nothing old is touched before everything new is known to be there, to parse and to resolve.
  const gone = hasMissing ? missing(group, consumers) : undefined;
  const refused = update.problems.length > 0 ? confirm(group, update.problems) : undefined;
  const broken = gone ?? refused ?? (hasJson ? unparsedJson(group.modules) : undefined);
  if (broken) {
    fail(session, consumers, { thrown: broken.error, file: broken.file ?? changed[0], files }, onFailure);
    return false;
  }
  const transaction = { files, consumers, changed };
  let isAnnounced = false;
  const announce = () => {
    if (isAnnounced) return;
    isAnnounced = true;
    for (const observer of observers) observer.before(transaction);
  };

  const hots = replacedHots(files);
  const purged = commonjs.purge(group.modules);
  const attempt = begin(session, group, transaction);

  /** @param {unknown} error */
  const rollBack = (error) => {
    const closeFresh = hots?.giveUp(attempt.fresh?.() ?? [], purged.loaded());
    const attempted = purged.restore().filter((file) => !files.includes(file));
    attempt.restore(attempted, purged.loaded());
    closeFresh?.();
    const absent = notFoundOf(error, () => files);
    if (absent !== undefined) session.wasGone(absent);
    const culprit = attempt.culprit?.(error);
    // Whatever was loaded by the attempt may be at fault, though nothing that runs imports it.
    session.blame(files, culprit ? [...attempted, culprit] : attempted);
    if (isAnnounced) for (const observer of observers) observer.rolledBack(transaction);
    fail(session, consumers, { thrown: error, files, attempted }, onFailure);
    return false;
  };
  /** @param {Map<Consumer, unknown>} values */
  const commit = (values) => {
    purged.keep();
    if (purged.gone.length + kept.size > 0) goOnWithGone(purged, changed);
    const others = attempt.commit() ?? [];
    hots?.retire();
    mended(files);
    if (group.outside.length + others.length > 0) {
      const outside = [...group.outside, ...others];
      nameOutsiders(
        outside.filter(({ importer, module }) => !isShared(module, consumers) && isStillHeld(importer)),
      );
    }
    for (const [consumer, value] of values) consumer.live(value);
    for (const observer of observers) observer.after(transaction);
    return true;
  };

  /** @type {ReturnType<typeof evaluate>} */
  let values;
  try {
    attempt.prepare(group, purged, announce);
    const ended = hots?.end();
    // Who asks for it by resync() of what is required has it when that returns.
    const mayWait = !isAsked || consumers.some(({ via }) => via === "import");
    values =
      ended && mayWait
        ? react(ended, () => evaluate(attempt, consumers, announce))
        : evaluate(attempt, consumers, announce);
  } catch (error) {
    return rollBack(error);
  }
  return isPromise(values) ? react(values, commit, rollBack) : commit(values);
}

/**
 * A consumer's own file that is gone.
 * @param {Group} group
 * @param {Consumer[]} consumers
 * @returns {{ file: string, error: unknown } | undefined}
 */
function missing(group, consumers) {
  for (const module of group.modules) {
    const consumer = module.missing && consumers.find((it) => it.file === module.file);
    if (!consumer) continue;
    return { file: module.file, error: notFound(module.file, consumer) };
  }
  return undefined;
}

/**
 * In Node's words. Asking Node itself does not help: it remembers where the file was.
 * @param {string} file
 * @param {Consumer} consumer
 */
function notFound(file, { from, via }) {
  const isRequired = via === "require";
  // sync.import() knows no importer.
  const by = isRequired ? `\nRequire stack:\n- ${from}` : from === file ? "" : ` imported from ${from}`;
  const error = new Error(`Cannot find module '${file}'${by}`);
  const code = isRequired ? "MODULE_NOT_FOUND" : "ERR_MODULE_NOT_FOUND";
  error.stack = `Error${isRequired ? "" : ` [${code}]`}: ${error.message}`;
  return Object.assign(
    error,
    isRequired ? { code, requireStack: [from] } : { code, url: pathToFileURL(file).href },
  );
}

/**
 * Does whoever required `file` hold the stable object, which follows?
 * @param {string} file
 * @param {Consumer[]} consumers
 */
function isShared(file, consumers) {
  const module = commonjs.Loader._cache[file];
  // What answers for an ES module (required-again.cjs) loads it, if it is asked, and may throw.
  const exports = module && Reflect.getOwnPropertyDescriptor(module, "exports")?.value;
  return (
    exports instanceof Object &&
    !isNamespace(exports) &&
    consumers.some((consumer) => consumer.file === file && consumer.via === "require")
  );
}

/**
 * Loads every consumer's module, in dependency order.
 * @param {import("./evaluate.cjs").Attempt} attempt
 * @param {Consumer[]} consumers
 * @param {() => void} announce the old version's last moment: everything new parses and links
 * @returns {Map<Consumer, unknown> | Promise<Map<Consumer, unknown>>}
 */
function evaluate(attempt, consumers, announce) {
  /** @type {Map<Consumer, unknown>} */
  const values = new Map();
  let index = 0;
  /** @returns {typeof values | Promise<typeof values>} */
  const next = () => {
    while (index < consumers.length) {
      const consumer = consumers[index++];
      const value = attempt.value(consumer, announce);
      if (consumer.via === "import" && isPromise(value)) {
        const goOn = (/** @type {unknown} */ namespace) => {
          take(consumer, namespace);
          return next();
        };
        return react(value, goOn);
      }
      take(consumer, value);
    }
    return values;
  };
  /**
   * @param {Consumer} consumer
   * @param {unknown} value
   */
  const take = (consumer, value) => {
    consumer.check?.(value);
    values.set(consumer, value);
  };
  return next();
}

/**
 * The first problem the engine's check found that Node confirms. The engine's parser only knows
 * the language; a project may have taught its Node more (require hooks, aliases).
 * @param {Group} group
 * @param {Problem[]} problems
 * @returns {{ file: string, error: unknown } | undefined}
 */
function confirm(group, problems) {
  for (const problem of problems) {
    const module = group.modules.find((it) => it.file === problem.file);
    // ES modules are parsed and linked by import() before any of them is evaluated.
    if (module?.format !== "commonjs" || !problem.file || isOfLoader(problem.file)) continue;
    try {
      if (problem.source && isTypeScript(problem.file)) {
        // Node would look at it as JavaScript.
        throw syntaxError(problem);
      } else if (problem.source) {
        assertLoads(problem.source, problem.file, () => false);
      } else if (problem.specifier) {
        createRequire(problem.file).resolve(problem.specifier);
      }
    } catch (error) {
      return { file: problem.file, error };
    }
  }
  return undefined;
}

/** What a loader of somebody else's makes of it is for import() to parse. @param {string} file */
const isOfLoader = (file) =>
  (usesQuery() || registered()) && isOfUnknownLanguage(file) && !require.cache[file];

/**
 * @param {NativeSession} session
 * @param {Consumer[]} consumers
 * @param {{ thrown: unknown, file?: string, files: string[], attempted?: string[] }} why as `explain` has it
 * @param {((failure: import("../report.cjs").Failure) => void) | undefined} onFailure
 */
function fail(session, consumers, { thrown, file, files, attempted }, onFailure) {
  const failure = explain(session, thrown, file, files, attempted);
  for (const observer of observers) observer.failed?.(failure, files);
  if (failure.isToShow) showCode(failure.error, session);
  if (onFailure) return onFailure(failure);
  const tell = () => {
    for (const consumer of oneOfEachUser(consumers)) consumer.failed(failure.error, failure.file);
  };
  failLater(tell, failure, files);
}

module.exports = { apply };
