// @ts-check
"use strict";

// What modules accept: for the plan, which Rust makes (src/graph/hot.rs), and when they are told.

const fs = require("node:fs");
const path = require("node:path");
const { legible } = require("../error-text.cjs");
const events = require("../hot-events.cjs");
const { mayStillImport, usesImportCall, warnOnce } = require("./accept-warnings.cjs");
const { frameAt } = require("./code-frame.cjs");
const { above } = require("./importers.cjs");
const { CommonJsModule } = require("./commonjs-module.cjs");
const { Hot, takesNothing } = require("./hot.cjs");
const { HotModule, SourceTextModule } = require("./module-record.cjs");
const { namespaceOf } = require("./namespace.cjs");
const { fileOf } = require("./outcome.cjs");
const { GivenUp, settled } = require("./patience.cjs");
const { stackPlace } = require("./place.cjs");
const { resolveRequired } = require("./resolve-required.cjs");
const { textOf } = require("./taken-by-node.cjs");
const { isOurs } = require("./staged-version.cjs");
const { formerPlace, leadsElsewhere } = require("../node-places.cjs");
const { relative } = require("../report.cjs");

/** @typedef {import("./graph.cjs").Graph} Graph */
/** @typedef {import("./hot.cjs").Callback} Callback */
/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("./outcome.cjs").Place} Place */
/** @typedef {import("./transaction.cjs").Transaction} Transaction */
/** @typedef {import("../../native/addon").JsHotModule} JsHotModule */
/** @typedef {"changed" | "invalidated"} Cause */

/**
 * What changes can reach: their importers up to the roots, in the order in which a walk from the
 * roots meets them. What only an old version imports is not reached, and is nobody's concern.
 * @param {Graph} graph
 * @param {Iterable<Module>} causes
 * @param {Transaction} transaction
 * @param {Set<Module>} [unreached] gets that: what is evaluated may import it again
 * @returns {Module[]}
 */
function reached(graph, causes, transaction, unreached) {
  const concerned = above(causes);
  /** @type {Set<Module>} */
  const found = new Set();
  // A boundary that Node imports is no root of the graph, and nobody is above it.
  const called = [...concerned].filter(({ isCalledByNode }) => isCalledByNode);
  for (const root of [...graph.roots, ...called]) {
    if (!concerned.has(root)) continue;
    const open = [root];
    for (let module = open.pop(); module; module = open.pop()) {
      if (found.has(module)) continue;
      found.add(module);
      const next = importsOf(module, transaction).filter((other) => concerned.has(other));
      open.push(...next.reverse());
    }
  }
  if (unreached && found.size < concerned.size) {
    for (const module of concerned) if (!found.has(module)) unreached.add(module);
  }
  return [...found].filter(isOurs);
}

/**
 * What its new version requests, and what its old one has imported by import() or require().
 * @param {Module} module
 * @param {Transaction} transaction
 * @returns {Module[]}
 */
function importsOf(module, transaction) {
  const { requested } = transaction.newOf(module);
  if (!(module instanceof HotModule)) return requested;
  const imported = [...transaction.oldOf(module).dynamicImports];
  const { broken } = transaction;
  const isLetGo = (/** @type {Module} */ it, /** @type {Set<string>} */ as) =>
    broken.has(it) &&
    transaction.has(module) &&
    (isDoneWithout(it, module, transaction) || !isMentioned(it, as, module, transaction));
  const expected = transaction.expectedOf(module).filter((it) => !broken.has(it));
  return [...requested, ...imported.flatMap(([it, as]) => (isLetGo(it, as) ? [] : it)), ...expected];
}

/**
 * CommonJS whose new text has been looked at: if it requires what is gone, it does so where that is caught, or by a computed
 * name. It finds out when it is evaluated.
 * @param {Module} module
 * @param {HotModule} importer
 * @param {Transaction} transaction
 */
function isDoneWithout(module, importer, { broken }) {
  return importer instanceof CommonJsModule && !broken.has(importer) && !fs.existsSync(fileOf(module));
}

/**
 * Does the new text of an importer speak of a module still, and mean it? What was renamed or deleted together with its `import()` is no
 * reason to refuse that edit.
 * @param {Module} module
 * @param {Set<string>} specifiers
 * @param {HotModule} importer
 * @param {Transaction} transaction
 */
function isMentioned(module, specifiers, importer, transaction) {
  if (leadsElsewhere(importer.file, fileOf(module))) return false;
  const names = specifiers.size > 0 ? [...specifiers] : [path.parse(fileOf(module)).name];
  const { record } = transaction.newOf(importer);
  const text = record ? record.code : textOf(importer.file);
  return text === null || names.some((name) => text.includes(name));
}

/**
 * @param {Module[]} modules
 * @param {Map<Module, Cause>} causes
 * @param {Set<Module>} evaluated in this update already: they know what is below them
 * @param {Transaction} transaction
 * @param {Set<Module>} roots
 * @returns {JsHotModule[]}
 */
