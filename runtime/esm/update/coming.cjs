// @ts-check
"use strict";

// What a module has imported or required in vain, went on without, and accepts. Once it can be loaded that is an update as any
// other (as in dynohot): it is loaded for who accepts it, whose handlers are told. Who does not accept it is evaluated anew.

const { asksAgain, hasAskedAgain, lackedBy } = require("../../commonjs/gone-without.cjs");
const { legible } = require("../../error-text.cjs");
const { stateOf } = require("../../file-state.cjs");
const { SafeMap } = require("../../intrinsics.cjs");
const { isProjectFile } = require("../../project-files.cjs");
const { above } = require("../graph/importers.cjs");
const { named } = require("../hot/acceptance.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { resolveRequired } = require("../commonjs/resolve-required.cjs");
const { Hot } = require("../hot/hot.cjs");
const { HotModule } = require("../graph/module-record.cjs");
const { targetOf } = require("../import-call/import-target.cjs");
const { fileOf, filesOf } = require("./outcome.cjs");
const { GivenUp, settled } = require("./patience.cjs");
const { importsOf } = require("./prune.cjs");
const { isOurs } = require("./staged-version.cjs");
const { Group } = require("./update-group.cjs");

/** @typedef {import("../../commonjs/gone-without.cjs").Lack} Lack */
/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */
/** @typedef {import("./update-progress.cjs").Progress} Progress */

/**
 * What is asked for once more. `saved`: what had thrown, and has left the graph; `state`: what the file held that could not be loaded.
 * @typedef {object} Wanted
 * @property {string} specifier
 * @property {[string, string][]} attributes
 * @property {Set<Module>} saved
 * @property {string} [state]
 */

/** Who accepts what may be loaded now, by specifier. @extends {SafeMap<HotModule, Map<string, Wanted>>} */
class Coming extends SafeMap {
  /** @param {Graph} graph @param {Set<Module>} asked what an update is about; loses who is to be given what it lacks */
  constructor(graph, asked) {
    super();
    this.asked = asked;
    for (const module of [...asked]) {
      const lacks = module instanceof HotModule ? lackedBy(module.file) : null;
      if (!lacks) continue;
      const wanted = allAccepted(graph, /** @type {HotModule} */ (module), lacks);
      if (!wanted) continue;
      for (const one of wanted) this.#add(/** @type {HotModule} */ (module), one);
      asked.delete(module);
    }
  }

  /** These are about to leave the graph, since they may throw no more. @param {Set<Module>} failed */
  noteFailed(failed) {
    for (const module of failed) {
      /** @type {Set<Module> | null} */
      let saved = null;
      for (const importer of module.dynamicImporters) {
        if (!(importer instanceof HotModule)) continue;
        const isIt = (/** @type {string} */ specifier) => named(importer, importer, specifier) === module;
        for (const specifier of acceptedBy(importer, [], isIt)) {
          saved ??= new Set([...this.asked].filter((it) => failed.has(it) && above([it]).has(module)));
          this.#add(importer, { specifier, attributes: [], saved });
        }
      }
    }
  }

  /** @param {HotModule} importer @param {Wanted} wanted */
  #add(importer, wanted) {
    const all = this.get(importer) ?? new SafeMap();
    const known = all.get(wanted.specifier);
    const saved = new Set([...(known?.saved ?? []), ...wanted.saved]);
    // It may have been asked for several times: what it held last is no news.
    all.set(wanted.specifier, { ...wanted, saved, state: wanted.state ?? known?.state });
    this.set(importer, all);
  }
}

/** @param {Graph} graph @param {HotModule} importer @param {Lack[]} lacks @returns {Wanted[] | null} null: it does not accept all of it */
function allAccepted(graph, importer, lacks) {
  /** @type {Wanted[]} */
  const all = [];
  for (const lack of lacks) {
    const { imported, state } = lack;
    const specifiers = acceptedBy(importer, lacks, (it) => means(importer, it, lack));
    const wanted = specifiers.map((specifier) => ({
      ...{ specifier, attributes: imported?.attributes ?? [], saved: new Set(), state },
    }));
    // No handler can be told of a package.
    if (wanted.length === 0 || wanted.some((one) => leadsOutside(graph, importer, one))) return null;
    all.push(...wanted);
  }
  return all;
}

/**
 * A list with something else that it does not import is ignored, as ever.
 * @param {HotModule} importer
 * @param {Lack[]} lacks what it has asked for, and is not there
 * @param {(specifier: string) => boolean} isIt
 * @returns {string[]}
 */
function acceptedBy(importer, lacks, isIt) {
  const isKnown = (/** @type {string} */ specifier) =>
    isIt(specifier) ||
    Boolean(named(importer, importer, specifier)) ||
    lacks.some((lack) => means(importer, specifier, lack));
  const state = importer.hot && Hot.stateOf(importer.hot);
  const lists = state ? state.accepts.filter(({ specifiers }) => specifiers.every(isKnown)) : [];
  return lists.flatMap(({ specifiers }) => specifiers.filter(isIt));
}

/** @param {HotModule} importer @param {string} specifier @param {Lack} lack */
function means(importer, specifier, { failed, imported, isImport, request }) {
  if (!(importer instanceof CommonJsModule)) return imported?.specifier === specifier;
  const isFailed = () => failed !== undefined && leadsTo(importer, specifier) === failed;
  return !isImport && (request === specifier || isFailed());
}

/** @param {Graph} graph @param {HotModule} importer @param {Wanted} wanted */
function leadsOutside(graph, importer, wanted) {
  const file = fileOfWanted(graph, importer, wanted);
  return file !== undefined && !isProjectFile(file);
}

