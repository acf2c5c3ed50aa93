// @ts-check
"use strict";

// Module Records (ECMA-262 16.2.1.5 and 16.2.1.6): names are resolved here, nothing runs.

const { Cell } = require("./cell.cjs");
const { entryNamed, exportedBy } = require("./export-entries.cjs");
const { exportedNames, quick, resolveExport } = require("./resolve-export.cjs");
const { resolveShown } = require("./resolve-shown.cjs");
const { starNamesFor } = require("./star-names.cjs");

/** @typedef {import("../../../native/addon").JsEsm} JsEsm */
/** @typedef {"unlinked" | "linking" | "linked" | "evaluating" | "evaluating-async" | "evaluated"} Status */
/**
 * ResolvedBinding Record: a cell of `module`, or without one its namespace. `name`: of a native
 * module's export; `entry`: the `export * as` that it comes from.
 * @typedef {{ module: Module, cell: Cell | null, name?: string, entry?: object }} ResolvedBinding
 */
/** @typedef {ResolvedBinding | "ambiguous" | null} Resolution */
/** @typedef {{ call: Function, self: unknown, values: unknown[] }} Call */
/** @typedef {{ promise: Promise<void>, resolve: () => void, reject: (error: unknown) => void }} Capability */
/**
 * What is being resolved. For the error's words: by which specifier the module was requested that is asked, what was
 * not found there or is ambiguous, between which modules, and where indirect exports led in a circle. `others`: of more than a few.
 * `isQuick`: what lacks the name is not noted as asked, so what is said of a name that is not found may be wrong, but not that it is.
 * `starNames`: where many are resolved.
 * @typedef {{ specifier: string, name: string }} Fault
 * @typedef {[Module, string][] & { specifier?: string, fault?: Fault, missing?: Fault, cycle?: Fault, between?: Module[], others?: Map<Module, string | Set<string>>, isQuick?: boolean, starNames?: import("./star-names.cjs").StarNames }} ResolveSet
 */

