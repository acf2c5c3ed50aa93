// @ts-check
"use strict";

// What modules accept, they are told: their handlers, and what becomes of those that throw.

const { legible } = require("../../error-text.cjs");
const events = require("../../hot-events.cjs");
const { named } = require("./acceptance.cjs");
const { frameAt } = require("../positions/code-frame.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { takesNothing } = require("./callbacks.cjs");
const { Hot } = require("./hot.cjs");
const { HotModule, SourceTextModule } = require("../graph/module-record.cjs");
const { namespaceOf } = require("../namespace/namespace.cjs");
const { fileOf } = require("../update/outcome.cjs");
const { GivenUp, settled } = require("../update/patience.cjs");
const { stackPlace } = require("../positions/place.cjs");
const { relative } = require("../../report.cjs");

/** @typedef {import("./hot.cjs").Callback} Callback */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

const ASKED = "an accept handler threw, its importers are asked";
const TOLD_BACK = "an accept handler threw as it was told of the version that goes on";

/**
 * Accept handlers of an importer that stays.
 * @param {HotModule} importer
 * @param {Module[]} modules
 * @param {string} [thrown] what is said of one that throws
 * @returns {Promise<boolean>} may it stay?
 */
async function tellImporter(importer, modules, thrown = ASKED) {
  const { hot } = importer;
  // It asks for accepted exports alone.
  if (!hot) return true;
  const { accepts, isWebpacks } = Hot.stateOf(hot);
  // A copy: a handler may accept again, which counts from the next update on.
  const all = [...accepts];
  for (const it of all) it.isPast = true;
  try {
    for (const { specifiers, callback, onError } of all) {
      const accepted = specifiers.map((specifier) => named(importer, importer, specifier));
      if (!callback || (importer instanceof SourceTextModule && !accepted.every(Boolean))) continue;
      const updated = accepted.find((module) => module && modules.includes(module));
      if (!updated) continue;
      const context = { ...contextOf(importer, specifiers), dependencyId: fileOf(updated) };
      const handler = () => callback(accepted.map((module) => module && exportsFor(importer, module)));
      const isWell = await call(takesNothing(callback) ? callback : handler, onError, context, { thrown });
      if (!isWell) return false;
      if (Hot.stateOf(hot).isInvalidated) return false;
    }
  } finally {
    // In webpack whatever accepts it again, and be it later, takes the former's place.
    if (!isWebpacks) for (const it of all) it.isPast = false;
  }
  return !Hot.stateOf(hot).isInvalidated;
}

/**
 * What a module gets of another one: what `require()` gives, where that is the way.
 * @param {Module} importer
 * @param {Module} module
 */
function exportsFor(importer, module) {
  const isImported = module.importers.has(importer) || isByImportCall(importer, module);
  const isRequired = importer instanceof CommonJsModule || !isImported;
  return module instanceof CommonJsModule && (isRequired || !module.bindings)
    ? module.instance?.exports
    : namespaceOf(module);
}

/** By what names is known; of what it has required by `createRequire()` there is none. @param {Module} importer @param {Module} module */
const isByImportCall = (importer, module) =>
  importer instanceof SourceTextModule && Boolean(importer.dynamicImports.get(module)?.size);

/**
 * Self-accept handlers of the version before.
 * @param {HotModule} module
 * @param {Hot} before
 * @param {typeof frameAt} frameOf the lines around a place in that version
 * @param {string} [thrown] what is said of one that throws
 * @returns {Promise<boolean>} is that all?
 */
async function tellItself(module, before, frameOf, thrown = ASKED) {
  const { isInvalidated: wasBefore, isInvalidatedMeanwhile, selfAccepts } = Hot.stateOf(before);
  if (selfAccepts.length === 0) return false;
  // What it said before may be why it was evaluated; what it says as it is disposed, or a listener of "beforeUpdate", is not.
  const was = wasBefore && !isInvalidatedMeanwhile;
  const isInvalidated = () =>
    (!was && Hot.stateOf(before).isInvalidated) ||
    (module.hot !== null && Hot.stateOf(module.hot).isInvalidated);
  for (const { callback, onError } of [...selfAccepts]) {
    if (isInvalidated()) return false;
    if (!callback) continue;
    const context = contextOf(module, []);
    const handler = () => callback(exportsFor(module, module));
    const how = { thrown, frameOf };
    const isWell = await call(takesNothing(callback) ? callback : handler, onError, context, how);
    if (!isWell) return false;
  }
  return !isInvalidated();
}

/**
 * Who was told of versions that are given up, as a later one threw, is told of those that go on. Else what its handler has made of the
 * former ones (routes, a cache) would stay, beside bindings that are the old ones again.
 * @param {Map<Module, Set<Module>>} taken who has taken which new versions, its own among them
 * @param {Module[]} back whose old versions go on
 * @param {(importer: Module) => boolean} isReplaced
 */
async function tellPutBack(taken, back, isReplaced) {
  for (const [importer, modules] of taken) {
    if (!(importer instanceof HotModule) || isReplaced(importer)) continue;
    const news = back.filter((module) => modules.delete(module));
    if (news.includes(importer) && importer.hot) await tellItself(importer, importer.hot, frameAt, TOLD_BACK);
    if (news.length > 0) await tellImporter(importer, news, TOLD_BACK);
  }
}

/** What error handlers are told; `moduleId` is webpack's name of it. @param {HotModule} module @param {string[]} specifiers */
const contextOf = (module, specifiers) => ({ file: module.file, specifiers, moduleId: module.file });

/** What is said of a handler that throws, and the lines around a place in it. @typedef {{ thrown: string, frameOf?: typeof frameAt }} How */

/**
 * @param {() => unknown} handler
 * @param {Callback | undefined} onError
 * @param {{ file: string, specifiers: string[] }} context
 * @param {How} how
 */
async function call(handler, onError, context, how) {
  try {
    await settled(handler(), "an accept handler", () => context.file);
    return true;
  } catch (error) {
    const told = legible(error);
    if (told instanceof GivenUp) return givenUp(told, context);
    return onError ? callOnError(onError, error, context, how) : failed(told, context, how);
  }
}

/** @param {Callback} onError @param {unknown} error @param {{ file: string, specifiers: string[] }} context @param {How} how */
async function callOnError(onError, error, context, how) {
  try {
    await settled(onError(error, context), "an error handler of accept", () => context.file);
    return true;
  } catch (thrown) {
    const other = legible(thrown);
    return other instanceof GivenUp ? givenUp(other, context) : failed(other, context, how);
  }
}

/** The new version is live, and runs: nothing says that it does not. @param {GivenUp} error @param {{ file: string }} context */
function givenUp({ message }, { file }) {
  events.say(`${relative(file)}: ${message}`);
  return true;
}

/** @param {unknown} error @param {{ file: string }} context @param {How} how */
async function failed(error, { file }, { thrown, frameOf = frameAt }) {
  await tellThrower(file, thrown, error, frameOf);
  return false;
}

/**
 * A dispose or prune handler of a version that goes for good threw, or is given up.
 * @param {{ file: string }} module
 * @param {string} what
 * @param {unknown} thrown
 * @param {boolean} [isSaved] its file holds another text by now: there are no lines to show
 */
async function tellEnding({ file }, what, thrown, isSaved = false) {
  const error = legible(thrown);
  const frameOf = isSaved ? () => undefined : frameAt;
  if (!(error instanceof GivenUp)) return tellThrower(file, `${what} threw`, error, frameOf);
  events.say(`${relative(file)}: ${error.message}`);
  await events.emit("error", { error, file });
}

/** @param {string} file @param {string} what @param {unknown} error @param {typeof frameAt} frameOf */
async function tellThrower(file, what, error, frameOf) {
  const [thrown, place] = error instanceof Error ? [stackPlace(error), stackPlace(error, file)] : [{}, {}];
  const shown = frameOf(thrown);
  const text = `${events.textOf(error)}${shown ? `\n${shown}` : ""}`;
  events.say(`${relative(file)}: ${what}: ${text}`);
  const frame = frameOf(place);
  await events.emit("error", { error, file, ...place, ...(frame && { frame }) });
}

/**
 * webpack's error handlers: the new version threw, or what it imports, and the old one goes on.
 * @param {Iterable<Module>} members of what was given up
 * @param {unknown} error
 */
async function tellThrown(members, error) {
  const all = new Set(members);
  /** @type {Set<HotModule>} */
  const accepting = new Set();
  for (const module of all) {
    for (const importer of [...module.importers, ...module.dynamicImporters]) {
      if (importer instanceof HotModule && !all.has(importer)) accepting.add(importer);
    }
    if (!(module instanceof HotModule) || !module.hot) continue;
    const handlers = Hot.stateOf(module.hot).selfAccepts.flatMap(({ onThrown }) => onThrown ?? []);
    if (handlers.length > 0) Hot.showHanded(module.hot);
    for (const onThrown of handlers) {
      const { file } = module;
      const own =
        module instanceof CommonJsModule ? module.instance : { id: file, filename: file, hot: module.hot };
      await callOnThrown(onThrown, error, { ...contextOf(module, []), module: own });
    }
  }
  // There it is the callback that requires what throws, or is said to.
  for (const importer of accepting) {
    const state = importer.hot && Hot.stateOf(importer.hot);
    for (const { specifiers, onError } of state?.isWebpacks ? [...state.accepts] : []) {
      const imported = specifiers.map((specifier) => named(importer, importer, specifier));
      const thrower = imported.find((module) => module && all.has(module));
      if (!onError || !thrower) continue;
      await callOnThrown(onError, error, {
        ...contextOf(importer, specifiers),
        dependencyId: fileOf(thrower),
      });
    }
  }
}

/** @param {Callback} handler @param {unknown} error @param {{ file: string, [more: string]: unknown }} context */
async function callOnThrown(handler, error, context) {
  const { file } = context;
  try {
    await settled(handler(error, context), "an error handler of accept", () => file);
  } catch (thrown) {
    const other = legible(thrown);
    const text =
      other instanceof GivenUp ? other.message : `its error handler threw: ${events.textOf(other)}`;
    events.say(`${relative(file)}: ${text}`);
  }
}

module.exports = { tellEnding, tellImporter, tellItself, tellPutBack, tellThrown };
