// @ts-check
"use strict";

// `children` of Node's CommonJS modules, under register: they say who has required whom, and keep, as `require.cache` does, what is
// to be loaded anew.

const { Loader, parentOf } = require("../../commonjs/commonjs.cjs");
const { letGo } = require("../../commonjs/let-go.cjs");
const { countAsImport, namesOfHeld } = require("../../session/held-require.cjs");
const { CommonJsModule, wasChild } = require("./commonjs-module.cjs");
const { HotModule } = require("../graph/module-record.cjs");
const { takesPart } = require("../graph/project-file.cjs");

/** @typedef {import("../../commonjs/commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

class NodeChildren {
  #graph;
  #created;
  #required;
  #counts;
  /** What a module has required that is known here already. @type {WeakMap<NodeJS.Module, { count: number, children: WeakSet<NodeJS.Module> }>} */
  #seen = new WeakMap();

  /**
   * @param {import("../graph/graph.cjs").Graph} graph
   * @param {import("./created-requires.cjs").CreatedRequires} created
   * @param {import("./required-modules.cjs").RequiredModules} required
   * @param {import("./children-counts.cjs").ChildrenCounts} counts
   */
  constructor(graph, created, required, counts) {
    this.#graph = graph;
    this.#created = created;
    this.#required = required;
    this.#counts = counts;
  }

  /**
   * What it has required since the last look.
   * @param {NodeJS.Module} holder
   * @param {HotModule} module
   * @returns {boolean} false: it has to be looked at again, as it is
   */
  scan(holder, module) {
    const { children = [] } = holder;
    const seen = this.#seen.get(holder) ?? { count: 0, children: new WeakSet() };
    this.#seen.set(holder, seen);
    if (children.length === seen.count) return true;
    seen.count = children.length;
    const isHeld = this.#created.isHeld(holder);
    for (const child of children) {
      if (seen.children.has(child)) continue;
      const required = this.#graph.modules.get(child.filename);
      // An entry of ours in `require.cache` is among them also while what it answers for can't be loaded.
      if (!required && takesPart(child.filename)) seen.count = -1;
      else seen.children.add(child);
      if (!(required instanceof HotModule) || required === module) continue;
      const known = module.dynamicImports.get(required);
      if (!known) module.dynamicImports.set(required, isHeld ? namesOfHeld() : new Set());
      else if (!isHeld) countAsImport(known);
      required.dynamicImporters.add(module);
      this.#required.claim(required);
    }
    return seen.count >= 0;
  }

  /** It runs again: what it requires is nobody's meanwhile. @param {LoaderModule} instance */
  runsAgain(instance) {
    this.#seen.delete(instance);
  }

  /** Has it required what has left the graph since? @param {Module} module */
  isTorn(module) {
    if (!(module instanceof CommonJsModule) || !module.instance) return false;
    const { children = [] } = module.instance;
    return children.some(({ filename }) => takesPart(filename) && !this.#graph.modules.get(filename));
  }

  /**
   * Whose version that runs has required one of these?
   * @param {Set<NodeJS.Module>} instances
   * @returns {[Module, NodeJS.Module[]][]} and which of them
   */
  having(instances) {
    if (instances.size === 0) return [];
    const holders = [...this.#graph.modules.commonJs].flatMap(({ instance }) => instance ?? []);
    return [...holders, ...this.#created.holders()].flatMap((it) => {
      const module = this.#graph.modules.get(it.filename);
      const had = it.children?.filter((child) => instances.has(child)) ?? [];
      return module && had.length > 0 && !instances.has(it) ? [[module, had]] : [];
    });
  }

  /**
   * Takes a version out of everything by which Node keeps it, so that it is loaded anew.
   * @param {CommonJsModule} module
   * @param {LoaderModule | null} instance
   * @returns {() => void} puts it back
   */
  takeOut(module, instance) {
    const { file } = module;
    const wasCached = instance !== null && Loader._cache[file] === instance;
    if (wasCached) delete Loader._cache[file];
    letGo(file);
    const holders = instance ? this.#holdersOf(module, instance) : [];
    const parent = instance && parentOf(instance);
    if (parent && holders.includes(parent)) wasChild.add(instance);
    const places = holders.map((holder) => {
      const place = holder.children.indexOf(/** @type {LoaderModule} */ (instance));
      holder.children.splice(place, 1);
      this.#lookAgain(holder);
      return place;
    });
    return () => {
      const next = module.instance;
      if (next && Loader._cache[file] === next) delete Loader._cache[file];
      if (instance && wasCached) Loader._cache[file] = instance;
      if (next && process.mainModule === next) process.mainModule = instance ?? undefined;
      holders.forEach((holder, index) => {
        const children = holder.children.filter((child) => child !== next && child !== instance);
        children.splice(places[index], 0, /** @type {LoaderModule} */ (instance));
        holder.children = children;
        this.#lookAgain(holder);
      });
    };
  }

  /** @param {NodeJS.Module} holder */
  #lookAgain(holder) {
    const seen = this.#seen.get(holder);
    if (!seen) return;
    seen.count = -1;
    this.#counts.lookAgain(this.#graph.modules.get(/** @type {string} */ (holder.filename)), holder);
    this.#created.lookAgain(holder);
  }

  /** Who has it among its children. @param {CommonJsModule} module @param {LoaderModule} instance */
  #holdersOf(module, instance) {
    const holders = new Set([parentOf(instance), ...this.#created.holders()]);
    for (const importer of module.dynamicImporters) {
      if (importer instanceof CommonJsModule) holders.add(importer.instance);
    }
    return [...holders].flatMap((holder) => (holder?.children?.includes(instance) ? [holder] : []));
  }
}

module.exports = { NodeChildren };
