// @ts-check
"use strict";

// What has CommonJS required since it was looked at? To look at all there is takes the longer the larger a program is, and for most
// updates that would be for nothing: what nobody has ever required nobody has among his `children`.

const { Loader, parentOf } = require("../../commonjs/commonjs.cjs");
const { onReplaced } = require("../../commonjs/replaced.cjs");
const { SafeSet } = require("../../intrinsics.cjs");
const { ChildrenCounts } = require("./children-counts.cjs");
const { CommonJsModule } = require("./commonjs-module.cjs");
const { above } = require("../graph/importers.cjs");
const { HotModule } = require("../graph/module-record.cjs");
const { NodeChildren } = require("./node-children.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/**
 * What it needs of the graph's CommonJS.
 * @typedef {object} Host
 * @property {(instance: LoaderModule) => void} take it is another version of a module
 * @property {(module: CommonJsModule) => void} forget it is of the program no more
 */

class RequiredSince {
  #graph;
  #created;
  #required;
  #host;
  #counts = new ChildrenCounts();
  /** What is new, or still being loaded, or has required what can't be loaded yet: looked at each time. @type {Set<CommonJsModule>} */
  #unsettled = new Set();
  /** Files of which another version may be in `require.cache` than is known. @type {Set<string>} */
  #doubted = new Set();
  /** Files that somebody has asked for by require(), ever. @type {Set<string>} */
  #everRequired = new SafeSet();
  /** What of the graph is among the `children` of Node's modules. @type {NodeChildren} */
  children;

  /**
   * @param {Graph} graph
   * @param {import("./created-requires.cjs").CreatedRequires} created
   * @param {import("./required-modules.cjs").RequiredModules} required
   * @param {Host} host
   */
  constructor(graph, created, required, host) {
    this.#graph = graph;
    this.#created = created;
    this.#required = required;
    this.#host = host;
    this.children = new NodeChildren(graph, created, required, this.#counts);
  }

  /** Once for each thread. */
  watch() {
    onReplaced((file) => void this.#doubted.add(file));
  }

  /** It is there, or has another version. @param {CommonJsModule} module */
  add(module) {
    this.#counts.add(module);
    this.#unsettled.add(module);
  }

  /** @param {CommonJsModule} module */
  delete(module) {
    this.#counts.delete(module);
    this.#unsettled.delete(module);
  }

  /**
   * Somebody requires a file: Node will not say so of the next who does (`relativeResolveCache`), as it would of what is imported alone.
   * @param {string} file
   */
  asksFor(file) {
    this.#everRequired.add(file);
  }

  /** @param {LoaderModule | undefined} parent who has required something: if it was made by hand, it may come into the cache */
  requires(parent) {
    const file = parent?.filename;
    const module = file ? this.#graph.modules.get(file) : undefined;
    if (file && module instanceof CommonJsModule && module.instance !== parent) this.#doubted.add(file);
  }

  /**
   * Looks at what is known to be other than it was, and at all there is if that may matter.
   * @param {readonly Module[]} [concerned] who has required these, or what leads to them; none: whatever it is
   */
  look(concerned) {
    if (this.#unsettled.size > 0) for (const module of [...this.#unsettled]) this.#look(module);
    if (this.#doubted.size > 0) this.#lookAtDoubted();
    if (!concerned || this.#required.unclaimed.size > 0) return this.lookAtAll();
    if (concerned.length === 0) return;
    const modules = above(concerned);
    // By what CommonJS has it evaluated anew, nobody may ever have required it.
    for (const module of concerned)
      if (module instanceof CommonJsModule && this.#counts.has(module)) this.#look(module);
    for (const module of modules) {
      if (!this.#mayBeRequired(module)) continue;
      this.#lookAtReplaced(modules);
      return this.lookAtAll();
    }
  }

  #lookAtDoubted() {
    for (const file of this.#doubted) {
      this.#doubted.delete(file);
      const module = this.#graph.modules.get(file);
      if (module instanceof CommonJsModule && this.#counts.has(module)) this.#look(module);
    }
  }

  /** @param {Module} module */
  #mayBeRequired(module) {
    const { file } = /** @type {{ file?: string }} */ (module);
    if (file === undefined) return false;
    if (this.#everRequired.has(file)) return true;
    const cached = Loader._cache[file];
    return cached !== undefined && (!(module instanceof CommonJsModule) || Boolean(parentOf(cached)));
  }

  /** The program itself may have put other versions into `require.cache`. @param {Set<Module>} modules */
  #lookAtReplaced(modules) {
    for (const module of modules) {
      if (!(module instanceof CommonJsModule) || !module.instance || !this.#counts.has(module)) continue;
      const cached = Loader._cache[module.file];
      if (cached && cached !== module.instance) this.#look(module);
    }
  }

  /** … at all, whatever it is for. */
  lookAtAll() {
    for (const module of this.#counts.changed()) this.#look(module);
    // Asked for first: each function that is called for nothing is one more that is cold when a save is to go live.
    if (this.#created.known.length === 0) return;
    for (const holder of this.#created.changed()) {
      const module = this.#graph.modules.get(holder.filename);
      const isSettled = !(module instanceof HotModule) || this.children.scan(holder, module);
      if (!isSettled) this.#created.lookAgain(holder);
    }
  }

  /** @param {CommonJsModule} module */
  #look(module) {
    const { instance, file } = module;
    const cached = Loader._cache[file];
    // Loaded anew without Node's resolving it.
    if (cached && cached !== instance && instance) this.#host.take(cached);
    this.#unsettled.delete(module);
    if (!instance) return this.#counts.note(module);
    // It threw, and Node has forgotten it; or an update of sync.* awaits something, and puts the version before back if it fails.
    if (!instance.loaded && !cached && isAlone(module)) {
      if (this.#graph.isBeingTried(file)) this.#unsettled.add(module);
      else this.#host.forget(module);
      return;
    }
    const present = module.instance ?? instance;
    const isSettled = this.children.scan(present, module) && present.loaded;
    this.#counts.note(module);
    if (!isSettled && this.#counts.has(module)) this.#unsettled.add(module);
  }
}

/** Of what threw when import() brought it that is the error, until it is saved. @param {CommonJsModule} module */
const isAlone = (module) => module.importers.size === 0 && !module.past && !module.evaluationError;

module.exports = { RequiredSince, isAlone };
