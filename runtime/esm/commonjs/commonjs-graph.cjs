// @ts-check
"use strict";

// CommonJS files of the project as modules of the graph, under register. Node's loader runs them;
// what it does is read from what it leaves: `require.cache`, and the `children` of its modules. Nothing of
// ours stands in its way while a file is evaluated: each frame more would be one less of the
// program's in `error.stack`.

const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { insist, programRuns } = require("../../intrinsics.cjs");
const { forgetNames } = require("../../commonjs/answers.cjs");
const { Loader, adopt, parentOf } = require("../../commonjs/commonjs.cjs");
const { takeNewest } = require("../../commonjs/linked-text.cjs");
const { requirerOf } = require("../../commonjs/parents.cjs");
const { PACKAGES, isOwnFile, isProjectFile } = require("../../project-files.cjs");
const { onResolved } = require("../../typescript.cjs");
const { defineBound } = require("./bound-imports.cjs");
const { CommonJsModule, tellOfLoads } = require("./commonjs-module.cjs");
const { CreatedRequires } = require("./created-requires.cjs");
const { EndedOnceThrown } = require("./ended-once-thrown.cjs");
const { FailedRequires } = require("./failed-requires.cjs");
const { FromOutside } = require("./from-outside.cjs");
const { forgetDynamic } = require("../graph/importers.cjs");
const { Hot } = require("../hot/hot.cjs");
const { ImportedNatively } = require("../hooks/imported-natively.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { takesPart } = require("../graph/project-file.cjs");
const { defineModuleHot } = require("./module-hot.cjs");
const { Loaders } = require("./loaders.cjs");
const { RequiredModules } = require("./required-modules.cjs");
const { RequiredSince } = require("./required-since.cjs");
const { TakenOut } = require("./taken-out.cjs");
const { isAskingFor } = require("./resolve-required.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").HotModule} HotModule */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * What it needs from the runtime.
 * @typedef {object} Host
 * @property {(file: string) => void} loading a file is about to be read
 * @property {(file: string) => void} gone it is not of the program any more
 * @property {(module: HotModule) => Hot} hotOf
 * @property {(module: CommonJsModule, hot: Hot) => void} end what a version that threw has opened
 */

class CommonJsGraph {
  #graph;
  #host;
  /** Resolved, so perhaps loaded, since the last look, and for whom. In this order. @type {Map<string, LoaderModule | undefined>} */
  #pending = new Map();
  #takenOut = new TakenOut();
  #created = new CreatedRequires();
  #fromOutside = new FromOutside();
  /** @type {WeakMap<LoaderModule, Hot>} */
  #hots = new WeakMap();
  /** ES modules that came by require() alone. @type {RequiredModules} */
  required;
  /** Who has required what. @type {RequiredSince} */
  #since;
  #thrown;
  #loaders;
  /** What CommonJS files import, and what others than they import natively. */
  imported = new ImportedNatively();
  /** The last file that was resolved, and for whom. @type {[file: string, from: string | null | undefined]} */
  #asked = ["", null];
  /** What versions below a boundary have left for the next; `threw`: who did. @type {Map<string, Pick<CommonJsModule, "handed" | "kept"> & { threw?: WeakRef<CommonJsModule> }>} */
  #heritage = new Map();
  /** Since the last `takeBorn`. @type {Set<CommonJsModule>} */
  #born = new Set();
  /** Files that Node was about to read, since then. @type {Set<string>} */
  #read = new Set();

  /** What could not be loaded. */
  failed = new FailedRequires();

  /** Hooks of another thread may have told something. @type {(() => void) | null} */
  onRefresh = null;

