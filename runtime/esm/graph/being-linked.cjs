// @ts-check
"use strict";

// What is being linked is not in the graph yet. To link it Node is asked for packages, and a package may import a file of the
// project that is just being linked, too: it is to be given that very module, not a second one.

const { SafeMap, SafeSet } = require("../../intrinsics.cjs");
const { above } = require("./importers.cjs");
const { noteShown } = require("./module-map.cjs");

/** @typedef {import("./module-record.cjs").Module} Module */
/** @typedef {Extract<NonNullable<Module["facade"]>, { isGiven: boolean }>} Facade */

/** @typedef {import("./graph.cjs").Graph} Graph */
/** `brought`: what Node has asked for meanwhile, by key. @typedef {{ members: Set<Module>, byKey: Map<string, Module> | null, brought: Map<string, Module> | null }} Linked */

/** Of the graph, innermost last. @type {WeakMap<object, Linked[]>} */
const linking = new WeakMap();

/** Packages whose imports Node is just linking for `module`. @type {{ module: Module, natives: Set<Module> }[]} */
const below = [];

/** Members of import cycles that lead through packages, and who imports the package. @type {Map<Module, Set<Module>>} */
const cyclic = new SafeMap();

/**
 * @template T
 * @param {Module} module
 * @param {Module[]} natives
 * @param {() => T} work
 * @returns {T}
 */
function whileLinkedBelow(module, natives, work) {
  below.push({ module, natives: new SafeSet(natives) });
  try {
    return work();
  } finally {
    below.pop();
  }
}

/** Is it a package that is just being linked? @param {Module} module */
const isLinkedNow = (module) => below.some(({ natives }) => natives.has(module));

/**
 * A package imports a file of the project. Does that one, or what it imports, import the package? Then it is seen before it is
 * evaluated, and so has another body.
 * @param {Module} module
 */
function noteCycle(module) {
  for (const { module: importer } of below) {
    if (!leadsTo(module, importer)) continue;
    const importers = cyclic.get(module) ?? new SafeSet();
    importers.add(importer);
    cyclic.set(module, importers);
  }
}

/** @param {Module} from @param {Module} to @param {Set<Module>} [seen] @returns {boolean} */
function leadsTo(from, to, seen = new SafeSet()) {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return from.requested.some((required) => leadsTo(required, to, seen));
}

/** @param {Module[]} order members that were linked @returns {Map<Module, Module[]> | null} which of them are in such cycles, with whom */
function takeCyclic(order) {
  if (cyclic.size === 0) return null;
  const found = new SafeMap();
  for (const member of order) {
    const importers = cyclic.get(member);
    if (importers && !member.isCyclic) found.set(member, [member, ...importers]);
    cyclic.delete(member);
  }
  return found.size > 0 ? found : null;
}

/**
 * @template T
 * @param {Graph} graph
 * @param {Set<Module>} members
 * @param {() => T} work
 * @returns {T}
 */
function whileLinked(graph, members, work) {
  const all = linking.get(graph) ?? [];
  linking.set(graph, all);
  /** @type {Linked} */
  const linked = { members, byKey: null, brought: null };
  all.push(linked);
  let isLinked = false;
  try {
    const result = work();
    isLinked = true;
    return result;
  } finally {
    all.pop();
    if (!isLinked && linked.brought) graph.withdraw(boundTo(members, linked.brought));
  }
}

/** Modules have come into the graph. @param {Graph} graph @param {Map<string, Module>} fresh */
function noteBrought(graph, fresh) {
  for (const linked of linking.get(graph) ?? []) {
    const brought = linked.brought ?? new SafeMap();
    linked.brought = brought;
    fresh.forEach((module, key) => void brought.set(key, module));
  }
}

/**
 * What was linked with members that did not link, and would evaluate them.
 * @param {Set<Module>} members
 * @param {Map<string, Module>} brought
 * @returns {Map<string, Module>}
 */
