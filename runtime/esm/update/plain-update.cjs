// @ts-check
"use strict";

// The usual update in few steps: one module was edited in its body alone, what it imports and the names it
// exports are what they were, and it accepts itself, or its only importer accepts it. What an update takes
// is mostly the number of our functions it runs, since each of them runs once a save and is cold by then
// (docs/speed-notes.md). So what `Update` does in general is done here for this case, in the same order. What
// is not as usual is left to it before anything has happened; what goes wrong later is handed over to it.

const { lackedBy } = require("../../commonjs/gone-without.cjs");
const { consumersOf, observers } = require("../../session/consumers.cjs");
const { now } = require("../../intrinsics.cjs");
const { acceptsOne } = require("../hot/acceptance.cjs");
const { evaluateLast } = require("../evaluate/evaluate.cjs");
const { formerFrames } = require("../positions/former-frame.cjs");
const { formersOf } = require("../namespace/former-facades.cjs");
const { ReaderCell } = require("../graph/counted.cjs");
const { fromNamespace } = require("../link/link.cjs");
const { Hot } = require("../hot/hot.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { isPlain, newBody, takeBody } = require("./new-body.cjs");
const { versionOf } = require("./staged-version.cjs");
const { tellImporter, tellItself } = require("../hot/tell-accepting.cjs");
const { PresentOfModules } = require("../namespace/variables.cjs");
const { noteExchange } = require("../namespace/version-namespace.cjs");

/** @typedef {import("./apply-update.cjs").Update} Update */
/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("./outcome.cjs").Outcome} Outcome */
/**
 * How far it has come. `old`: the version before; `importer`: who accepts it, null: itself.
 * @typedef {{ module: SourceTextModule, importer: SourceTextModule | null, old: Record<string, any>,
 *   hasDisposed: boolean }} Done
 */

class PlainUpdate {
  /** Evaluated, and then their importers' business: as `Update` has it. @type {Set<Module>} */
  handedOn = new Set();
  #graph;
  #general;
  #started = now();

  /** @param {Graph} graph @param {(started: number, handedOn: Set<Module>) => Update} general for what is not as usual */
  constructor(graph, general) {
    this.#graph = graph;
    this.#general = general;
  }

  /**
   * As `Update.run`.
   * @param {Module[]} changed
   * @returns {Promise<() => Promise<Outcome[]>>}
   */
  async run(changed) {
    const graph = this.#graph;
    graph.commonJs?.refresh(changed);
    graph.commonJs?.takeBorn();
    const module = /** @type {SourceTextModule} */ (changed[0]);
    const importer = changed.length === 1 ? taker(graph, module) : undefined;
    const next = importer === undefined ? null : newBody(graph, module);
    if (!next) return await this.#update().run(changed);
    if (graph.listeners.hears("beforeUpdate"))
      await graph.listeners.emit("beforeUpdate", { files: [module.file] });
    const { hot } = module;
    const hasDisposed = hot !== null && Hot.stateOf(hot).hasEndings;
    /** @type {Done} */
    const done = { module, importer: importer ?? null, old: module, hasDisposed };
    /** @type {Record<string, any> | null} */
    let handed = null;
    try {
      if (hot) handed = await Hot.end(hot);
    } catch (error) {
      return await this.#update().fail(done, "fatalError", error);
    }
    done.old = versionOf(module);
    takeBody(graph, module, next);
    module.handed = handed;
    try {
      await evaluateLast(module);
    } catch (error) {
      return await this.#update().fail(done, "evaluationError", error);
    }
    const isPublished = publish(done);
    const isTold = isPublished && (await tell(done, graph));
    if (!isTold || isConsumed(module)) return await this.#update().goOn(done, isPublished, isTold);
    const milliseconds = now() - this.#started;
    return () => this.#update().finish(done, milliseconds);
  }

  #update() {
    return this.#general(this.#started, this.handedOn);
  }
}

