// @ts-check
"use strict";

// Modules that nothing imports any more leave the graph.

const events = require("../../hot-events.cjs");
const { tellEnded } = require("../../session/consumers.cjs");
const { above } = require("../graph/importers.cjs");
const { Hot } = require("../hot/hot.cjs");
const { endKept } = require("../hot/resources.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { retire } = require("../namespace/left-shown.cjs");
const { HotModule, SourceTextModule } = require("../graph/module-record.cjs");
const { tellEnding } = require("../hot/tell-accepting.cjs");
const { heldRoots } = require("../../session/held-require.cjs");
const { isFollowed } = require("../versions/consumed.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * @param {Graph} graph
 * @param {Iterable<Module>} candidates what lost an importer
 * @param {(module: Module) => boolean} [isSaved] does its file hold another text by now?
 * @returns {Promise<string[]>} the files that are gone, in the order of their handlers
 */
async function prune(graph, candidates, isSaved = () => false) {
  let found = unheld(graph, candidates);
  if (found.size === 0) return [];
  if (leaveToOthers(graph, found)) found = unheld(graph, found);
  if (found.size === 0) return [];
  await events.emit("beforePrune", { files: hotOf(found).map(({ file }) => file) });
  // Somebody, a listener for one, may have imported some of it meanwhile.
  const still = unheld(graph, found);
  const gone = new Set([...[...found].filter((module) => still.has(module)), ...still]);
  takeAway(graph, gone);
  const ours = hotOf(gone);
  tellEnded(ours.flatMap(({ file }) => (graph.modules.ofFile(file).length === 0 ? [file] : [])));
  for (const module of ours) {
    const onThrown = (/** @type {unknown} */ error, /** @type {string} */ what) =>
      tellEnding(module, what, error, isSaved(module));
    if (module.hot) {
      await Hot.end(module.hot, { isPruned: true, onThrown });
      Hot.retire(module.hot);
    } else if (module.kept.size > 0) {
      // Versions before have asked for it, and this one has no `import.meta.hot`.
      await endKept(module, onThrown);
    }
  }
  return ours.map(({ file }) => file);
}

/**
 * Who called `sync.require()` has run again, or is gone; the instance shows what it was given all the same, and follows it: a root, as what
 * `sync.import()` has, until it is seen who requires it. And CommonJS that Node imports for a package, or for code of eval, is that one's.
 * @param {Graph} graph
 * @param {Set<Module>} found
 */
function leaveToOthers({ commonJs, roots }, found) {
  if (!commonJs) return false;
  let isAny = false;
  for (const module of found) {
    if (!(module instanceof SourceTextModule || runs(module))) continue;
    if (module instanceof CommonJsModule && commonJs.imported.isFromOutside(module)) {
      roots.add(module);
      isAny = true;
      continue;
    }
    if (!isFollowed(module)) continue;
    commonJs.required.note(module);
    heldRoots.add(module);
    roots.add(module);
    isAny = true;
  }
  return isAny;
}

/** @param {Iterable<Module>} modules */
const hotOf = (modules) => [...modules].filter((module) => module instanceof HotModule);

/**
 * What came with an attempt that was given up, and nobody has, leaves the graph: whoever asks for it has it evaluated anew.
 * @param {Graph} graph
 * @param {Iterable<Module>} candidates
 * @returns {Set<Module>} what has left
 */
function evictUnheld(graph, candidates) {
  const gone = unheld(graph, candidates);
  if (gone.size === 0) return gone;
  takeAway(graph, gone);
  void endGivenUp(graph, givenUp([...gone].reverse()));
  return gone;
}

/**
 * What was evaluated in an attempt that was given up, and imports, or has required, what was withdrawn with that, leaves the graph, whoever
 * has it: it would go on with an instance that nobody else has.
 * @param {Graph} graph
 * @param {Module[]} candidates
 */
function evictTorn(graph, candidates) {
  /** @type {Set<Module>} */
  const torn = new Set();
  const isGone = (/** @type {Module} */ it) => !it.isNative && (torn.has(it) || !graph.modules.holds(it));
  for (let before = -1; before < torn.size; ) {
    before = torn.size;
    for (const it of candidates) {
      if (!graph.modules.holds(it)) continue;
      if (it.requested.some(isGone) || graph.commonJs?.children.isTorn(it)) torn.add(it);
    }
  }
  if (torn.size === 0) return;
  takeAway(graph, torn);
  for (const module of torn) {
    graph.roots.delete(module);
    forgetAsked(module);
  }
  void endGivenUp(graph, givenUp([...torn].reverse()));
}

/**
 * @param {Graph} graph
 * @param {Iterable<Module>} candidates
 * @returns {Set<Module>} those that nobody holds, who imports them, whom nobody holds either, and what they alone did
 */
function unheld(graph, candidates) {
  const gone = unheldSoFar(graph, candidates);
  if (gone.size === 0 || !graph.commonJs) return gone;
  // A function may have required some of it that nobody has looked at since.
  graph.commonJs.lookAtAll();
  return unheldSoFar(graph, candidates);
}

/** @param {Graph} graph @param {Iterable<Module>} candidates */
function unheldSoFar(graph, candidates) {
  /** @type {Module[]} */
  const found = [];
  /** @type {Module[]} */
  const importing = [];
  /** @type {Set<Module>} */
  const visited = new Set();
  /** @type {Known} */
  const known = { held: new Set(), unheld: new Set() };
  /** @param {Module} module @param {Module[]} into */
  const visit = (module, into) => {
    if (visited.has(module) || isHeld(graph, module, known)) return;
    visited.add(module);
    into.push(module);
    for (const imported of importsOf(module)) visit(imported, into);
    // An update of sync.* lets go of it without a word. Left in the graph it would come back with what has gone.
    for (const importer of [...module.importers, ...module.dynamicImporters]) {
      if (graph.modules.holds(importer)) visit(importer, importing);
    }
  };
  for (const module of candidates) visit(module, found);
  return new Set([...importing, ...found]);
}

/** @param {Graph} graph @param {Set<Module>} gone */
function takeAway(graph, gone) {
  for (const module of gone) {
    for (const key of graph.modules.keysOf(module)) {
      graph.modules.delete(key);
      retire(graph, key, module);
    }
  }
  for (const module of gone) {
    leaveImports(module);
    if (module instanceof CommonJsModule) graph.commonJs?.remove(module);
    graph.requiredAgain?.left(module);
    const { file } = /** @type {{ file?: string }} */ (module);
    if (file !== undefined && graph.modules.ofFile(file).length === 0) graph.hasLeft(file);
  }
}

/** Is it CommonJS that somebody has required? It may be linked all the same, to be imported. @param {Module} module */
const runs = (module) => module instanceof CommonJsModule && module.instance !== null;

/**
 * A module that threw when import() brought it has no version that could go on. When something it
 * is made of changes it leaves the graph: the next import() loads it anew, where without us the error
 * stays for good (ECMA-262 16.2.1.6, [[EvaluationError]]).
 * @param {Graph} graph
 * @param {Set<Module>} changed
 * @param {(failed: Set<Module>) => void} note called before that, if there are any
 * @returns {{ failed: Set<Module>, opened: Opened[] }} and what is to be closed
 */
function evictFailed(graph, changed, note) {
  // Whoever imports one statically failed with it; the program's entry point is not there to be mended.
  const isFailed = (/** @type {Module} */ module) => module.evaluationError && !graph.roots.has(module);
  const concerned = above(changed);
  const failed = new Set([...concerned].filter(isFailed));
  if (failed.size === 0) return { failed, opened: [] };
  note(failed);
  // What was to be evaluated after the one that threw never was, and requests it still.
  for (const module of failed) {
    for (const requested of module.requested) {
      if (requested.status === "linked" && concerned.has(requested) && !runs(requested))
        failed.add(requested);
    }
  }
  return { failed, opened: evict(graph, failed) };
}

/**
 * One that threw when the program asked for it itself, and what failed with it, leave the graph: whoever asks again has
 * them evaluated anew.
 * @param {Graph} graph
 * @param {Module} root
 */
function evictRoot(graph, root) {
  const failed = new Set([root]);
  for (const { requested } of failed) {
    for (const it of requested) {
      if (it.evaluationError || (it.status === "linked" && !runs(it))) failed.add(it);
    }
  }
  for (const module of failed) graph.roots.delete(module);
  void endGivenUp(graph, evict(graph, failed));
}

/** @param {Graph} graph @param {Set<Module>} failed */
function evict(graph, failed) {
  for (const module of failed) for (const key of graph.modules.keysOf(module)) graph.modules.delete(key);
  for (const module of failed) {
    leaveImports(module);
    forgetAsked(module);
    if (module instanceof CommonJsModule) graph.commonJs?.remove(module);
    graph.requiredAgain?.left(module);
  }
  return givenUp(failed);
}

/** It imports nothing any more. @param {Module} module */
function leaveImports(module) {
  for (const imported of importsOf(module)) {
    imported.importers.delete(module);
    imported.dynamicImporters.delete(module);
  }
}

/** Whoever has required it, or imported it by import(), is to ask again. @param {Module} module */
function forgetAsked(module) {
  for (const importer of module.dynamicImporters) {
    if (importer instanceof HotModule) importer.dynamicImports.delete(module);
  }
}

/** `hot`: null if versions before have asked for one, and this one has not. @typedef {{ module: HotModule, hot: Hot | null, data: Record<string, unknown> | undefined }} Opened */

/**
 * As they are now: what is put back has another `hot`.
 * @param {Iterable<Module>} modules in the order in which they were evaluated
 * @returns {Opened[]} in the order in which they are ended
 */
function givenUp(modules) {
  return [...modules].reverse().flatMap((module) => {
    if (!(module instanceof HotModule) || !(module.hot || module.kept.size > 0)) return [];
    return [{ module, hot: module.hot, data: module.handed ?? undefined }];
  });
}

/**
 * What versions that are given up have opened is closed. Values of `hot.keep` are the module's; one that has left the graph with its only
 * version leaves them to nobody.
 * @param {Graph} graph
 * @param {Opened[]} hots
 */
async function endGivenUp(graph, hots) {
  for (const { module, hot, data } of hots) {
    const onThrown = (/** @type {unknown} */ error, /** @type {string} */ what) =>
      tellEnding({ file: module.file }, what, error);
    if (hot) {
      await Hot.end(hot, { data, onThrown });
      Hot.putBackKept(hot);
    }
    if (!graph.modules.holds(module)) await endKept(module, onThrown);
    if (hot) Hot.retire(hot, false);
  }
}

/** Of what it is known, while nothing changes. @typedef {{ held: Set<Module>, unheld: Set<Module> }} Known */

/**
 * Does a way lead to it from a root, or from a boundary that Node imports?
 * @param {Graph} graph
 * @param {Module} module
 * @param {Known} [known] is told of all that is found: of thousands in a row each would look at all that is above it
 */
function isHeld(graph, module, known) {
  /** And by whom they were reached. @type {Map<Module, Module | undefined>} */
  const above = new Map([[module, undefined]]);
  for (const [at] of above) {
    if (graph.roots.has(at) || at.isCalledByNode || graph.expected.has(at) || known?.held.has(at)) {
      /** @type {Module | undefined} */
      let held = known && at;
      for (; held; held = above.get(held)) known?.held.add(held);
      return true;
    }
    if (known?.unheld.has(at)) continue;
    for (const importer of at.importers) if (!above.has(importer)) above.set(importer, at);
    for (const importer of at.dynamicImporters) if (!above.has(importer)) above.set(importer, at);
  }
  if (known) for (const at of above.keys()) known.unheld.add(at);
  return false;
}

/** @param {Module} module @returns {Module[]} */
function importsOf(module) {
  if (!(module instanceof HotModule)) return module.requested;
  return [...module.requested, ...module.dynamicImports.keys()];
}

module.exports = {
  endGivenUp,
  evictFailed,
  evictRoot,
  evictTorn,
  evictUnheld,
  givenUp,
  importsOf,
  isHeld,
  prune,
};