function boundTo(members, brought) {
  /** @type {Map<string, Module>} */
  const bound = new SafeMap();
  for (const [key, module] of brought) {
    const leads = (/** @type {Module} */ member) => leadsTo(module, member);
    if (module.status === "linked" && [...members].some(leads)) bound.set(key, module);
  }
  return bound;
}

/**
 * @param {object} graph
 * @param {string} key of an ES module: its file and what follows that in its URL
 * @returns {Module | undefined}
 */
function beingLinked(graph, key) {
  for (const linked of linking.get(graph) ?? []) {
    linked.byKey ??= new SafeMap(
      [...linked.members].filter((it) => it.isSourceText).map((it) => [keyOfModule(it), it]),
    );
    const member = linked.byKey.get(key);
    if (!member) continue;
    noteCycle(member);
    return member;
  }
  return undefined;
}

/** @param {any} module */
const keyOfModule = ({ file, url }) => file + (/[?#].*$/.exec(url)?.[0] ?? "");

/**
 * Is it new with an update of sync.* that has not ended? It may be evaluated already, or have begun, with what an update of
 * import.meta.hot replaces now.
 * @param {Graph} graph
 * @param {Module} module
 */
const isComing = (graph, module) =>
  (module.isSourceText || "isCommonJs" in module) && graph.freshOf(keyOfModule(module)) === module;

/** Facades that Node was given of modules which did not link after all, by key: Node asks for each once. @type {WeakMap<object, Map<string, Facade>>} */
const given = new WeakMap();

/** What Node was given and has not evaluated. @param {Module} module @returns {Facade | null} */
function givenOf({ facade }) {
  return facade && "isGiven" in facade && facade.isGiven && !facade.isStarted ? facade : null;
}

/**
 * Modules, or new versions of them, were given up: what Node was given, and would evaluate them, is made anew when it comes to that.
 * @param {Graph} graph
 * @param {Module[]} modules
 * @param {(module: Module) => boolean} isOther others are to stay
 */
function withdrawGiven(graph, modules, isOther) {
  /** @type {Map<string, Module>} */
  const bound = new SafeMap();
  for (const it of above(modules)) {
    if (it.status !== "linked" || !it.isSourceText || !givenOf(it) || isOther(it)) continue;
    if (graph.modules.holds(it)) bound.set(keyOfModule(it), it);
  }
  if (bound.size > 0) graph.withdraw(bound);
}

/** A module is withdrawn. @param {Graph} graph @param {string} key @param {Module} module */
function keepGiven(graph, key, module) {
  const facade = givenOf(module);
  if (!facade) return;
  const all = given.get(graph) ?? new SafeMap();
  given.set(graph, all);
  all.set(key, facade);
  // Node evaluates it where nothing of ours has led to the file again: what imports it was linked before.
  facade.onEnter = () => {
    const { file, url } = /** @type {import("./module-record.cjs").SourceTextModule} */ (module);
    graph.roots.add(graph.prepare(graph.loader.target(url, [], file, url), file));
  };
}

/** The same of what leaves the graph with an attempt that is taken back. @param {Graph} graph @param {Module[]} modules */
function keepAllGiven(graph, modules) {
  for (const module of modules) if (givenOf(module)) keepGiven(graph, keyOfModule(module), module);
}

/** A module has come: the facade that Node has stands for it. @param {Graph} graph @param {string} key @param {Module} module */
function takeGiven(graph, key, module) {
  const all = given.get(graph);
  const facade = all?.get(key);
  if (!facade) return;
  all?.delete(key);
  facade.standFor(module);
  module.facade = facade;
  noteShown(module);
}

module.exports = {
  beingLinked,
  isComing,
  isLinkedNow,
  keepAllGiven,
  keepGiven,
  noteBrought,
  takeCyclic,
  takeGiven,
  whileLinked,
  whileLinkedBelow,
  withdrawGiven,
};