  /** @param {Graph} graph @param {Host} host */
  constructor(graph, host) {
    this.#graph = graph;
    this.#host = host;
    this.#loaders = new Loaders(graph);
    this.required = new RequiredModules(graph, (module) => this.imported.isOfOthers(module));
    const take = (/** @type {LoaderModule} */ instance) => void this.#moduleOf(instance);
    const forget = (/** @type {CommonJsModule} */ module) => this.#forget(module);
    // What versions before have by `hot.keep` is not ended, as it is not where one that throws is not caught: the next one gets it.
    const threw = (/** @type {CommonJsModule} */ module) => {
      if (module.kept.size > 0) this.bequeath(module, module.handed ?? {}, new WeakRef(module));
      forget(module);
    };
    this.#since = new RequiredSince(graph, this.#created, this.required, { take, forget: threw });
    this.#thrown = new EndedOnceThrown({ take, forget, end: host.end });
  }

  /** Once for each thread. */
  install() {
    onResolved((file, parent, isRequired, isMain) => this.#resolved(file, parent, isRequired, isMain));
    tellOfLoads((file) => this.#loading(file));
    this.#since.watch();
    this.#created.watch();
    defineModuleHot((instance) => this.hotOf(instance));
    defineBound();
    for (const [file, module] of Object.entries(Loader._cache)) {
      if (!takesPart(file) || isOwn(requirerOf(module))) continue;
      if (requirerOf(module)) this.#since.asksFor(file);
      this.#loading(file);
    }
  }

  /** @type {import("../../typescript.cjs").OnResolved} */
  #resolved(file, parent, isRequired, isMain) {
    programRuns();
    insist(() => this.#noteResolved(file, parent, isRequired, isMain));
  }

  /** Node's ES loader brings it. @param {string} file */
  isImported(file) {
    insist(() => this.#noteResolved(file, undefined, false));
  }

  /** @type {import("../../typescript.cjs").OnResolved} */
  #noteResolved(file, parent, isRequired, isMain) {
    if (isAskingFor(parent, isMain) || isOwn(parent)) return;
    if (parent && !Loader._cache[file] && path.isAbsolute(file)) this.failed.asks(file, parent);
    if (isRequired) this.failed.reads(file);
    this.#since.requires(parent);
    if (!takesPart(file)) return;
    if (parent) this.#since.asksFor(file);
    if (!this.#isKnown(file)) this.#loading(file, parent);
    const from = parent?.filename;
    this.#asked = [file, from];
    if (parent && !isProjectFile(from)) this.#fromOutside.add(parent, file);
  }

  /** Is it loaded, or being loaded? Node's translator puts an empty module into the cache long before that. @param {string} file */
  #isKnown(file) {
    const cached = Loader._cache[file];
    if (!cached || cached.loaded || this.#pending.has(file)) return cached !== undefined;
    const module = this.#graph.modules.get(file);
    return module instanceof CommonJsModule && module.instance === cached;
  }

  /** Node reads it. @param {string} file */
  isRead(file) {
    this.#loaders.isRead(file);
  }

  /** @param {string} file @param {LoaderModule} [parent] who asks for it */
  #loading(file, parent = this.#pending.get(file)) {
    this.#pending.set(file, parent);
    if (this.#graph.modules.get(file) instanceof SourceTextModule || /\.m[jt]s$/.test(file)) return;
    this.#read.add(file);
    this.#host.loading(file);
    forgetNames(file);
    const instance = Loader._cache[file];
    if (instance) takeNewest(instance, file);
  }

  /** @param {LoaderModule | undefined} instance */
  hotOf(instance) {
    if (!instance) return undefined;
    const known = this.#hots.get(instance);
    if (known) return known;
    const { filename } = instance;
    if (!takesPart(filename) || Loader._cache[filename] !== instance) return undefined;
    this.#takePending();
    const fresh = this.#graph.freshOf(filename);
    const module = fresh instanceof CommonJsModule ? fresh : this.#moduleOf(instance);
    if (!module) return undefined;
    // What only CommonJS had required, and an update of sync.* imports, goes on as the module that it was.
    if (module === fresh && module.instance && module.instance !== instance) module.hot = null;
    const hot = this.#host.hotOf(module);
    this.#hots.set(instance, hot);
    this.#thrown.asks(module, instance, hot);
    return hot;
  }

  /** Who is requiring the file that is about to be loaded? @param {string} file */
  requirerOf(file) {
    return this.#asked[0] === file ? this.#asked[1] : null;
  }

  /** @param {string} file @returns {string | undefined} a package's file that was the first to require it */
  requiredByPackage(file) {
    const instance = Loader._cache[file];
    const from = instance && parentOf(instance)?.filename;
    return from?.includes(PACKAGES) ? from : undefined;
  }

  /** What of the graph is among the `children` of Node's modules. */
  get children() {
    return this.#since.children;
  }

  /**
   * Brings the graph up to what Node has loaded.
   * @param {readonly Module[]} [concerned] who has required these, or what leads to them; none: whatever it is
   */
  refresh(concerned) {
    this.onRefresh?.();
    // Each function that is not called is a save that is live sooner (docs/speed-notes.md).
    const { commonJs } = this.#graph.modules;
    const isNew = this.#pending.size + this.#created.known.length + this.#fromOutside.all.length > 0;
    const { unclaimed } = this.required;
    if (!isNew && commonJs.size + unclaimed.size === 0) return;
    if (this.#pending.size > 0) this.#takePending();
    this.#since.look(concerned);
    this.imported.link(this.#graph);
    if (unclaimed.size > 0) this.required.dropFailed();
    if (this.#fromOutside.all.length === 0) return;
    for (const [reference, file] of this.#fromOutside.all.splice(0)) {
      const module = this.#graph.modules.get(file);
      const holds = reference.deref()?.children?.some(({ filename }) => filename === file);
      if (!holds) continue;
      if (module instanceof CommonJsModule) this.#graph.roots.add(module);
      else this.imported.noteOutside(file);
    }
  }

  /** Nobody has what nobody is known to have. */
  lookAtAll() {
    this.#since.lookAtAll();
  }

  #takePending() {
    /** @type {CommonJsModule[]} */
    const coming = [];
    for (const [file, parent] of this.#pending) {
      const isOfUpdate = this.#isOfUpdate(file);
      const fresh = isOfUpdate ? this.#graph.freshOf(file) : undefined;
      if (fresh) {
        if (fresh instanceof CommonJsModule && fresh.instance) coming.push(fresh);
        continue;
      }
      const instance = Loader._cache[file];
      // It may be required still by what is read next of that update.
      if (isOfUpdate && !instance?.loaded) continue;
      this.#pending.delete(file);
      if (instance) this.#moduleOf(instance);
      else this.#takenOut.look(file, parent);
    }
    // What it has required may be replaced before that update has ended.
    for (const module of coming) {
      if (module.instance) this.children.scan(module.instance, module);
    }
  }

  /**
   * Has an update of sync.* loaded it, which has not ended? It is in no graph yet: looked at now it would be another module than that
   * update's, and nobody would let it go.
   * @param {string} file
   * @returns {boolean}
   */
  #isOfUpdate(file) {
    // Who was the first to require a file may be of an older version: files may name each other so.
    for (let at = file, left = this.#pending.size; left >= 0; left--) {
      if (this.#graph.freshOf(at)) return true;
      const cached = Loader._cache[at];
      const from = cached && parentOf(cached)?.filename;
      if (!from || !(this.#pending.has(from) || this.#graph.freshOf(from))) return false;
      at = from;
    }
    return false;
  }

  /**
   * The module of the graph that is one of Node's; made if there is none.
   * @param {LoaderModule} instance
   * @returns {CommonJsModule | null} null: an ES module
   */
  #moduleOf(instance) {
    const file = instance.filename ?? instance.id;
    // A program may have put anything into `require.cache`.
    if (typeof file !== "string") return null;
    const known = this.#graph.modules.get(file);
    if (!known && this.#graph.loader.isModule(file)) return null;
    const module = known ?? this.#made(file, instance);
    if (!(module instanceof CommonJsModule)) return null;
    this.#since.add(module);
    if (module.instance !== instance) {
      // The program has purged `require.cache` itself, then nobody hears of the version before.
      if (module.instance) {
        this.#thrown.replaces(module, this.#hots.get(module.instance));
        // An update that failed has put an instance back.
        module.hot = this.#hots.get(instance) ?? null;
        const past = module.dynamicImports;
        module.dynamicImports = new Map();
        forgetDynamic(module, past);
        this.children.runsAgain(instance);
      }
      module.instance = instance;
      if (module.status === "linked" && !module.bindings) module.status = "evaluated";
    }
    return module;
  }

  /** @param {string} file @param {LoaderModule} instance */
  #made(file, instance) {
    const module = new CommonJsModule(pathToFileURL(file).href, file, null);
    this.#graph.modules.set(file, module);
    const { threw, ...heritage } = this.#heritage.get(file) ?? {};
    Object.assign(module, heritage);
    this.#heritage.delete(file);
    const former = threw?.deref();
    if (former) {
      // What it has opened may be ended later, by dispose handlers that take their time: nothing of what this one has now.
      if (former.hot) Hot.putBackKept(former.hot);
      former.kept = new Map();
    }
    this.#born.add(module);
    if (this.#loaders.isOutside(instance, () => this.#isOfUpdate(file))) this.#graph.roots.add(module);
    return module;
  }

  /**
   * The new version stays.
   * @param {CommonJsModule} module
   * @param {LoaderModule | null} old
   */
  keep(module, old) {
    module.past = null;
    if (old) adopt(old, module.instance ?? undefined);
  }

  /** Another module takes its place, once it is required or imported. @param {CommonJsModule} module */
  supersede(module) {
    this.children.takeOut(module, module.instance);
    this.#leave(module);
  }

  /** The version that is required next gets it. @param {CommonJsModule} module @param {Record<string, any>} handed @param {WeakRef<CommonJsModule>} [threw] */
  bequeath({ file, kept }, handed, threw) {
    this.#heritage.set(file, { handed, kept, threw });
  }

  /** Nothing requires it any more: whoever does so again gets another. @param {CommonJsModule} module */
  remove(module) {
    this.children.takeOut(module, module.instance);
    this.#forget(module);
  }

  /** @param {CommonJsModule} module */
  #forget(module) {
    const { file } = module;
    this.#leave(module);
    if (this.#graph.modules.get(file) === module) this.#graph.modules.delete(file);
    this.#graph.roots.delete(module);
    for (const required of module.dynamicImports.keys()) required.dynamicImporters.delete(module);
    // Below a boundary there may be a newer version.
    if (!this.#graph.modules.has(file)) this.#host.gone(file);
  }

  /** @param {CommonJsModule} module */
  #leave(module) {
    this.#since.delete(module);
    module.isFormer = true;
  }

  /** What came since the last call. */
  takeBorn() {
    if (this.#born.size === 0) return [];
    const born = [...this.#born];
    this.#born.clear();
    return born;
  }

  /** Has the program loaded it, and taken it out of the cache? @param {string} file */
  isTakenOut(file) {
    return this.#takenOut.has(file) && !this.#graph.modules.has(file);
  }

  /** Was it read, and is not of the program so far? @param {string} file */
  isTried(file) {
    return this.#read.has(file) && !this.#graph.modules.has(file);
  }

  /** What was read since the last call, and is not of the program: it failed, or whoever required it did. */
  takeAttempted() {
    if (this.#read.size === 0) return [];
    const read = [...this.#read];
    this.#read.clear();
    for (const file of read) if (this.#isOfUpdate(file)) this.#read.add(file);
    // Of what has thrown another version may be in the graph.
    const isMissing = (/** @type {string} */ file) =>
      !(this.#graph.modules.has(file) && Loader._cache[file]) && !this.isTakenOut(file);
    const attempted = read.filter((file) => !this.#read.has(file) && isMissing(file));
    for (const file of attempted) if (!this.#graph.modules.has(file)) this.#host.gone(file);
    return attempted;
  }
}

/** Is a file of this package asking? @param {{ filename?: string | null } | null | undefined} parent */
const isOwn = (parent) => typeof parent?.filename === "string" && isOwnFile(parent.filename);

module.exports = { CommonJsGraph };