/** @param {Graph} graph @param {HotModule} importer @param {Wanted} wanted @returns {string | undefined} undefined: it leads nowhere yet */
function fileOfWanted(graph, importer, { specifier, attributes }) {
  if (importer instanceof CommonJsModule) return leadsTo(importer, specifier);
  return targetOf(graph, specifier, attributes, /** @type {SourceTextModule} */ (importer)).file;
}

/** @param {CommonJsModule} importer @param {string} specifier */
function leadsTo({ file }, specifier) {
  try {
    return resolveRequired(specifier, file);
  } catch {
    return undefined;
  }
}

/**
 * Is some of it there? What is not yet is waited for.
 * @param {Graph} graph
 * @param {HotModule} importer
 * @param {Map<string, Wanted>} wanted
 * @returns {string[]} the files
 */
function filesThere(graph, importer, wanted) {
  return [...wanted.values()].flatMap((one) => fileOfWanted(graph, importer, one) ?? []);
}

/**
 * Loads what can be loaded. What fails is the end of a group of its own.
 * @param {Graph} graph
 * @param {Progress} progress
 * @param {HotModule} importer
 * @param {Map<string, Wanted>} wanted
 * @param {(file: string) => boolean} comesAlong was the file refused before, and nobody has saved it?
 * @returns {Promise<import("./prepare-update.cjs").Step | null>} whom to tell
 */
async function bring(graph, progress, importer, wanted, comesAlong) {
  const before = new Set(graph.modules.values());
  /** @type {Wanted[]} */
  const brought = [];
  asksAgain(importer.file);
  for (const one of wanted.values()) {
    try {
      await load(graph, importer, one);
      brought.push(one);
    } catch (error) {
      if (!hadThrown(graph, importer, one, before))
        noteFailure(graph, progress, importer, one, error, comesAlong);
    }
  }
  hasAskedAgain(importer.file);
  if (importer instanceof CommonJsModule) graph.commonJs?.refresh([importer]);
  const modules = brought.flatMap(({ specifier }) => named(importer, importer, specifier) ?? []);
  if (modules.length === 0) return null;
  const { evaluated, groups } = progress;
  // Another importer may have been given it, or it was evaluated in this update.
  const isKnown = modules.some((module) => groups.get(module));
  const group = groups.join(modules, new Set(modules));
  group.isAccepted = true;
  const known = isKnown ? (group.files ?? filesOf(group.changed)) : [];
  for (const { saved } of brought) for (const module of saved) group.changed.add(module);
  const files = brought.flatMap(({ saved }) => filesOf(saved));
  const unsaved = brought.filter(({ saved }) => saved.size === 0);
  files.push(...filesThere(graph, importer, new Map(unsaved.map((one) => [one.specifier, one]))));
  group.files = [...new Set([...known, ...files])];
  for (const module of evaluationOrder(modules, before)) {
    evaluated.add(module);
    progress.brought.add(module);
    group.members.add(module);
  }
  return { group, modules, importer };
}

/**
 * Was it not evaluated anew? What it threw before is no news. (Another importer may have asked, or it is just being saved.)
 * @param {Graph} graph
 * @param {HotModule} importer
 * @param {Wanted} wanted
 * @param {Set<Module>} before all that there was
 */
function hadThrown(graph, importer, wanted, before) {
  const modules = graph.modules.ofFile(fileOfWanted(graph, importer, wanted) ?? "");
  return modules.some((module) => module.evaluationError && before.has(module));
}

/**
 * Tells of it, if it is news.
 * @param {Graph} graph
 * @param {Progress} progress
 * @param {HotModule} importer
 * @param {Wanted} wanted
 * @param {unknown} error
 * @param {(file: string) => boolean} comesAlong
 */
function noteFailure(graph, progress, importer, wanted, error, comesAlong) {
  const file = fileOfWanted(graph, importer, wanted);
  const { saved, state } = wanted;
  // What was refused before may have come along as it was, or be saved already, and nobody has told of it yet.
  const isSaved = [...saved].some((module) => !comesAlong(fileOf(module)));
  if (file === undefined || (!isSaved && state === stateOf(file))) return;
  const { ended } = progress.groups;
  const text = String(legible(error));
  const isIt = (/** @type {Group} */ it) =>
    it.ending !== null && "error" in it.ending && String(it.ending.error) === text;
  // Another importer has lacked it, too.
  if ([...ended].some(isIt)) return;
  const group = new Group();
  group.isAccepted = true;
  group.lackedBy = importer.file;
  group.files = saved.size > 0 ? filesOf(saved) : [file];
  for (const module of saved) group.changed.add(module);
  const type = hasThrown(graph, importer, file, error) ? "evaluationError" : "linkError";
  group.ending = progress.failure(type, group, error);
  ended.add(group);
}

/** Or does it not parse, or link? @param {Graph} graph @param {HotModule} importer @param {string} file @param {unknown} error */
function hasThrown(graph, importer, file, error) {
  // What throws Node's CommonJS loader forgets.
  if (importer instanceof CommonJsModule) return !(error instanceof SyntaxError);
  const modules = graph.modules.ofFile(file);
  return error instanceof GivenUp || modules.some(({ evaluationError }) => evaluationError);
}

/** @param {Graph} graph @param {HotModule} importer @param {Wanted} wanted @throws what import() or require() do */
async function load(graph, importer, wanted) {
  if (importer instanceof CommonJsModule) {
    try {
      // What it gives may be thenable, and is nobody's to wait for.
      void importer.instance?.require(wanted.specifier);
    } finally {
      // Who has required in vain is noted in a microtask.
      await null;
    }
    return;
  }
  const imported = graph.realm.importFor(/** @type {SourceTextModule} */ (importer), wanted);
  await settled(imported, "the body", () => fileOfWanted(graph, importer, wanted));
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

module.exports = { bring, Coming, filesThere };
