// @ts-check
"use strict";

// What changed below boundaries is linked at once, beside the versions that run, and evaluated by the next import().

const fs = require("node:fs");
const { now } = require("../intrinsics.cjs");
const { isUnedited } = require("../commonjs/gone-without.cjs");
const { letGo } = require("../commonjs/let-go.cjs");
const { CommonJsModule, thrownOf } = require("../esm/commonjs/commonjs-module.cjs");
const { assertRequires, checkedCommonJs } = require("../esm/commonjs/commonjs-check.cjs");
const { goneOr } = require("../esm/graph/load-error.cjs");
const { inOrder } = require("../esm/graph/module-map.cjs");
const { culpritOf } = require("../esm/link/link.cjs");
const { fileOf, filesOf, outcomeOf } = require("../esm/update/outcome.cjs");
const { prune } = require("../esm/update/prune.cjs");
const { tellEnding } = require("../esm/hot/tell-accepting.cjs");
const { tellGone } = require("../esm/watch/tell-gone.cjs");
const parent = require("./parent.cjs");
const { modulesOfFiles, planOf } = require("./reloadability.cjs");
const { canBeLoaded, Hindrances, isMissed } = require("./hindrances.cjs");
const { kindsOf } = require("./other-kind.cjs");
const { dispose, isAskedFor, mayRequire, supersede } = require("./supersede.cjs");

/** @typedef {import("../esm/graph/graph.cjs").Graph} Graph */
/** @typedef {import("../esm/graph/module-record.cjs").Module} Module */
/** @typedef {import("../esm/update/outcome.cjs").Outcome} Outcome */

/** So many attempts at most are made to find what is at fault; what is left is tried file by file. */
const MOST = 32;

class Invalidation {
  #graph;
  #updates;
  #invalidated;
  /** Changed, and not linked since. @type {Set<string>} */
  failed = new Set();
  /** What went on as it was while something below it was superseded. @type {Set<string>} */
  #leftOut = new Set();
  /** @see {@link renamed} @type {string[]} */
  #renamed = [];

  /** @param {Graph} graph @param {import("../esm/update/update.cjs").Updates} updates @param {() => void} invalidated called whenever something was */
  constructor(graph, updates, invalidated) {
    this.#graph = graph;
    this.#updates = updates;
    this.#invalidated = invalidated;
  }

