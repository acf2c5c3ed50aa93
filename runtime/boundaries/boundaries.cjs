// @ts-check
"use strict";

// Boundaries of the graph, as hot-hook has them: modules that their importers get by import() whenever they
// need them. A change below one is linked at once and evaluated by the next import(); any other asks for
// a full reload. What is reloadable is decided in Rust (src/graph/boundary.rs).

const { pathToFileURL } = require("node:url");
const addon = require("../../native/load.cjs");
const { acceptedByHandlers, isAcceptedByName } = require("./accepted.cjs");
const { anywhere } = require("../globs.cjs");
const events = require("../hot-events.cjs");
const { SafeSet } = require("../intrinsics.cjs");
const { relative } = require("../report.cjs");
const { isLoadedByNode } = require("../esm/loaded-by-node.cjs");
const { Hot } = require("../esm/hot.cjs");
const { goneOr } = require("../esm/load-error.cjs");
const { hasFacade } = require("../esm/namespace.cjs");
const { CommonJsModule } = require("../esm/commonjs-module.cjs");
const { HotModule, SourceTextModule } = require("../esm/module-record.cjs");
const { announce, importersOf, outcomeOf } = require("../esm/outcome.cjs");
const { options } = require("../esm/project-file.cjs");
const { prune } = require("../esm/prune.cjs");
const { isOurs } = require("../esm/transaction.cjs");
const { staticImportError } = require("./static-import.cjs");
const { dispose, expectedInVain, fileOf, isAskedFor, mayRequire, supersede } = require("./supersede.cjs");
const parent = require("./parent.cjs");

/** @typedef {import("../esm/module-record.cjs").Module} Module */
/** @typedef {import("../esm/outcome.cjs").Outcome} Outcome */
/** @typedef {import("../../native/addon").JsReloadability} Reloadability */
/** @typedef {import("../../native/addon").JsRequest & { isHot?: boolean }} Request */
/** @typedef {import("./options.cjs").Settings} Settings */

class Boundaries {
  #graph;
  #updates;
  #updateFiles;
  /** Files that somebody imported as boundaries. @type {Set<string>} */
  #marks = new SafeSet();
  /** @type {Settings | null} */
  settings = null;
  /** @type {{ matches(file: string): boolean } | null} */
  #globs = null;
  /** @type {{ matches(file: string): boolean } | null} */
  #restart = null;
  /** Changed, and not linked since. @type {Set<string>} */
  #failed = new Set();
  /** What went on as it was while something below it was superseded. @type {Set<string>} */
  #leftOut = new Set();
  /** Counted up with every update that invalidates something. */
  generation = 0;
  /** Called when it was. */
  onInvalidation = () => {};

  /** @param {{ graph: import("../esm/graph.cjs").Graph, updates: import("../esm/update.cjs").Updates, updateFiles: (files: string[]) => Promise<Outcome[]> }} runtime */
  constructor({ graph, updates, updateFiles }) {
    this.#graph = graph;
    this.#updates = updates;
    this.#updateFiles = updateFiles;
  }

  /** Is there anything to do other than without boundaries? */
  get isActive() {
    return this.settings !== null || this.#marks.size > 0;
  }

  /** @param {Settings} settings */
  configure(settings) {
    const { boundaries, restart, rootDirectory } = settings;
    const matcher = (/** @type {string[]} */ globs) =>
      globs.length > 0 ? new addon.PathMatcher(rootDirectory, globs) : null;
    this.#globs = matcher(anywhere(boundaries));
    this.#restart = matcher(restart);
    this.settings = settings;
  }

  /** @param {string} file */
  has(file) {
    return this.#marks.has(file) || (this.#globs?.matches(file) ?? false);
  }

