// @ts-check
"use strict";

// The modules of a graph, found by their file and by what Node sees of them as fast among thousands as
// among ten: an update asks for both, more than once.

const { SafeMap, SafeSet } = require("../../intrinsics.cjs");
const { SourceTextModule } = require("./module-record.cjs");
const { keyOf } = require("./request-key.cjs");

/** @typedef {import("../commonjs/commonjs-module.cjs").CommonJsModule} CommonJsModule */
/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {import("../native/native.cjs").NativeModule} NativeModule */

/** Given to modules in the order in which they come. */
let places = 0;

/** File and suffix, or what Node knows a module by → module. @extends {SafeMap<string, Module>} */
class ModuleMap extends SafeMap {
  /** Keys other than the file's name: of a query, of JSON. @type {Map<string, Set<string>>} */
  #others = new Map();
  /** What of it is CommonJS. @type {Set<CommonJsModule>} */
  commonJs = new SafeSet();
  /** Files of what has come, or gone, and was not told of. @type {Set<string>} */
  #news = new SafeSet();
  /** What there was under keys that were set or deleted since `begin`. @type {Map<string, Module | undefined> | null} */
  #before = null;

  /** @override @param {string} key @param {Module} module */
  set(key, module) {
    const known = this.get(key);
    if (known !== module) this.#place(key, module, known);
    const file = fileOf(module);
    if (file !== undefined && file !== key) {
      const keys = this.#others.get(file);
      if (keys) keys.add(key);
      else this.#others.set(file, new Set([key]));
    }
    return super.set(key, module);
  }

  /** As in any Map, what takes the place of another stands where that stood. @param {string} key @param {Module} module @param {Module | undefined} known */
  #place(key, module, known) {
    this.#note(key, known);
    module.place = known?.place ?? ++places;
    if (known && isCommonJs(known)) this.commonJs.delete(known);
    if (isCommonJs(module)) this.commonJs.add(module);
    this.#noteNews(module);
    if (known) this.#noteNews(known);
  }

  /** @param {Module} module */
  #noteNews(module) {
    const file = fileOf(module);
    if (file !== undefined) this.#news.add(file);
  }

  /** Which files have come, and which are gone, since this was asked before. */
  takeNews() {
    /** @type {string[]} */
    const come = [];
    /** @type {string[]} */
    const gone = [];
    for (const file of this.#news) (this.ofFile(file).length > 0 ? come : gone).push(file);
    this.#news.clear();
    return { come, gone };
  }

  /** @override @param {string} key */
  delete(key) {
    const module = this.get(key);
    if (module) {
      this.#note(key, module);
      this.#noteNews(module);
      if (isCommonJs(module)) this.commonJs.delete(module);
    }
    const file = module && fileOf(module);
    const keys = file === undefined ? undefined : this.#others.get(file);
    if (keys?.delete(key) && keys.size === 0) this.#others.delete(/** @type {string} */ (file));
    return super.delete(key);
  }

  /** From now on it is known how to undo what is done. */
  begin() {
    this.#before = new SafeMap();
  }

  /** It is not to be undone. */
  end() {
    this.#before = null;
  }

  /** All is as it was. @returns {Module[]} what had come */
  rollBack() {
    const before = this.#before ?? new SafeMap();
    this.#before = null;
    /** @type {Module[]} */
    const come = [];
    for (const [key, module] of before) {
      const present = this.get(key);
      if (present === module) continue;
      if (present) come.push(present);
      this.delete(key);
      if (!module) continue;
      const { place } = module;
      this.set(key, module);
      module.place = place;
    }
    return come;
  }

  /** @param {string} key @param {Module | undefined} module what is there */
  #note(key, module) {
    if (this.#before && !this.#before.has(key)) this.#before.set(key, module);
  }

  /** Under what keys is it here? @param {Module} module @returns {string[]} */
  keysOf(module) {
    const file = fileOf(module);
    const keys = file === undefined ? keyOfNative(module) : [file, ...(this.#others.get(file) ?? [])];
    return keys.filter((key) => this.get(key) === module);
  }

  /** What the file is in this graph: a module for each way to ask for it. @param {string} file @returns {Module[]} */
  ofFile(file) {
    const others = this.#others.get(file);
    if (others) return [file, ...others].flatMap((key) => this.get(key) ?? []);
    const only = this.get(file);
    return only ? [only] : [];
  }

  /** Is the file an ES module in this graph? @param {string} file */
  hasEsModule(file) {
    return this.ofFile(file).some((module) => module instanceof SourceTextModule);
  }

  /** … or is it imported as JSON? @param {string} file */
  hasText(file) {
    return this.ofFile(file).some((module) => !module.isNative && !isCommonJs(module));
  }

  /** Is it nothing else? @param {string} file */
  isCommonJs(file) {
    return this.ofFile(file).every((module) => "isCommonJs" in module);
  }

  /** Is it still in the graph? @param {Module} module a module of the project */
  holds(module) {
    const file = fileOf(module);
    if (file === undefined) return false;
    return this.get(file) === module || this.ofFile(file).includes(module);
  }
}

/** @param {Module} it @returns {it is CommonJsModule} */
const isCommonJs = (it) => /** @type {any} */ (it).isCommonJs === true;

/** @param {Module} module @returns {string[]} */
function keyOfNative(module) {
  const { from, request } = /** @type {NativeModule} */ (module);
  return module.isNative ? [keyOf(request, from)] : [];
}

/** In the order of their graph. @param {Iterable<Module>} modules */
const inOrder = (modules) => [...modules].sort((a, b) => a.place - b.place);

/** @param {Module} module @returns {string | undefined} */
const fileOf = (module) => /** @type {any} */ (module).file;

/** Modules that have, or had, a namespace that Node sees. Nobody is kept by it. @type {Set<WeakRef<Module>>} */
const shown = new Set();
/** When there are more it is looked which are still there. */
let most = 1000;
/** @type {WeakSet<Module>} */
const known = new WeakSet();

/** Node is going to see this module. @param {Module} module */
function noteShown(module) {
  if (known.has(module)) return;
  known.add(module);
  shown.add(new WeakRef(module));
  if (shown.size <= most) return;
  // Nobody may ask for them as long as modules come and go.
  let count = 0;
  for (const _ of shownModules()) count++;
  most = Math.max(most, 2 * count);
}

/** @returns {Generator<Module, void>} in any graph or none */
function* shownModules() {
  for (const reference of shown) {
    const module = reference.deref();
    if (module) yield module;
    else shown.delete(reference);
  }
}

module.exports = { ModuleMap, inOrder, noteShown, shownModules };