  /**
   * Links what changed. All at once, or, if that fails, each file by itself: one that is broken must not
   * hold back the others.
   * @param {string[]} files
   * @param {string[]} strangers changed, and not in the graph: what could not be loaded because of them is not either
   * @param {number} started
   * @param {string[]} unneeded files that have left the graph already
   */
  async invalidate(files, strangers, started, unneeded) {
    // What was imported while this waited has required what is to be exchanged for it, too.
    this.#graph.commonJs?.refresh(modulesOfFiles(this.#graph, files));
    this.#renamed = renamed(this.#graph, files).filter((file) => !this.failed.has(file));
    /** @type {Set<Module>} */
    const old = new Set();
    /** @type {Module[]} */
    const lost = [];
    /** @type {Outcome[]} */
    const outcomes = [];
    try {
      if (files.length > 0) {
        lost.push(...this.#linkAll(files, old));
        this.failed.clear();
        this.#leftOut.clear();
      }
    } catch (first) {
      const linked = this.#linkMost(files, first, old, lost);
      const hindrances = new Hindrances(this.#graph);
      /** @type {Map<string, unknown>} */
      const errors = new Map();
      const attempt = (/** @type {string} */ file) => {
        try {
          if (files.length === 1 || isMissed(this.#graph, file)) throw first;
          if (!linked.has(file)) lost.push(...this.#linkAlone(file, old, hindrances));
          this.failed.delete(file);
          errors.delete(file);
        } catch (error) {
          this.failed.add(file);
          errors.set(file, error);
        }
      };
      for (const file of files) attempt(file);
      againUnneeded(hindrances, attempt);
      for (const [file, error] of errors) {
        tellGone(this.#graph, error);
        const told = goneOr(error, filesImporting(this.#graph.modules.ofFile(file)), file);
        outcomes.push(this.notLinked(told, file, started));
      }
    }
    if (old.size + strangers.length > 0) lost.push(...this.#linkThrown(old));
    if (old.size === 0) return outcomes;
    const live = files.filter((file) => !this.failed.has(file));
    const concerned = live.length > 0 ? live : strangers;
    const told = this.#savedOf(concerned);
    this.#invalidated();
    const superseded = new Set([...old].map(fileOf));
    // hot-hook names what was saved first, and parents show that one alone.
    parent.invalidated([...new Set([...told.filter((file) => superseded.has(file)), ...superseded])]);
    const isSaved = (/** @type {Module} */ module) => files.includes(fileOf(module));
    await dispose(this.#graph, [...old], (error, module) =>
      tellEnding(module, "a dispose handler", error, isSaved(module)),
    );
    // Handlers take their time: what was imported meanwhile has required something.
    this.#graph.commonJs?.refresh([]);
    const pruned = [...unneeded, ...(await prune(this.#graph, lost, isSaved))];
    const ending = { type: /** @type {const} */ ("accepted"), evaluated: [], acceptedBy: [], pruned };
    // All of them are live by it; the line is about what was saved.
    outcomes.push({ ...outcomeOf(ending, told, now() - started), files: concerned });
    return outcomes;
  }

  /** Without what nobody has saved, and comes along: who imports what threw, once that is mended. @param {string[]} files */
  #savedOf(files) {
    const saved = files.filter((file) => !isUnedited(file) && !this.#updates.comesAlong(file));
    return saved.length > 0 ? saved : files;
  }

  /** A file goes on as it is, because of this. @param {unknown} error @param {string} file @param {number} started @returns {Outcome} */
  notLinked(error, file, started) {
    const ending = { type: /** @type {const} */ ("linkError"), error, disposed: [] };
    return outcomeOf({ ...ending, ...this.#updates.placeOf(error, [file]) }, [file], now() - started);
  }

  /**
   * CommonJS that threw is tried again with whatever changes: what it needs is known once it was evaluated.
   * @param {Set<Module>} old gets what was superseded
   */
  #linkThrown(old) {
    return inOrder(thrownOf(this.#graph.modules.commonJs)).flatMap((module) => {
      if (old.has(module)) return [];
      try {
        return this.#link([fileOf(module)], old);
      } catch {
        this.#leftOut.add(fileOf(module)); // it goes on as it is
        return [];
      }
    });
  }

  /**
   * @param {string[]} files
   * @param {Set<Module>} old gets what was superseded
   */
  #linkAll(files, old) {
    try {
      return this.#link(files, old);
    } catch (error) {
      // What nobody has saved is not to hold back anything.
      if (this.#renamed.length === 0) throw error;
      this.#renamed = [];
      return this.#link(files, old);
    }
  }

  /**
   * Sets aside what is at fault, as long as that is something that changed, and links the others at once.
   * @param {string[]} files
   * @param {unknown} first why they can't be linked all at once
   * @param {Set<Module>} old gets what was superseded
   * @param {Module[]} lost gets what lost an importer
   * @returns {Set<string>} what is linked
   */
  #linkMost(files, first, old, lost) {
    let error = first;
    let rest = files;
    for (let attempts = 0; attempts < MOST; attempts++) {
      const culprit = culpritOf(error);
      if (culprit === undefined || !rest.includes(culprit)) break;
      if (attempts === 0) rest = rest.filter((file) => canBeLoaded(this.#graph, file));
      rest = rest.filter((file) => file !== culprit);
      if (rest.length === 0) break;
      try {
        lost.push(...this.#link(rest, old));
        return new Set(rest);
      } catch (next) {
        error = next;
      }
    }
    return new Set();
  }

  /**
   * What could not be loaded when it was saved, and is CommonJS or gone, can't be loaded again as it was. It goes on as
   * it is, with all above it, and holds back nothing else.
   * @param {string} file
   * @param {Set<Module>} old gets what was superseded
   * @param {Hindrances} hindrances
   */
  #linkAlone(file, old, hindrances) {
    try {
      const known = hindrances.of(file);
      if (known) throw known.error;
      return this.#link([file], old);
    } catch (error) {
      hindrances.add(file, error);
      /** @type {Set<Module>} */
      const broken = new Set(
        modulesOfFiles(
          this.#graph,
          [...this.failed].filter((it) => it !== file),
        ),
      );
      for (const module of broken) for (const importer of loadedWith(module)) broken.add(importer);
      if (broken.size === 0 || this.#graph.modules.ofFile(file).some((it) => broken.has(it))) throw error;
      const invalidated = this.#invalidatedBy([file]);
      const these = invalidated.filter((it) => !broken.has(it));
      const isNeeded =
        these.some((it) => isAskedFor(this.#graph, it)) ||
        [...this.#graph.modules.commonJs].some((it) => mayRequire(it) && !broken.has(it));
      // Only what goes on as it is needs it.
      if (!isNeeded) {
        hindrances.unneeded.add(file);
        throw error;
      }
      const lost = this.#link([file], old, these);
      for (const module of invalidated) if (broken.has(module)) this.#leftOut.add(fileOf(module));
      return lost;
    }
  }

  /**
   * @param {string[]} files
   * @param {Set<Module>} old gets what was superseded
   * @param {Module[]} [these]
   */
  #link(files, old, these = this.#invalidatedBy(files)) {
    this.#assertRequired(these, files);
    const kinds = kindsOf(this.#graph, these, files);
    this.#assertParses(these, files, kinds);
    const lost = this.#again(() => supersede(this.#graph, new Set(these), new Set(files), kinds));
    for (const module of these) {
      old.add(module);
      letGo(fileOf(module));
      this.#leftOut.delete(fileOf(module));
    }
    return lost;
  }

  /**
   * CommonJS finds out when it is evaluated that what it requires is gone; then who imports it would have nothing.
   * @param {Module[]} these
   * @param {string[]} files
   */
  #assertRequired(these, files) {
    for (const module of these) {
      const file = fileOf(module);
      if (!(module instanceof CommonJsModule) || !files.includes(file) || fs.existsSync(file)) continue;
      for (const importer of module.dynamicImporters) {
        if (!(importer instanceof CommonJsModule) || !fs.existsSync(importer.file)) continue;
        assertRequires(importer.file, this.#graph.problemsOf(importer.file));
      }
    }
  }

  /**
   * Node reads CommonJS when somebody asks for it again, and then there is no way back. (What it requires it may do without.)
   * @param {Module[]} these
   * @param {string[]} files
   * @param {Map<string, import("./other-kind.cjs").Kind>} kinds
   */
  #assertParses(these, files, kinds) {
    const { loader } = this.#graph;
    for (const module of these) {
      const file = fileOf(module);
      const kind = kinds.get(file) ?? (module instanceof CommonJsModule ? "commonjs" : "module");
      if (kind !== "commonjs" || !files.includes(file)) continue;
      if (fs.existsSync(file)) checkedCommonJs(file, module.url, loader, []);
    }
  }

  /** @param {string[]} files */
  #invalidatedBy(files) {
    return planOf(this.#graph, new Set([...files, ...this.#renamed])).invalidated;
  }

  /** What was found on disk before may be old: files come and go. @template T @param {() => T} work @returns {T} */
  #again(work) {
    try {
      return work();
    } catch {
      this.#graph.loader.clearCache();
      return work();
    }
  }

  /** It holds again what runs: has anything changed meanwhile that it, or what imports it, was left out of? @param {string} file */
  hasMissed(file) {
    return this.failed.has(file) && this.#leftOut.size > 0;
  }
}

/**
 * Files that only what went on as it was needed, when their turn came. Some of that may have been linked since, for files that came
 * later.
 * @param {Hindrances} hindrances
 * @param {(file: string) => void} attempt
 */
function againUnneeded(hindrances, attempt) {
  for (let count = Infinity; hindrances.unneeded.size < count; ) {
    const files = [...hindrances.unneeded];
    count = files.length;
    hindrances.unneeded.clear();
    for (const file of files) attempt(file);
  }
}

/**
 * CommonJS that nobody has evaluated yet, and that passes on names of what has changed since it was linked. What it requires is
 * known once it is evaluated.
 * @param {Graph} graph
 * @param {string[]} files changed
 */
function renamed(graph, files) {
  // Names are passed on from CommonJS alone.
  if (files.every((file) => graph.modules.hasEsModule(file))) return [];
  const waiting = [...graph.modules.commonJs].filter(mayRequire);
  return waiting.flatMap(({ file, names }) => {
    const present = names && graph.loader.commonjsNames(file);
    if (!names || !Array.isArray(present)) return [];
    const gone = names.filter((name) => !OF_ALL.has(name) && !present.includes(name));
    return gone.length === 0 && present.every((name) => names.includes(name)) ? [] : [file];
  });
}

/** All CommonJS has these. */
const OF_ALL = new Set(["default", "module.exports"]);

/** Who loads it when it is loaded itself: not who calls import(). @param {Module} module @returns {Module[]} */
const loadedWith = ({ importers, dynamicImporters }) => [
  ...importers,
  ...[...dynamicImporters].filter((importer) => importer instanceof CommonJsModule),
];

/** Whose import, by whatever means, leads to one of these. @param {Module[]} modules */
const filesImporting = (modules) => [
  ...new Set(modules.flatMap((it) => filesOf([...it.importers, ...it.dynamicImporters]))),
];

module.exports = { Invalidation };