function describe(modules, causes, evaluated, transaction, roots) {
  const places = new Map(modules.map((module, place) => [module, place]));
  const placesOf = (/** @type {(Module | undefined)[]} */ list) =>
    list.flatMap((other) => (other && places.get(other)) ?? []);
  return modules.map((module) => {
    const imports = placesOf(importsOf(module, transaction));
    const state = stateOf(module, transaction);
    return {
      imports,
      isRoot: roots.has(module) || module.isCalledByNode,
      acceptsItself: state?.acceptsItself || isLeft(module),
      declined: state?.isDeclined ?? false,
      accepts: evaluated.has(module) ? imports : placesOf(acceptedBy(module, transaction)),
      cause: causes.get(module) ?? "none",
    };
  });
}

/** Imported by nobody who could object. @param {Module} module */
const isLeft = (module) => module instanceof SourceTextModule && module.isLeft;

/** @param {Module} module @param {Transaction} transaction */
function stateOf(module, transaction) {
  const { hot } = transaction.oldOf(module);
  return hot ? Hot.stateOf(hot) : null;
}

/**
 * Does a module that stays take care of updates of one that it imports?
 * @param {SourceTextModule} importer
 * @param {Module} module
 * @returns {boolean} false: perhaps not, or it names what it does not import
 */
function acceptsOne(importer, module) {
  const state = importer.hot && Hot.stateOf(importer.hot);
  if (!state || state.isInvalidated) return false;
  let isAccepted = false;
  for (const { specifiers } of state.accepts) {
    for (const specifier of specifiers) {
      const found = named(importer, importer, specifier);
      if (!found) return false;
      isAccepted ||= found === module;
    }
  }
  return isAccepted;
}

/** @param {Module} module @param {Transaction} transaction @returns {(Module | undefined)[]} */
function acceptedBy(module, transaction) {
  const state = stateOf(module, transaction);
  if (!state || !(module instanceof HotModule) || state.isInvalidated) return [];
  const old = transaction.oldOf(module);
  return state.accepts.flatMap(({ specifiers }) => {
    const found = specifiers.map((specifier) => named(module, old, specifier));
    // What a CommonJS module names it may require later.
    if (module instanceof CommonJsModule || found.every(Boolean)) return found;
    // As dynohot does: a handler that wants several modules can't be given some.
    const missing = specifiers.filter((_, index) => !found[index]);
    const later = missing.filter((specifier) => mayStillImport(old, specifier));
    const isList = specifiers.length > 1;
    if (later.length < missing.length) warnOnce(module, missing, isList ? "; the whole list is ignored" : "");
    else if (isList) warnOnce(module, missing, "", "has not imported");
    return [];
  });
}

/**
 * What `specifier` means to a version of a module: as it is written in an import, or another way
 * to write the same file.
 * @param {HotModule} module
 * @param {Record<string, any>} version
 * @param {string} specifier
 * @returns {Module | undefined}
 */
function named(module, { record, requested, dynamicImports }, specifier) {
  if (module instanceof CommonJsModule) return requiredAs(specifier, dynamicImports, module.file);
  /** @type {Module[]} */
  const imported = [...requested, ...dynamicImports.keys()];
  const index = record.requests.findIndex((/** @type {any} */ request) => request.specifier === specifier);
  const found =
    index >= 0
      ? imported[index]
      : ([...dynamicImports].find(([, specifiers]) => specifiers.has(specifier))?.[0] ??
        (/^\.{0,2}\/|^file:/.test(specifier) &&
          imported.find(({ url }) => url === urlOf(specifier, module.url))));
  const usesRequire = () => imported.some((it) => it instanceof CommonJsModule && it.isOfRequire);
  if (!found && usesRequire()) return requiredAs(specifier, dynamicImports, module.file);
  return found && isOurs(found) ? found : undefined;
}

/**
 * The module that `require(specifier)` gives, if it is known to be required.
 * @param {string} specifier
 * @param {Map<Module, unknown>} required
 * @param {string} from
 */
function requiredAs(specifier, required, from) {
  const file = fileOfRequired(specifier, from);
  return [...required.keys()].find((module) => file !== undefined && fileOf(module) === file);
}

/** @param {string} specifier @param {string} from */
function fileOfRequired(specifier, from) {
  try {
    return resolveRequired(specifier, from);
  } catch {
    return formerPlace(specifier, path.dirname(from));
  }
}

/** @param {string} specifier @param {string} base */
function urlOf(specifier, base) {
  return URL.canParse(specifier, base) ? new URL(specifier, base).href : undefined;
}

/**
 * When a module says what it accepts: a specifier it can't mean is told at once.
 * @param {HotModule} module
 * @param {string[]} specifiers
 */