  /** Somebody imports it as a boundary. @param {string} file */
  mark(file) {
    if (this.#marks.has(file)) return;
    this.#marks.add(file);
    if (!this.settings?.throws) return;
    for (const module of this.#graph.modules.ofFile(file)) {
      for (const importer of module.importers) {
        if (!(importer instanceof SourceTextModule) || importer === module) continue;
        const { specifier } = importer.record.requests[importer.requested.indexOf(module)];
        throw this.staticImport(importer.file, specifier, file);
      }
    }
  }

  /**
   * A module of the graph requests another one statically.
   * @param {SourceTextModule} importer
   * @param {Module} module
   * @param {Request} request
   */
  requested(importer, module, request) {
    const file = fileOf(module);
    if (request.isHot && file) this.#marks.add(file);
    if (!this.settings?.throws || importer === module || !file || !this.has(file)) return;
    throw this.staticImport(importer.file, request.specifier, file);
  }

  /** @param {string} importer @param {string} specifier @param {string} file */
  staticImport(importer, specifier, file) {
    return staticImportError(this.#graph.loader, importer, specifier, file);
  }

  /**
   * Files changed. The nearest one counts: what `import.meta.hot.accept` takes care of below every boundary is not the
   * boundaries' affair, and what they take care of is not that of handlers above them.
   * @param {string[]} files
   * @returns {Promise<Outcome[]>}
   */
  async update(files) {
    if (!this.isActive) return this.#updateFiles(files);
    this.#graph.commonJs?.refresh();
    // What was loaded between two updates is the program's; who keeps count of it keeps every version.
    this.#graph.commonJs?.takeBorn();
    const { isIgnored } = options;
    if (isIgnored) files = files.filter((file) => !isIgnored(file));
    const modules = this.#modules();
    const ends = this.#ends(modules);
    const accepted = acceptedByHandlers(this.#graph, modules, new Set(files), ends);
    // Not reloadable; but perhaps somebody above all boundaries accepts it.
    const { refused } = this.#plan(modules, new Set(files.filter((file) => !accepted.has(file))));
    const exposed = new Set(refused.map(({ changed }) => fileOf(modules[changed])));
    for (const file of acceptedByHandlers(this.#graph, modules, exposed, [])) accepted.add(file);
    const theirs = files.filter((file) => accepted.has(file) && !this.#restart?.matches(file));
    const ours = files.filter((file) => !theirs.includes(file));
    const outcomes = theirs.length > 0 ? await this.#updateFiles(theirs) : [];
    if (ours.length > 0) outcomes.push(...(await this.#updates.alone(() => this.#update(ours))));
    return outcomes;
  }

  /** Files that are no modules changed, and are under `restart`. @param {string[]} files */
  async restart(files) {
    for (const file of files) await this.#fullReload(file, undefined, "is under `restart`", [file]);
  }

  /** @param {string[]} files @returns {Promise<Outcome[]>} */
  async #update(files) {
    const started = performance.now();
    this.#graph.commonJs?.refresh();
    const unneeded = await prune(this.#graph, expectedInVain(this.#graph));
    // What was looked for in vain may be there.
    this.#graph.loader.refresh();
    const restarting = files.filter((file) => this.#restart?.matches(file));
    // Where files are watched, these are watched for themselves: they need not be modules.
    if (!this.settings?.watch) await this.restart(restarting);
    const modules = this.#modules();
    const known = new Set(modules.map(fileOf));
    /** @type {string[]} */
    const strangers = [];
    for (const file of files) {
      // What ran before us, and what Node runs without us, is not reloadable. A module of ours that nothing
      // imports any more has left a facade there.
      const isNodes = file === this.settings?.root || (!hasFacade(file) && isLoadedByNode(file));
      if (!known.has(file) && isNodes && !restarting.includes(file)) {
        const root = this.has(file) && this.#rootImporting(file);
        const way = root ? [root, file] : [file];
        const reason = root ? reasonOf({ kind: "fixed" }, way) : "is loaded by Node, not below a boundary";
        await this.#fullReload(file, Boolean(root), reason, way);
      } else if (!known.has(file) && !restarting.includes(file)) {
        strangers.push(file);
      }
    }
    const wanted = new Set([...files, ...this.#failed].filter((file) => !restarting.includes(file)));
    const refused = new Set(await this.#refuse(modules, wanted));
    for (const file of refused) {
      wanted.delete(file);
      this.#failed.delete(file);
    }
    const outcomes = await this.#invalidate(
      [...wanted].filter((file) => known.has(file)),
      strangers,
      started,
      unneeded,
    );
    for (const outcome of outcomes) await announce(outcome);
    return outcomes;
  }

  /** The root, if Node runs it and it imports this file statically. @param {string} file */
  #rootImporting(file) {
    const { root } = this.settings ?? {};
    if (!root || this.#graph.modules.has(root)) return null;
    const record = this.#graph.loader.load(root, pathToFileURL(root).href, false, []);
    return "requests" in record && record.requests.some((request) => request.file === file) ? root : null;
  }

  /** What handlers above are not asked for. @param {Module[]} modules */
  #ends(modules) {
    return modules.filter((module) => this.has(fileOf(module)) && !isAcceptedByName(module));
  }

  /** Modules of the project. */
  #modules() {
    return [...this.#graph.modules.values()].filter(isOurs);
  }

  /** @param {Module[]} modules @returns {import("../../native/addon").JsBoundaryModule[]} */
  #describe(modules) {
    const places = new Map(modules.map((module, place) => [module, place]));
    const placesOf = (/** @type {Iterable<Module>} */ list) =>
      [...list].flatMap((module) => places.get(module) ?? []);
    return modules.map((module) => {
      const own = module instanceof HotModule ? module : null;
      const called = placesOf(own?.dynamicImports.keys() ?? []);
      // require() is no import(): what it gives is kept.
      const isRequired = module instanceof CommonJsModule;
      return {
        imports: isRequired ? called : placesOf(module.requested),
        dynamicImports: isRequired ? [] : called,
        // Who has required it threw, or it would show who that is.
        isRoot: this.#graph.roots.has(module) && !this.#graph.commonJs?.isNobodys(module),
        isBoundary: this.has(fileOf(module)),
        isDeclined: own?.hot ? Hot.stateOf(own.hot).isDeclined : false,
      };
    });
  }

  /** @param {Module[]} modules @param {Set<string>} files */
  #plan(modules, files) {
    const changed = modules.flatMap((module, place) => (files.has(fileOf(module)) ? [place] : []));
    return addon.boundaryPlan(this.#describe(modules), changed);
  }

  /**
   * Asks for a full reload because of what can't be applied in place.
   * @param {Module[]} modules
   * @param {Set<string>} files
   * @returns {Promise<Set<string>>} which these are
   */
  async #refuse(modules, files) {
    /** @type {Set<string>} */
    const refused = new Set();
    for (const { changed, why } of this.#plan(modules, files).refused) {
      const file = fileOf(modules[changed]);
      if (refused.has(file)) continue;
      refused.add(file);
      const way = why.way.map((place) => fileOf(modules[place]));
      // As hot-hook says it, whose declined modules are none of either kind.
      const shouldBe = why.kind === "declined" ? undefined : why.kind === "fixed" || this.has(file);
      await this.#fullReload(file, shouldBe, reasonOf(why, way), way, why.kind === "declined");
    }
    return refused;
  }

  /**
   * @param {string} file
   * @param {boolean | undefined} shouldBeReloadable
   * @param {string} reason
   * @param {string[]} way
   * @param {boolean} [isDeclined]
   */
  async #fullReload(file, shouldBeReloadable, reason, way, isDeclined = false) {
    const ending = isDeclined
      ? { type: /** @type {const} */ ("declined"), declinedBy: way }
      : { type: /** @type {const} */ ("unaccepted"), path: way, evaluated: [] };
    const message = `${relative(file)}: full reload needed: it ${reason}`;
    const outcome = { ...outcomeOf(ending, [file], 0), message };
    const isAsked = parent.fullReload(file, shouldBeReloadable, reason);
    if (!isAsked) events.say(message);
    try {
      await this.settings?.onFullReloadAsked?.();
    } catch (error) {
      events.say(`onFullReloadAsked threw: ${events.textOf(error)}`);
    }
    await announce(outcome);
  }

  /**
   * Links what changed. All at once, or, if that fails, each file by itself: one that is broken must not
   * hold back the others.
   * @param {string[]} files
   * @param {string[]} strangers changed, and not in the graph: what could not be loaded because of them is not either
   * @param {number} started
   * @param {string[]} unneeded files that have left the graph already
   */
  async #invalidate(files, strangers, started, unneeded) {
    // What was imported while this waited has required what is to be exchanged for it, too.
    this.#graph.commonJs?.refresh();
    /** @type {Set<Module>} */
    const old = new Set();
    /** @type {Module[]} */
    const lost = [];
    /** @type {Outcome[]} */
    const outcomes = [];
    const milliseconds = () => performance.now() - started;
    try {
      if (files.length > 0) {
        lost.push(...this.#link(files, old));
        this.#failed.clear();
        this.#leftOut.clear();
      }
    } catch (first) {
      for (const file of files) {
        try {
          if (files.length === 1) throw first;
          lost.push(...this.#linkAlone(file, old));
          this.#failed.delete(file);
        } catch (error) {
          this.#failed.add(file);
          const told = goneOr(error, importersOf(this.#graph.modules.ofFile(file)), file);
          const ending = { type: /** @type {const} */ ("linkError"), error: told, disposed: [] };
          const place = this.#updates.placeOf(told, [file]);
          outcomes.push(outcomeOf({ ...ending, ...place }, [file], milliseconds()));
        }
      }
    }
    if (old.size + strangers.length > 0) lost.push(...this.#linkThrown(old));
    if (old.size === 0) return outcomes;
    this.generation++;
    this.onInvalidation();
    parent.invalidated([...new Set([...old].map(fileOf))]);
    await dispose(this.#graph, [...old], (error, module) => {
      events.say(`${relative(fileOf(module))}: a dispose handler threw: ${events.textOf(error)}`);
    });
    // Handlers take their time: what was imported meanwhile has required something.
    this.#graph.commonJs?.refresh();
    const pruned = [...unneeded, ...(await prune(this.#graph, lost))];
    const live = files.filter((file) => !this.#failed.has(file));
    const ending = { type: /** @type {const} */ ("accepted"), evaluated: [], acceptedBy: [], pruned };
    outcomes.push(outcomeOf(ending, live.length > 0 ? live : strangers, milliseconds()));
    return outcomes;
  }

  /**
   * CommonJS that threw is tried again with whatever changes: what it needs is known once it was evaluated.
   * @param {Set<Module>} old gets what was superseded
   */
  #linkThrown(old) {
    const thrown = this.#modules().filter((it) => it instanceof CommonJsModule && it.evaluationError);
    return thrown.flatMap((module) => {
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
   * What could not be loaded when it was saved, and is CommonJS or gone, can't be loaded again as it was. It goes on as
   * it is, with all above it, and holds back nothing else.
   * @param {string} file
   * @param {Set<Module>} old gets what was superseded
   */
  #linkAlone(file, old) {
    try {
      return this.#link([file], old);
    } catch (error) {
      /** @type {Set<Module>} */
      const broken = new Set(
        this.#modules().filter((it) => fileOf(it) !== file && this.#failed.has(fileOf(it))),
      );
      for (const module of broken) for (const importer of loadedWith(module)) broken.add(importer);
      if (broken.size === 0 || this.#graph.modules.ofFile(file).some((it) => broken.has(it))) throw error;
      const invalidated = this.#invalidatedBy([file]);
      const these = invalidated.filter((it) => !broken.has(it));
      const isNeeded =
        these.some((it) => isAskedFor(this.#graph, it)) ||
        this.#modules().some((it) => mayRequire(it) && !broken.has(it));
      // Only what goes on as it is needs it.
      if (!isNeeded) throw error;
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
    const lost = this.#again(() => supersede(this.#graph, new Set(these), new Set(files)));
    for (const module of these) {
      old.add(module);
      this.#leftOut.delete(fileOf(module));
    }
    return lost;
  }

  /** @param {string[]} files */
  #invalidatedBy(files) {
    const modules = this.#modules();
    return this.#plan(modules, new Set(files)).invalidated.map((place) => modules[place]);
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
    return this.#failed.has(file) && this.#leftOut.size > 0;
  }

  /** @param {string} importer @param {string} specifier */
  isImportedStatically(importer, specifier) {
    return this.#graph.loader.staticImportAt(importer, specifier) !== null;
  }

  /**
   * For tools: where handlers end, and why changes could not be applied in place.
   * @returns {{ ends: Set<Module>, refusals: Map<Module, { kind: string, way: Module[] }> }}
   */
  outlook() {
    const modules = this.#modules();
    const { refused } = addon.boundaryPlan(this.#describe(modules), [...modules.keys()]);
    const refusals = refused.map(({ changed, why }) => {
      const way = why.way.map((place) => modules[place]);
      return /** @type {const} */ ([modules[changed], { kind: why.kind, way }]);
    });
    return { ends: new Set(this.#ends(modules)), refusals: new Map(refusals) };
  }

  /** The tree as it is now. @returns {import("../../boundaries").DumpedModule[]} */
  dump() {
    return require("./dump.cjs").dump(this.#modules(), {
      described: this.#describe(this.#modules()),
      root: this.settings?.root,
      roots: this.#graph.roots,
    });
  }
}

/** Who loads it when it is loaded itself: not who calls import(). @param {Module} module @returns {Module[]} */
const loadedWith = ({ importers, dynamicImporters }) => [
  ...importers,
  ...[...dynamicImporters].filter((importer) => importer instanceof CommonJsModule),
];

/** @param {Pick<Reloadability, "kind">} why @param {string[]} way */
function reasonOf({ kind }, way) {
  if (kind === "declined") return `would evaluate ${relative(way[0])} anew, which declined`;
  const list = way.map(relative).join(" → ");
  if (kind === "fixed") {
    return `is below ${relative(way[1])}, a boundary that ${relative(way[0])} imports statically (${list})`;
  }
  return way.length > 1 ? `is not below a boundary: ${list}` : "is the root, or imported from outside";
}

module.exports = { Boundaries };
