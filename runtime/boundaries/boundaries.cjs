// @ts-check
"use strict";

// Boundaries of the graph, as hot-hook has them: modules that their importers get by import() whenever they
// need them. A change below one is linked at once and evaluated by the next import(); any other asks for
// a full reload. What is reloadable is decided in Rust (reloadability.cjs).

const fs = require("node:fs");
const { pathToFileURL } = require("node:url");
const addon = require("../../native/load.cjs");
const { Loader } = require("../commonjs/commonjs.cjs");
const { isUnedited } = require("../commonjs/gone-without.cjs");
const { acceptedByHandlers } = require("./accepted.cjs");
const { acceptedByTexts } = require("./accepted-by-texts.cjs");
const { anywhere } = require("../globs.cjs");
const events = require("../hot-events.cjs");
const { SafeSet, now } = require("../intrinsics.cjs");
const { isSyntax, namedOtherwise, relative } = require("../report.cjs");
const { syncedFiles } = require("../runner/ownership.cjs");
const { isLoadedByNode } = require("../esm/native/loaded-by-node.cjs");
const { hasFacade } = require("../esm/namespace/facade-url.cjs");
const { LoadError } = require("../esm/graph/load-error.cjs");
const { SourceTextModule } = require("../esm/graph/module-record.cjs");
const { announce, fileOf, outcomeOf } = require("../esm/update/outcome.cjs");
const { options } = require("../esm/graph/project-file.cjs");
const { prune } = require("../esm/update/prune.cjs");
const { isOurs } = require("../esm/update/staged-version.cjs");
const { Invalidation } = require("./invalidation.cjs");
const { staticImportError } = require("./static-import.cjs");
const { expectedInVain } = require("./supersede.cjs");
const { hasRunner } = require("../runner/link.cjs");
const { isLeftToParent, isWaiting } = require("./failed-start.cjs");
const parent = require("./parent.cjs");
const {
  concernedBy,
  describe,
  endsOf,
  modulesOf,
  modulesOfFiles,
  outlookOf,
  planOf,
  reasonOf,
} = require("./reloadability.cjs");

/** @typedef {import("../esm/graph/module-record.cjs").Module} Module */
/** @typedef {import("../esm/update/outcome.cjs").Outcome} Outcome */
/** @typedef {import("../../native/addon").JsRequest & { isHot?: boolean }} Request */
/** @typedef {import("./options.cjs").Settings} Settings */

class Boundaries {
  #graph;
  #updates;
  /** Files that somebody imported as boundaries. @type {Set<string>} */
  #marks = new SafeSet();
  /** @type {Settings | null} */
  settings = null;
  /** @type {{ matches(file: string): boolean } | null} */
  #globs = null;
  /** @type {{ matches(file: string): boolean } | null} */
  #restart = null;
  #invalidation;
  /** Counted up with every update that invalidates something. */
  generation = 0;
  /** Called when it was. */
  onInvalidation = () => {};