/** Cyclic Module Record (16.2.1.6): what Link and Evaluate need. */
class Module {
  /** @type {Status} */
  status = "unlinked";
  /** [[EvaluationError]], boxed: anything can be thrown. @type {{ error: unknown } | null} */
  evaluationError = null;
  dfsIndex = 0;
  dfsAncestorIndex = 0;
  /** @type {Module | null} */
  cycleRoot = null;
  hasTLA = false;
  /** Node runs it. */
  isNative = false;
  isSourceText = false;
  /** [[AsyncEvaluationOrder]]; null: unset. @type {number | "done" | null} */
  asyncEvaluationOrder = null;
  /** @type {Capability | null} */
  topLevelCapability = null;
  /** @type {Module[]} */
  asyncParentModules = [];
  pendingAsyncDependencies = 0;
  /** [[LoadedModules]], one for each request. @type {Module[]} */
  requested = [];
  /** Its bindings can be seen before it was evaluated: a member of an import cycle, or what such a one imports. */
  isCyclic = false;
  /** @type {import("../namespace/facade.cjs").Facade | import("../namespace/staged.cjs").StagedFacade | null} */
  facade = null;
  /** What a native importer gets, where that is another one. @type {import("../namespace/facade.cjs").Facade | null} */
  entrance = null;
  /** Who requests it. @type {Set<Module>} */
  importers = new Set();
  /** @type {Set<Module> | null} */
  #dynamicImporters = null;
  #place = 0;
  /** Node's own import() brings it: it is held as a root is, and reloadable all the same. Who imports it nobody is told. */
  isCalledByNode = false;
  /**
   * Of what took its place, below a boundary (boundaries/supersede.cjs), the newest. All versions share it: by a chain
   * of them the first, which Node may hold for good, would hold all others. null: nothing imports it any more.
   * @type {{ newest: Module | null } | null}
   */
  lineage = null;
  /** The namespace of the version before, which becomes this one's. @type {Module["facade"]} */
  inheritedFacade = null;
  /** Which one in a row that was (inherited-facade.cjs). */
  bequest = 0;
  /** To be called before it is evaluated (staged.cjs). @type {(() => void) | null} */
  succession = null;
  /** The exports of this version, once somebody asked for them. @type {import("../namespace/version-namespace.cjs").VersionNamespace | null} */
  ownNamespace = null;

  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }

  /** Who imported it by `import()`: of most modules nobody, and a set is as large as half of a module. */
  get dynamicImporters() {
    this.#dynamicImporters ??= new Set();
    return this.#dynamicImporters;
  }

  /** Where it stands among the modules of its graph (module-map.cjs): no version's, whatever becomes of those. */
  get place() {
    return this.#place;
  }

  set place(place) {
    this.#place = place;
  }

  /** As it was before it was linked. */
  reset() {
    this.status = "unlinked";
    if (this.evaluationError) this.#leaveFailedFacades();
    this.evaluationError = null;
    this.cycleRoot = null;
    this.hasTLA = false;
    this.asyncEvaluationOrder = null;
    this.topLevelCapability = null;
    this.asyncParentModules = [];
    this.pendingAsyncDependencies = 0;
    this.isCyclic = false;
    this.ownNamespace = null;
  }

  /** Those that Node has tried to evaluate: it keeps the error, and nobody has seen them. */
  #leaveFailedFacades() {
    if (this.facade?.hasFailed) this.facade = null;
    if (this.entrance?.hasFailed) this.entrance = null;
  }

  /** @returns {string[]} */
  getExportedNames() {
    return [];
  }

  /** No other name than these leads anywhere; null: nobody can tell. Of source text, without what its stars have. @returns {string[] | null} */
  allNames() {
    return null;
  }

  /** How many these are. */
  countNames() {
    return 0;
  }

  /**
   * @param {string} _name
   * @param {ResolveSet} _resolveSet
   * @returns {Resolution}
   */
  resolveExport(_name, _resolveSet = []) {
    return null;
  }

  /**
   * Every name that resolves, and what to.
   * @param {number} [from] leaves out that many of the names
   * @returns {[string, ResolvedBinding][]}
   */
  resolvedExports(from = 0) {
    const names = [...new Set(this.getExportedNames())].slice(from);
    const starNames = starNamesFor(names.length);
    return names.flatMap((name) => {
      const binding = resolveShown(this, name, starNames);
      return binding && binding !== "ambiguous" ? [[name, binding]] : [];
    });
  }

  /**
   * Where an export can be had that nobody tells us of.
   * @param {string} [_name]
   * @returns {import("../namespace/facade-text.cjs").From | null}
   */
  variableOf(_name) {
    return null;
  }

  /** Are two bindings, this module's and another's, one? @param {ResolvedBinding} _own @param {ResolvedBinding} _other */
  sharesBinding(_own, _other) {
    return false;
  }

  /** InitializeEnvironment. */
  initializeEnvironment() {}

  /**
   * ExecuteModule: what is to be called until `end` says that it was enough. Not called here: a body
   * is to have as few frames of ours under it as can be.
   * @returns {Call}
   */
  begin() {
    return { call: nothing, self: undefined, values: [] };
  }

  /**
   * The call of `begin` has returned. To the promise of a body with top-level await there is one
   * reaction, no more: programs can count.
   * @param {unknown} _result
   * @param {(module: Module) => void} [_fulfilled]
   * @param {(module: Module, error: unknown) => void} [_rejected]
   * @returns {boolean} was that all?
   */
  end(_result, _fulfilled, _rejected) {
    return true;
  }

  /**
   * What a promise is resolved with is asked for a `then` (ECMA-262 27.2.1.3.2), and a program may have given `Object.prototype` one.
   * @returns {undefined}
   */
  // biome-ignore lint/suspicious/noThenProperty: that there is none is what it says
  get then() {
    return undefined;
  }
}

function nothing() {}

/** A module that can say what is to happen in an update: by `import.meta.hot`, or by `module.hot`. */
class HotModule extends Module {
  /** This version's, once it asked for it. @type {import("../hot/hot.cjs").Hot | null} */
  hot = null;
  /** What the version before left in dispose. @type {Record<string, unknown> | null} */
  handed = null;
  /** Modules it imported by `import()` or `require()`, and what it called them, if that is known. @type {Map<Module, Set<string>>} */
  dynamicImports = new Map();
  /** @type {Map<unknown, import("../hot/resources.cjs").Kept> | null} */
  #kept = null;

  /** @param {string} url @param {string} file */
  constructor(url, file) {
    super(url);
    this.file = file;
  }

  /** Values of `hot.keep`, for all versions. */
  get kept() {
    this.#kept ??= new Map();
    return this.#kept;
  }