function checkSpecifiers(module, specifiers) {
  if (!(module instanceof SourceTextModule)) {
    // It may require what is there later.
    const missing = specifiers.filter((specifier) => !fileOfRequired(specifier, module.file));
    if (missing.length > 0) warnOnce(module, missing);
    return;
  }
  const missing = specifiers.filter((specifier) => !named(module, module, specifier));
  // What import() brings may still come; then it is looked for in each update.
  if (missing.length === 0 || usesImportCall(module)) return;
  // So may what it requires; what it has required is found when an update looks.
  const isRequired = (/** @type {string} */ specifier) =>
    path.isAbsolute(fileOfRequired(specifier, module.file) ?? "");
  const others = module.record.code.includes("createRequire")
    ? missing.filter((specifier) => !isRequired(specifier))
    : missing;
  if (others.length > 0) warnOnce(module, others);
}

/**
 * Accept handlers of an importer that stays.
 * @param {HotModule} importer
 * @param {Module[]} modules
 * @returns {Promise<boolean>} may it stay?
 */
async function tellImporter(importer, modules) {
  const { hot } = importer;
  if (!hot) return false;
  for (const { specifiers, callback, onError } of Hot.stateOf(hot).accepts) {
    const accepted = specifiers.map((specifier) => named(importer, importer, specifier));
    if (!callback || (importer instanceof SourceTextModule && !accepted.every(Boolean))) continue;
    if (!accepted.some((module) => module && modules.includes(module))) continue;
    const context = { file: importer.file, specifiers };
    const handler = () => callback(accepted.map((module) => module && exportsFor(importer, module)));
    if (!(await call(takesNothing(callback) ? callback : handler, onError, context))) return false;
    if (Hot.stateOf(hot).isInvalidated) return false;
  }
  return !Hot.stateOf(hot).isInvalidated;
}

/**
 * What a module gets of another one: what `require()` gives, where that is the way.
 * @param {Module} importer
 * @param {Module} module
 */
function exportsFor(importer, module) {
  const isRequired = importer instanceof CommonJsModule || !module.importers.has(importer);
  return module instanceof CommonJsModule && (isRequired || !module.bindings)
    ? module.instance?.exports
    : namespaceOf(module);
}

/**
 * Self-accept handlers of the version before.
 * @param {HotModule} module
 * @param {Hot} before
 * @param {typeof frameAt} frameOf the lines around a place in that version
 * @returns {Promise<boolean>} is that all?
 */
async function tellItself(module, before, frameOf) {
  const { acceptsItself, selfAccepts } = Hot.stateOf(before);
  if (!acceptsItself) return false;
  // What it said before may be why it was evaluated.
  const was = Hot.stateOf(before).isInvalidated;
  const isInvalidated = () =>
    (!was && Hot.stateOf(before).isInvalidated) ||
    (module.hot !== null && Hot.stateOf(module.hot).isInvalidated);
  for (const { callback, onError } of selfAccepts) {
    if (isInvalidated()) return false;
    if (!callback) continue;
    const context = { file: module.file, specifiers: [] };
    const handler = () => callback(exportsFor(module, module));
    const isWell = await call(takesNothing(callback) ? callback : handler, onError, context, frameOf);
    if (!isWell) return false;
  }
  return !isInvalidated();
}

/**
 * @param {() => unknown} handler
 * @param {Callback | undefined} onError
 * @param {{ file: string, specifiers: string[] }} context
 * @param {typeof frameAt} [frameOf]
 */
async function call(handler, onError, context, frameOf = frameAt) {
  try {
    await settled(handler(), "an accept handler", () => context.file);
    return true;
  } catch (error) {
    const told = legible(error);
    if (told instanceof GivenUp) return givenUp(told, context);
    return onError ? callOnError(onError, error, context, frameOf) : failed(told, context, frameOf);
  }
}

/** @param {Callback} onError @param {unknown} error @param {{ file: string, specifiers: string[] }} context @param {typeof frameAt} frameOf */
async function callOnError(onError, error, context, frameOf) {
  try {
    await settled(onError(error, context), "an error handler of accept", () => context.file);
    return true;
  } catch (thrown) {
    const other = legible(thrown);
    return other instanceof GivenUp ? givenUp(other, context) : failed(other, context, frameOf);
  }
}

/** The new version is live, and runs: nothing says that it does not. @param {GivenUp} error @param {{ file: string }} context */
function givenUp({ message }, { file }) {
  events.say(`${relative(file)}: ${message}`);
  return true;
}

/** @param {unknown} error @param {{ file: string }} context @param {typeof frameAt} frameOf */
async function failed(error, { file }, frameOf) {
  const [thrown, place] = error instanceof Error ? [stackPlace(error), stackPlace(error, file)] : [{}, {}];
  const shown = frameOf(thrown);
  const text = `${events.textOf(error)}${shown ? `\n${shown}` : ""}`;
  events.say(`${relative(file)}: an accept handler threw, its importers are asked: ${text}`);
  const frame = frameOf(place);
  await events.emit("error", { error, file, ...place, ...(frame && { frame }) });
  return false;
}

module.exports = {
  acceptsOne,
  checkSpecifiers,
  describe,
  importsOf,
  isLeft,
  reached,
  tellImporter,
  tellItself,
};