  /** @param {{ graph: import("../esm/graph/graph.cjs").Graph, updates: import("../esm/update/update.cjs").Updates }} runtime */
  constructor({ graph, updates }) {
    this.#graph = graph;
    this.#updates = updates;
    this.#invalidation = new Invalidation(graph, updates, () => {
      this.generation++;
      this.onInvalidation();
    });
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
    const file = isOurs(module) ? fileOf(module) : null;
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
   * @param {boolean} [isUpToDate] the graph has what Node has loaded
   * @returns {Promise<Outcome[]>}
   */
  async update(files, isUpToDate = false) {
    // `isActive`, and what follows: each function fewer is a save that is live sooner.
    if (!this.settings && this.#marks.size === 0) return await this.#updates.ofFiles(files, isUpToDate);
    if (isLeftToParent()) {
      await this.mayMend(files);
      return [];
    }
    this.#graph.commonJs?.refresh(modulesOfFiles(this.#graph, files));
    // What was loaded between two updates is the program's; who keeps count of it keeps every version.
    this.#graph.commonJs?.takeBorn();
    const { isIgnored } = options;
    if (isIgnored) files = files.filter((file) => !isIgnored(file));
    const concerned = concernedBy(this.#graph, files);
    const ends = endsOf(this.#graph, concerned);
    const accepted = acceptedByHandlers(this.#graph, concerned, new Set(files), ends);
    // Not reloadable; but perhaps somebody above all boundaries accepts it.
    const left = new Set(files.filter((file) => !accepted.has(file)));
    const refused = left.size > 0 ? planOf(this.#graph, left).refused : [];
    const exposed = new Set(refused.map(({ module }) => fileOf(module)));
    if (exposed.size > 0) {
      for (const file of acceptedByHandlers(this.#graph, concerned, exposed, [])) accepted.add(file);
    }
    const isTheirs = (/** @type {string} */ file) => accepted.has(file) && !this.#restart?.matches(file);
    // What sync.* and hmr() hold, and is left to them, those who accept may import from now on: they are evaluated with it.
    const held = accepted.size > 0 ? files.filter((it) => !accepted.has(it) && syncedFiles().has(it)) : [];
    if (held.length > 0) {
      const others = modulesOfFiles(this.#graph, files.filter(isTheirs));
      const read = async () => acceptedByTexts(this.#graph, others, new Set(held));
      for (const file of await this.#updates.alone(read)) accepted.add(file);
    }
    const theirs = files.filter(isTheirs);
    const ours = files.filter((file) => !theirs.includes(file));
    const outcomes = theirs.length > 0 ? await this.#updates.ofFiles(theirs) : [];
    if (ours.length > 0) outcomes.push(...(await this.#updates.alone(() => this.#update(ours))));
    return outcomes;
  }

  /** Files that are no modules changed, and are under `restart`. @param {string[]} files */
  async restart(files) {
    for (const file of files) await this.#fullReload(file, undefined, "is under `restart`", [file]);
  }

  /** Files were saved, or have come, since the program failed. @param {string[]} files */
  async mayMend(files) {
    if (!isWaiting()) return;
    const wanted = files.filter((it) => !options.isIgnored?.(it));
    // Who went on without what was saved comes with it.
    const file = wanted.find((it) => !isUnedited(it)) ?? wanted[0];
    if (file) await this.#fullReload(file, undefined, "may be what the program failed with", [file]);
  }

  /** @param {string[]} files @returns {Promise<Outcome[]>} */
  async #update(files) {
    const started = now();
    this.#graph.commonJs?.refresh(modulesOfFiles(this.#graph, files));
    const unneeded = await prune(this.#graph, expectedInVain(this.#graph));
    // What was looked for in vain may be there.
    this.#graph.loader.refresh();
    const restarting = files.filter((file) => this.#restart?.matches(file));
    // Where files are watched, these are watched for themselves: they need not be modules.
    if (!this.settings?.watch) await this.restart(restarting);
    const { failed } = this.#invalidation;
    const known = new Set(modulesOfFiles(this.#graph, [...files, ...failed]).map(fileOf));
    const synced = syncedFiles();
    /** @type {string[]} */
    const strangers = [];
    for (const file of files) {
      // What ran before us, and what Node runs without us, is not reloadable. A module of ours that nothing
      // imports any more has left a facade there.
      const isNodes = file === this.settings?.root || (!hasFacade(file) && this.#isRunByNode(file));
      if (!known.has(file) && isNodes && !restarting.includes(file)) {
        if (synced.has(file)) continue;
        const root = this.has(file) && this.#rootImporting(file);
        const way = root ? [root, file] : [file];
        const reason = root ? reasonOf({ kind: "fixed" }, way) : "is loaded by Node, not below a boundary";
        await this.#fullReload(file, Boolean(root), reason, way);
      } else if (!known.has(file) && !restarting.includes(file)) {
        strangers.push(file);
      }
    }
    await this.#tellShared(files, synced, restarting);
    const wanted = new Set([...files, ...failed].filter((file) => !restarting.includes(file)));
    for (const file of await this.#refuse(wanted, synced, started)) {
      wanted.delete(file);
      failed.delete(file);
    }
    const outcomes = await this.#invalidation.invalidate(
      [...wanted].filter((file) => known.has(file)),
      strangers,
      started,
      unneeded,
    );
    for (const outcome of outcomes) await announce(outcome, this.#graph.listeners);
    return outcomes;
  }

  /**
   * CommonJS that was not evaluated Node may have linked all the same, for an importer that failed; it is not asked about that, which
   * would evaluate it.
   * @param {string} file
   */
  #isRunByNode(file) {
    const mayBeLinked =
      !Loader._cache[file]?.loaded && fs.existsSync(file) && !this.#graph.loader.isModule(file);
    return !mayBeLinked && isLoadedByNode(file);
  }

  /** The root, if Node runs it and it imports this file statically. @param {string} file */
  #rootImporting(file) {
    const { root } = this.settings ?? {};
    if (!root || this.#graph.modules.has(root)) return null;
    const record = this.#graph.loader.load(root, pathToFileURL(root).href, false, []);
    return "requests" in record && record.requests.some((request) => request.file === file) ? root : null;
  }

  /**
   * What sync.* or hmr() hold, and a boundary uses, is evaluated in place for one of them, and the other keeps the version it has.
   * @param {string[]} files
   * @param {Set<string>} synced
   * @param {string[]} restarting
   */
  async #tellShared(files, synced, restarting) {
    for (const file of files) {
      if (!synced.has(file) || restarting.includes(file)) continue;
      const boundary = concernedBy(this.#graph, [file]).find((module) => this.has(fileOf(module)));
      if (!boundary) continue;
      const importers = this.#graph.modules.ofFile(file).flatMap((module) => [...module.importers]);
      namedOtherwise(importers.map(fileOf), file);
      const below =
        fileOf(boundary) === file ? "is a boundary" : `below ${relative(fileOf(boundary))}, a boundary`;
      await this.#fullReload(file, this.has(file), `is held by sync.* or hmr(), and ${below}`, [file]);
    }
  }

  /**
   * Asks for a full reload because of what can't be applied in place: sync.* and hmr() update what they hold without boundaries.
   * @param {Set<string>} files
   * @param {Set<string>} synced
   * @param {number} started
   * @returns {Promise<Set<string>>} which these are
   */
  async #refuse(files, synced, started) {
    /** @type {Set<string>} */
    const refused = new Set();
    for (const { module, kind, way: modules } of planOf(this.#graph, files).refused) {
      const file = fileOf(module);
      if (refused.has(file)) continue;
      refused.add(file);
      if (synced.has(file) || (await this.#isHeldBack(module, file, started))) continue;
      const way = modules.map(fileOf);
      // As hot-hook says it, whose declined modules are none of either kind.
      const shouldBe = kind === "declined" ? undefined : kind === "fixed" || this.has(file);
      await this.#fullReload(file, shouldBe, reasonOf({ kind }, way), way, kind === "declined");
    }
    return refused;
  }

  /**
   * A program that runs is worth more than one that can't start: for what does not parse no full reload is asked. A runner of ours looks at
   * that itself.
   * @param {Module} module
   * @param {string} file
   * @param {number} started
   */
  async #isHeldBack({ url }, file, started) {
    const problem = hasRunner() ? undefined : this.#graph.problemsOf(file).find(isSyntax);
    if (!problem) return false;
    const outcome = this.#invalidation.notLinked(new LoadError(url, problem), file, started);
    events.say(outcome.message);
    await announce(outcome, this.#graph.listeners);
    return true;
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
    await this.#tellProgram();
    await announce(outcome, this.#graph.listeners);
  }

  async #tellProgram() {
    try {
      await this.settings?.onFullReloadAsked?.();
    } catch (error) {
      events.say(`onFullReloadAsked threw: ${events.textOf(error)}`);
    }
  }

  /** A file that Node runs for good was saved. That is said, and a runner knows of it. @param {string} file */
  async saidOf(file) {
    if (!this.settings || hasRunner()) return;
    parent.fullReload(file, this.has(file), "is run by Node");
    await this.#tellProgram();
  }

  /** @see {@link Invalidation.hasMissed} @param {string} file */
  hasMissed(file) {
    return this.#invalidation.hasMissed(file);
  }

  /** @param {string} importer @param {string} specifier */
  isImportedStatically(importer, specifier) {
    return this.#graph.loader.staticImportAt(importer, specifier) !== null;
  }

  /** For tools: where handlers end, and why changes could not be applied in place. */
  outlook() {
    return outlookOf(this.#graph);
  }

  /** The tree as it is now. @returns {import("../../boundaries").DumpedModule[]} */
  dump() {
    // What CommonJS has required since nobody has looked at. Where nothing is registered it is nobody's.
    if (this.settings || modulesOf(this.#graph).length > 0) this.#graph.commonJs?.refresh();
    return require("./dump.cjs").dump(modulesOf(this.#graph), {
      described: describe(this.#graph, modulesOf(this.#graph)),
      root: this.settings?.root,
      roots: this.#graph.roots,
    });
  }
}

module.exports = { Boundaries };
