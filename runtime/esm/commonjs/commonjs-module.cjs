// @ts-check
"use strict";

// A CommonJS file of the project in the graph: Synthetic Module Record (ECMA-262 16.2.1.8) with the
// names that Node finds in its text, if an ES module imports it. Node's own loader evaluates it, so
// that `require()` and `import` have one instance; ours only says when.

const { Loader, loadAnew, parentOf } = require("../../commonjs/commonjs.cjs");
const { SafeMap, SafeSet, apply, putBack } = require("../../intrinsics.cjs");
const { letGo } = require("../../commonjs/let-go.cjs");
const { endStats } = require("../../commonjs/node-stats.cjs");
const { parentFor } = require("../../commonjs/parents.cjs");
const { announceRequire, isHeard } = require("../hooks/announced.cjs");
const { Cell } = require("../graph/cell.cjs");
const { learnFrames } = require("./commonjs-frames.cjs");
const { HotModule } = require("../graph/module-record.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {import("../graph/module-record.cjs").Resolution} Resolution */
/** @typedef {import("../graph/module-record.cjs").ResolvedBinding} ResolvedBinding */

/** @type {import("../graph/module-record.cjs").Status} */
const EVALUATED = "evaluated";
/** Since Node 23 the whole can be imported by this name too. */
const WHOLE = Number(process.versions.node.split(".")[0]) >= 23 ? "module.exports" : null;
const hasOwn = Object.prototype.hasOwnProperty;

class CommonJsModule extends HotModule {
  isCommonJs = true;
  /** By name; none: no ES module imports it. @type {Map<string, Cell> | null} */
  bindings;
  /** Node's module of this version, once it is loaded. @type {LoaderModule | null} */
  instance = null;
  /** That of the version before, which this one is to take the place of. @type {LoaderModule | null} */
  past = null;
  /** What was in `require.cache` before this module was there, as long as that is its instance: others have it. @type {LoaderModule | null} */
  found = null;
  /**
   * It has left the graph. Who imports it may go on as it is, because something else that it imports is broken, and be evaluated only now.
   */
  isFormer = false;
  /** Its text does not parse, which is said when it is evaluated: nobody knows its names. */
  isUnparsed = false;

  /** @param {string} url @param {string} file @param {string[] | null} names null: Node has loaded it, for require() */
  constructor(url, file, names) {
    super(url, file);
    this.bindings = names && cellsOf(names);
    this.isOfRequire = names === null;
    if (!names) this.status = EVALUATED;
    else if (Loader._cache[file]?.loaded) this.found = Loader._cache[file];
  }

  /** Begins a version. @param {string[] | null} names */
  adopt(names) {
    this.isUnparsed = false;
    this.bindings = names && cellsOf(names);
    this.past = this.instance;
    this.instance = null;
    this.found = null;
    this.hot = null;
    this.dynamicImports = new Map();
    this.reset();
  }

  /** An ES module imports it. @param {string[]} names */
  name(names) {
    this.bindings = cellsOf(names);
    this.reset();
  }

  /** No ES module does so after all. */
  unname() {
    this.bindings = null;
    this.reset();
    this.status = EVALUATED;
  }

  /** sync.* has evaluated it anew, by require(): who imports it goes on with what it has, until an update gives it the next version. */
  goOnAsRequired() {
    const cached = Loader._cache[this.file];
    if (cached?.loaded) this.instance = cached;
  }

  /** It was new in an update that has failed, perhaps after another had evaluated it anew, and put it back. */
  withdraw() {
    for (const required of this.dynamicImports.keys()) required.dynamicImporters.delete(this);
    this.dynamicImports.clear();
    if (!this.instance || this.instance === this.found) return;
    if (Loader._cache[this.file] === this.instance) forget(this.file);
  }

  /** Names that an ES module may import. */
  get names() {
    return this.bindings && [...this.bindings.keys()];
  }

  /** @override */
  getExportedNames() {
    return this.names ?? [];
  }

  /** @override @param {string} name @returns {Resolution} */
  resolveExport(name) {
    if (this.isUnparsed && !this.bindings?.has(name)) this.bindings?.set(name, new Cell());
    const cell = this.bindings?.get(name);
    return cell ? { module: this, cell } : null;
  }

  /** None comes from elsewhere, so none is ambiguous. @override */
  resolvedExports() {
    /** @type {[string, ResolvedBinding][]} */
    const found = [];
    this.bindings?.forEach((cell, name) => {
      found[found.length] = [name, { module: this, cell }];
    });
    return found;
  }

  /** Synthetic modules have no dead zone (16.2.1.8.4.2). @override */
  initializeEnvironment() {
    if (!this.isCyclic) return;
    for (const cell of this.bindings?.values() ?? []) {
      cell.initialize(undefined);
      cell.mayChange = true;
    }
  }

  /** @override */
  begin() {
    const isNobodys = this.isFormer && !Loader._cache[this.file];
    let isOver = false;
    let exports;
    // No `catch`: Node shows the line that has thrown last.
    try {
      // As Node's translator: what was required before is not asked for again, which a program that replaces `Module._load` would hear.
      // No function of its own: it would be one more frame under the file's code.
      const cached = Loader._cache[this.file];
      exports = this.past
        ? evaluatedAnew(this, this.past)
        : cached?.loaded
          ? cached.exports
          : isHeard("require")
            ? announceRequire(/** @type {any} */ (Loader)._load, Loader, this.file)
            : /** @type {any} */ (Loader)._load(this.file, undefined, false);
      isOver = true;
    } finally {
      if (!isOver) {
        const giveBack = putBack();
        learnFrames(this.file);
        noteThrown(this);
        giveBack?.();
      }
    }
    this.instance ??= Loader._cache[this.file] ?? null;
    if (this.found !== this.instance) this.found = null;
    if (isNobodys) forget(this.file);
    if (this.bindings) initializeAll(this.bindings, exports);
    // An update tells of it once its importer was evaluated, whose body may look at `import * as` of it; of a version that nobody
    // has asked for until the update had ended it does not tell.
    if (this.past || this.facade?.namespace) this.facade?.refresh(new SafeSet([this]));
    return super.begin();
  }

  /** Has somebody required this version already? */
  get isRequired() {
    const cached = Loader._cache[this.file];
    return cached !== undefined && cached !== this.past;
  }
}

/**
 * What `require()` of a new version gives. To the program it is what the version before was: required
 * by the same module (`if (!module.parent) main()`), or the program's entry point.
 * @param {CommonJsModule} module
 * @param {LoaderModule} past
 * @returns {unknown}
 */
function evaluatedAnew(module, past) {
  const { file } = module;
  if (module.isRequired) return Loader._cache[file].exports;
  const before = parentOf(past);
  const newest = (before?.filename && Loader._cache[before.filename]) || before || undefined;
  const parent = parentFor(past, newest);
  const next = new Loader(past.id, parent);
  // Its parent is who was the first to require it, and may do so no more: then Node's constructor says of it what is not so.
  const isChild = parent === before && (wasChild.has(past) || before?.children?.includes(past));
  if (!isChild) leaveParent(next, parent);
  module.instance = next;
  Loader._cache[file] = next;
  const isMain = process.mainModule === past;
  if (isMain) process.mainModule = next;
  onLoad(file);
  let isLoaded = false;
  try {
    loadAnew(next, file);
    isLoaded = true;
  } finally {
    if (!isLoaded) {
      endStats();
      // As Node does with a module that throws.
      if (Loader._cache[file] === next) delete Loader._cache[file];
      leaveParent(next, parent);
      if (isMain) process.mainModule = past;
    }
  }
  return next.exports;
}

/** What has thrown when it was evaluated, and is perhaps mended since. Nobody is kept by it. @type {Set<WeakRef<CommonJsModule>>} */
const thrown = new SafeSet();
/** @type {WeakSet<CommonJsModule>} */
const knownThrown = new WeakSet();

/** @param {CommonJsModule} module */
function noteThrown(module) {
  if (knownThrown.has(module)) return;
  knownThrown.add(module);
  thrown.add(new WeakRef(module));
}

/** What of these has thrown. @param {Set<CommonJsModule>} all @returns {CommonJsModule[]} */
function thrownOf(all) {
  /** @type {CommonJsModule[]} */
  const found = [];
  for (const reference of thrown) {
    const module = reference.deref();
    if (!module) thrown.delete(reference);
    else if (module.evaluationError && all.has(module)) found.push(module);
  }
  return found;
}

/** Versions that were taken out of the `children` of their parents. @type {WeakSet<LoaderModule>} */
const wasChild = new WeakSet();

/** @param {LoaderModule} module @param {LoaderModule | undefined} parent */
function leaveParent(module, parent) {
  const place = parent?.children?.indexOf(module) ?? -1;
  if (place >= 0) parent?.children.splice(place, 1);
}

/** Whoever requires or imports it from now on gets another. @param {string} file */
function forget(file) {
  delete Loader._cache[file];
  letGo(file);
}

/** A file is about to be read. @type {(file: string) => void} */
let onLoad = () => {};

/** @param {typeof onLoad} callback */
function tellOfLoads(callback) {
  onLoad = callback;
}

/** @param {string[]} names */
function cellsOf(names) {
  /** @type {Map<string, Cell>} */
  const cells = new SafeMap();
  for (const name of [...names, "default"]) cells.set(name, new Cell());
  if (WHOLE !== null) cells.set(WHOLE, new Cell());
  return cells;
}

/**
 * As Node's translator: what is no own property is undefined, and so is what throws; whether null has one is a TypeError.
 * @param {Map<string, Cell>} bindings
 * @param {any} exports
 */
function initializeAll(bindings, exports) {
  bindings.forEach((cell, name) => {
    const isWhole = name === "default" || name === WHOLE;
    let value = isWhole ? exports : undefined;
    if (!isWhole && apply(hasOwn, exports, [name])) {
      try {
        value = exports[name];
      } catch {}
    }
    cell.mayChange = false;
    cell.initialize(value);
  });
}

/** Only required so far: an ES module can't import it. @param {unknown} it @returns {it is CommonJsModule} */
const isNameless = (it) => it instanceof CommonJsModule && it.bindings === null;

/** It was in the graph before an ES module imported it. @param {unknown} it @returns {it is CommonJsModule} */
const wasRequired = (it) => it instanceof CommonJsModule && it.isOfRequire;

module.exports = { CommonJsModule, WHOLE, cellsOf, isNameless, tellOfLoads, thrownOf, wasChild, wasRequired };
