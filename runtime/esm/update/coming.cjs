// @ts-check
"use strict";

// What a module has imported or required in vain, went on without, and accepts. Once it can be loaded that is an update as any
// other (as in dynohot): it is loaded for who accepts it, whose handlers are told. Who does not accept it is evaluated anew.

const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { lackedBy, wasGiven } = require("../../commonjs/gone-without.cjs");
const { SafeMap } = require("../../intrinsics.cjs");
const { named } = require("../hot/acceptance.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { resolveRequired } = require("../commonjs/resolve-required.cjs");
const { Hot } = require("../hot/hot.cjs");
const { HotModule } = require("../graph/module-record.cjs");
const { filesOf } = require("./outcome.cjs");
const { settled } = require("./patience.cjs");
const { importsOf } = require("./prune.cjs");
const { isOurs } = require("./staged-version.cjs");
const { Group } = require("./update-group.cjs");

/** @typedef {import("../../commonjs/gone-without.cjs").Lack} Lack */
/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */

/** Who accepts what may be loaded now, and by which specifiers. @extends {SafeMap<HotModule, Set<string>>} */
class Coming extends SafeMap {
  /** @param {Set<Module>} asked what an update is about; loses who is to be given what it lacks */
  constructor(asked) {
    super();
    for (const module of asked) {
      const lacks = module instanceof HotModule ? lackedBy(module.file) : null;
      if (!lacks) continue;
      const importer = /** @type {HotModule} */ (module);
      if (lacks.length === 0 || this.#add(importer, allAccepted(importer, lacks))) asked.delete(module);
    }
  }

  /** These are about to leave the graph, since they may throw no more. @param {Iterable<Module>} failed */
  noteFailed(failed) {
    for (const module of failed) {
      for (const importer of module.dynamicImporters) {
        if (importer instanceof HotModule)
          this.#add(
            importer,
            acceptedBy(importer, (it) => named(importer, importer, it) === module),
          );
      }
    }
  }

  /** @param {HotModule} importer @param {string[]} specifiers @returns {boolean} are there any? */
  #add(importer, specifiers) {
    if (specifiers.length === 0) return false;
    this.set(importer, new Set([...(this.get(importer) ?? []), ...specifiers]));
    return true;
  }
}

/** @param {HotModule} importer @param {Lack[]} lacks @returns {string[]} none: it does not accept all of it */
function allAccepted(importer, lacks) {
  const found = lacks.map((lack) => acceptedBy(importer, (it) => means(importer, it, lack)));
  return found.every(({ length }) => length > 0) ? found.flat() : [];
}

/** @param {HotModule} importer @param {(specifier: string) => boolean} isIt @returns {string[]} */
function acceptedBy({ hot }, isIt) {
  const state = hot && Hot.stateOf(hot);
  return state ? state.accepts.flatMap(({ specifiers }) => specifiers.filter(isIt)) : [];
}

/** @param {HotModule} importer @param {string} specifier @param {Lack} lack */
function means(importer, specifier, { failed, isImport, request, specifier: imported }) {
  if (!(importer instanceof CommonJsModule))
    return imported === specifier || (isImport && request === specifier);
  return (
    !isImport &&
    (request === specifier || (failed !== undefined && fileCalled(importer, specifier) === failed))
  );
}

/** @param {HotModule} importer @param {string} specifier */
function fileCalled(importer, specifier) {
  try {
    return importer instanceof CommonJsModule
      ? resolveRequired(specifier, importer.file)
      : fileURLToPath(new URL(specifier, importer.url));
  } catch {
    return path.resolve(path.dirname(importer.file), specifier);
  }
}

/**
 * Loads it. What fails is the end of a group of its own.
 * @param {Graph} graph
 * @param {import("./update-progress.cjs").Progress} progress
 * @param {HotModule} importer
 * @param {Set<string>} specifiers
 * @param {Module[]} saved what had thrown, and has left the graph
 * @returns {Promise<import("./prepare-update.cjs").Step | null>} whom to tell
 */
async function bring(graph, progress, importer, specifiers, saved) {
  const { evaluated, groups } = progress;
  const group = new Group();
  const before = new Set(graph.modules.values());
  const files = [...specifiers].map((specifier) => fileCalled(importer, specifier));
  group.isAccepted = true;
  group.lackedBy = importer.file;
  group.files = saved.length > 0 ? filesOf(saved) : files;
  for (const module of saved) group.changed.add(module);
  try {
    for (const specifier of specifiers) await loaded(graph, importer, specifier);
  } catch (error) {
    const hasThrown = files.some((file) => graph.modules.ofFile(file).some((it) => it.evaluationError));
    groups.ended.add(group);
    group.ending = progress.failure(hasThrown ? "evaluationError" : "linkError", group, error);
    return null;
  }
  wasGiven(importer.file);
  if (importer instanceof CommonJsModule) graph.commonJs?.refresh([importer]);
  const modules = [...specifiers].flatMap((specifier) => named(importer, importer, specifier) ?? []);
  for (const module of evaluationOrder(modules, before)) {
    evaluated.add(module);
    group.members.add(module);
  }
  for (const module of modules) {
    group.changed.add(module);
    groups.set(module, group);
  }
  return { group, modules, importer };
}

/** @param {Graph} graph @param {HotModule} importer @param {string} specifier @returns {unknown} @throws what import() or require() do */
function loaded(graph, importer, specifier) {
  if (importer instanceof CommonJsModule) return importer.instance?.require(specifier);
  const imported = graph.realm.importFor(/** @type {SourceTextModule} */ (importer), specifier);
  return settled(imported, "the body", () => fileCalled(importer, specifier));
}

/** Modules and what they import that is new. @param {Module[]} modules @param {Set<Module>} known @returns {Set<Module>} */
function evaluationOrder(modules, known) {
  /** @type {Set<Module>} */
  const seen = new Set();
  /** @type {Set<Module>} */
  const found = new Set();
  const visit = (/** @type {Module} */ module) => {
    if (seen.has(module) || known.has(module)) return;
    seen.add(module);
    for (const imported of importsOf(module)) visit(imported);
    if (isOurs(module)) found.add(module);
  };
  for (const module of modules) visit(module);
  return found;
}

module.exports = { Coming, bring };