  set kept(kept) {
    this.#kept = kept;
  }
}

/** @param {JsEsm} record */
const cellsOf = ({ cells }) => Cell.forAll(cells);

/** @type {ReadonlyMap<number, string>} */
const NONE = new Map();

/** Source Text Module Record (16.2.1.7). */
class SourceTextModule extends HotModule {
  isSourceText = true;
  /** @type {import("../evaluate/environment.cjs").Environment | null} */
  environment = null;
  /** What each import was linked to. @type {ResolvedBinding[]} */
  resolved = [];
  /** Imports that the body reads where they come from, by the names that it knows. @type {ReadonlyMap<number, string>} */
  live = NONE;
  /** No version has come before this. */
  isFirst = true;
  /** Nobody imports it any more, but Node has it for good: it is kept up to date (imported-natively.cjs). */
  isLeft = false;
  /** The record's code as V8 has compiled it: versions of the same text share it. @type {Function | null} */
  body = null;

  /** @param {string} url @param {string} file @param {JsEsm} record */
  constructor(url, file, record) {
    super(url, file);
    this.record = record;
    this.cells = cellsOf(record);
    this.hasTLA = record.hasTopLevelAwait;
  }

  /** Begins a version. @param {JsEsm} record */
  adopt(record) {
    if (record !== this.record) this.body = null;
    this.record = record;
    this.isFirst = false;
    this.cells = cellsOf(record);
    this.environment = null;
    this.live = NONE;
    this.hot = null;
    this.dynamicImports = new Map();
    this.reset();
    this.hasTLA = record.hasTopLevelAwait;
  }

  /** Below a boundary each version is a module of its own. @param {SourceTextModule} predecessor */
  succeed({ body, record }) {
    this.isFirst = false;
    if (record === this.record) this.body = body;
  }

  /** Do names of other modules pass through this one? */
  get reexports() {
    return this.record.stars.length > 0 || this.record.indirect.length > 0;
  }

  /** 16.2.1.7.2.1 @override */
  getExportedNames() {
    return exportedNames(this);
  }

  /** @override */
  allNames() {
    return exportedBy(this.record);
  }

  /** @override */
  countNames() {
    return this.record.locals.length + this.record.indirect.length;
  }

  /** The module's own come first in the list of names, and need no search. @override @returns {[string, ResolvedBinding][]} */
  resolvedExports() {
    const { locals } = this.record;
    /** @type {[string, ResolvedBinding][]} */
    const own = locals.map(({ exported, cell }) => [exported, { module: this, cell: this.cells[cell] }]);
    return this.reexports ? [...own, ...super.resolvedExports(locals.length)] : own;
  }

  /** 16.2.1.7.2.2 @override @param {string} name @param {ResolveSet} resolveSet @returns {Resolution} */
  resolveExport(name, resolveSet = quick()) {
    return resolveExport(this, name, resolveSet);
  }

  /** Step 5: an export that no other module has to be asked for. @param {string} name @returns {ResolvedBinding | null} */
  ownExport(name) {
    const entry = entryNamed(this.record.locals, name);
    return entry ? { module: this, cell: this.cells[entry.cell] } : null;
  }

  /** @override */
  begin() {
    this.succession?.();
    return environmentOf(this).begin();
  }

  /** @override @param {unknown} result @param {(module: Module) => void} [fulfilled] @param {(module: Module, error: unknown) => void} [rejected] */
  end(result, fulfilled, rejected) {
    const environment = environmentOf(this);
    if (!this.hasTLA) return environment.end(result);
    return environment.end(
      result,
      () => fulfilled?.(this),
      (error) => rejected?.(this, error),
    );
  }

  /** @param {number} number @param {ResolveSet} [resolveSet] @returns {Resolution} */
  resolveImport(number, resolveSet) {
    const entry = this.record.imports[number];
    const imported = this.requested[entry.request];
    return entry.name === undefined
      ? { module: imported, cell: null }
      : imported.resolveExport(entry.name, resolveSet);
  }
}

/** @param {SourceTextModule} module linked @returns {import("../evaluate/environment.cjs").Environment} */
const environmentOf = (module) =>
  /** @type {import("../evaluate/environment.cjs").Environment} */ (module.environment);

module.exports = { HotModule, Module, SourceTextModule };