/**
 * Who takes an edit of a module, if that is plain: what src/graph/hot.rs comes to then.
 * @param {Graph} graph
 * @param {SourceTextModule} module
 * @returns {SourceTextModule | null | undefined} null: it accepts itself; undefined: `Update` is to look
 */
function taker(graph, module) {
  const { hot, importers, dynamicImporters } = module;
  if (!isPlain(module) || graph.modules.get(module.file) !== module || isConsumed(module)) return undefined;
  if (lackedBy(module.file)) return undefined;
  if (graph.instrument || !isAlone(graph, module)) return undefined;
  const state = hot && Hot.stateOf(hot);
  if (state?.acceptsItself) return null;
  if (state?.acceptedExports || state?.isDeclined || graph.roots.has(module) || module.isCalledByNode)
    return undefined;
  if (importers.size !== 1 || dynamicImporters.size > 0) return undefined;
  const [importer] = importers;
  return importer instanceof SourceTextModule && acceptsOne(importer, module) ? importer : undefined;
}

/**
 * Is it evaluated alone? A way leads to it from a root, none from itself, and nothing above it has failed.
 * @param {Graph} graph
 * @param {SourceTextModule} module
 */
function isAlone({ roots }, module) {
  const above = new Set([/** @type {Module} */ (module)]);
  let isHeld = false;
  for (const at of above) {
    if (at.evaluationError) return false;
    isHeld ||= roots.has(at);
    for (const importer of at.importers) above.add(importer);
    for (const importer of at.dynamicImporters) above.add(importer);
  }
  for (const imported of module.requested) if (above.has(imported)) return false;
  for (const imported of module.dynamicImports.keys()) if (above.has(imported)) return false;
  return isHeld;
}

/** Is it the business of sync.* or hmr(), too? @param {SourceTextModule} module */
function isConsumed({ file }) {
  if (observers.size > 0) return true;
  for (const _ of consumersOf(file)) return true;
  return false;
}

/**
 * Whoever imports the module sees what it is now: `Transaction.publish` of a module whose names are what they were.
 * @param {Done} done
 * @returns {boolean} false: not all of them do
 */
function publish({ module, old }) {
  const { facade, entrance } = module;
  const members = new Set([/** @type {Module} */ (module)]);
  if (facade?.namespace) facade.refresh(members);
  if (entrance?.isStarted) entrance.refresh(members);
  const formers = formersOf(module);
  const shown = formers.length > 0 ? new PresentOfModules() : undefined;
  for (const former of formers) former.refresh(members, shown);
  noteExchange();
  for (const importer of module.importers) {
    if (!(importer instanceof SourceTextModule) || importer.isCyclic || importer.reexports) return false;
    if (importer.status !== "evaluated" || importer.evaluationError || !rebind(importer, module, old.cells))
      return false;
  }
  return module.facade === facade;
}

/**
 * @param {SourceTextModule} importer
 * @param {SourceTextModule} module
 * @param {Module[]} cells of the version before
 */
function rebind(importer, module, cells) {
  const resolved = importer.resolved.slice();
  let isNew = false;
  for (let number = 0; number < resolved.length; number++) {
    const { module: from, cell } = resolved[number];
    // The namespace is what it was.
    if (from !== module || !cell) continue;
    const index = cells.indexOf(/** @type {any} */ (cell instanceof ReaderCell ? cell.source : cell));
    if (index < 0) return false;
    resolved[number] = fromNamespace(importer, { module, cell: module.cells[index] }, number);
    isNew = true;
  }
  if (!isNew) return true;
  importer.resolved = resolved;
  importer.environment?.rebind();
  return true;
}

/** Accept handlers. @param {Done} done @param {Graph} graph @returns {Promise<boolean>} is that all? */
function tell({ module, importer, old }, { loader }) {
  return importer
    ? tellImporter(importer, [module])
    : tellItself(module, old.hot, formerFrames(loader, module, old));
}

module.exports = { PlainUpdate, tell };
