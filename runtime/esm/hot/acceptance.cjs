// @ts-check
"use strict";

// What modules accept: for the plan, which Rust makes (src/graph/hot.rs).

const fs = require("node:fs");
const path = require("node:path");
const { acceptsAllExports, asksForAccepted } = require("./accepted-exports.cjs");
const { mayStillImport, usesImportCall, warnOnce } = require("./accept-warnings.cjs");
const { above } = require("../graph/importers.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { Hot } = require("./hot.cjs");
const { HotModule, SourceTextModule } = require("../graph/module-record.cjs");
const { fileOf } = require("../update/outcome.cjs");
const { resolveRequired } = require("../commonjs/resolve-required.cjs");
const { textOf } = require("../graph/taken-by-node.cjs");
const { isOurs } = require("../update/staged-version.cjs");
const { formerPlace, leadsElsewhere } = require("../../commonjs/node-places.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../update/outcome.cjs").Place} Place */
/** @typedef {import("../update/transaction.cjs").Transaction} Transaction */
/** @typedef {import("../../../native/addon").JsHotModule} JsHotModule */
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
 * What its new version requests, and what its old one has imported by import() or require(). Where something of the update is given up,
 * what the new one surely does not import any more is no reason to give that up, too.
 * @param {Module} module
 * @param {Transaction} transaction
 * @returns {Module[]}
 */
function importsOf(module, transaction) {
  const { requested } = transaction.newOf(module);
  if (!(module instanceof HotModule)) return requested;
  const imported = [...transaction.oldOf(module).dynamicImports];
  const { broken, expected } = transaction;
  const isLetGo = (/** @type {Module} */ it, /** @type {Set<string>} */ as) =>
    transaction.has(module) &&
    ((transaction.isInPart && expected.isDoneWith(module, transaction.newOf(module), fileOf(it))) ||
      (broken.has(it) &&
        (isDoneWithout(it, module, transaction) || !isMentioned(it, as, module, transaction))));
  const others = transaction.expectedOf(module).filter((it) => !broken.has(it));
  return [...requested, ...imported.flatMap(([it, as]) => (isLetGo(it, as) ? [] : it)), ...others];
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
  const { record } = transaction.newOf(importer);
  const text = record ? record.code : textOf(importer.file);
  if (text === null) return true;
  if (specifiers.size === 0) return text.includes(path.parse(fileOf(module)).name);
  return [...specifiers].some((specifier) => includesWhole(text, specifier));
}

/** Not as `./a.js` is in `./a.json`. @param {string} text @param {string} specifier */
function includesWhole(text, specifier) {
  for (let at = text.indexOf(specifier); at >= 0; at = text.indexOf(specifier, at + 1)) {
    if (!/\w/.test(text[at + specifier.length] ?? "")) return true;
  }
  return false;
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
    const imported = importsOf(module, transaction);
    const imports = placesOf(imported);
    const state = stateOf(module, transaction);
    const declinesImport = state !== null && declinesOne(module, state, transaction, places);
    return {
      imports,
      isRoot: roots.has(module) || module.isCalledByNode,
      acceptsItself: (takesCareOfItself(module, state, transaction) && !declinesImport) || isLeft(module),
      declined: declinesImport || (state?.isDeclined ?? false),
      accepts: evaluated.has(module) ? imports : placesOf(acceptedBy(module, imported, transaction)),
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
 * webpack's `decline(specifiers)`: does an import that it refuses lead to the change?
 * @param {Module} module
 * @param {{ declines: string[] }} state
 * @param {Transaction} transaction
 * @param {Map<Module, number>} places
 */
function declinesOne(module, { declines }, transaction, places) {
  if (declines.length === 0 || !(module instanceof HotModule)) return false;
  const old = transaction.oldOf(module);
  return declines.some((specifier) => {
    const found = named(module, old, specifier);
    return found !== undefined && places.has(found);
  });
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

/** @param {Module} module @param {ReturnType<typeof stateOf>} state @param {Transaction} transaction */
const takesCareOfItself = (module, state, transaction) =>
  state !== null && (state.acceptsItself || acceptsAllExports(module, transaction));

/** @param {Module} module @param {Module[]} imported @param {Transaction} transaction @returns {(Module | undefined)[]} */
function acceptedBy(module, imported, transaction) {
  const named = acceptedBySpecifier(module, transaction);
  if (!Hot.hasPartial) return named;
  return [...named, ...imported.filter((it) => asksForAccepted(module, it, transaction))];
}

/** @param {Module} module @param {Transaction} transaction @returns {(Module | undefined)[]} */
function acceptedBySpecifier(module, transaction) {
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
    if (later.length < missing.length) warnOnce(module, missing, ignored(specifiers), undefined, old);
    else if (specifiers.length > 1) warnOnce(module, missing, "", "has not imported", old);
    return [];
  });
}

/** @param {string[]} specifiers of which one is not imported */
const ignored = ({ length }) => (length > 1 ? "; the whole list is ignored" : "");

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
  const index = record.requests.findIndex((/** @type {any} */ request) => request.specifier === specifier);
  let found = index >= 0 ? requested[index] : importedAs(specifier, dynamicImports);
  if (!found && /^\.{0,2}\/|^file:/.test(specifier)) {
    const meant = urlOf(specifier, module.url);
    found = firstOf(requested, dynamicImports, ({ url }) => url === meant);
  }
  const isOfRequire = (/** @type {Module} */ it) => it instanceof CommonJsModule && it.isOfRequire;
  if (!found && firstOf(requested, dynamicImports, isOfRequire)) {
    return requiredAs(specifier, dynamicImports, module.file);
  }
  return found && isOurs(found) ? found : undefined;
}

/** @param {string} specifier @param {Map<Module, Set<string>>} dynamicImports */
function importedAs(specifier, dynamicImports) {
  for (const [module, specifiers] of dynamicImports) if (specifiers.has(specifier)) return module;
  return undefined;
}

/** @param {Module[]} requested @param {Map<Module, unknown>} dynamicImports @param {(module: Module) => boolean} isIt */
function firstOf(requested, dynamicImports, isIt) {
  const found = requested.find(isIt);
  if (found) return found;
  for (const module of dynamicImports.keys()) if (isIt(module)) return module;
  return undefined;
}

/**
 * The module that `require(specifier)` gives, if it is known to be required.
 * @param {string} specifier
 * @param {Map<Module, unknown>} required
 * @param {string} from
 */
function requiredAs(specifier, required, from) {
  // A path that leads nowhere any more names what was there, as what lists a folder does: Node's places are by folder.
  const former = () => (path.isAbsolute(specifier) ? path.normalize(specifier) : undefined);
  const file = fileOfRequired(specifier, from) ?? former();
  return file === undefined ? undefined : firstOf([], required, (module) => fileOf(module) === file);
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
  if (others.length > 0) warnOnce(module, others, ignored(specifiers));
}

module.exports = {
  acceptsOne,
  checkSpecifiers,
  describe,
  importsOf,
  isLeft,
  named,
  reached,
};
