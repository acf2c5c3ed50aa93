// @ts-check
"use strict";

// Link and InitializeEnvironment (ECMA-262 16.2.1.6.1.2 and 16.2.1.7.3.1) of all modules that are new, or have a new version,
// at once.

const { takeCyclic, whileLinked } = require("../graph/being-linked.cjs");
const { takeBuiltins } = require("../native/builtins.cjs");
const { isReadInPlace, readerName } = require("../graph/counted.cjs");
const { environmentOf } = require("../evaluate/environment.cjs");
const { leadsNowhere } = require("../import-call/in-vain.cjs");
const { faults, fromNamespace, isUnlinked, link } = require("./link.cjs");
const { linkingOrder, markEarly, stagedOf } = require("./linking-order.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { NativeModule } = require("../native/native.cjs");
const { sourceOf } = require("../graph/source.cjs");
const { stage } = require("../namespace/staged.cjs");
const { PresentOfModules } = require("../namespace/variables.cjs");

/** @typedef {import("../../../native/addon").JsEsm} JsEsm */
/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("../graph/module-record.cjs").ResolvedBinding} ResolvedBinding */

/**
 * @param {Graph} graph
 * @param {Module[]} roots
 * @param {Set<Module>} members
 * @param {import("../graph/graph.cjs").Facades} [facades]
 */
function linkModules(graph, roots, members, facades) {
  whileLinked(graph, members, () => linkAll(graph, roots, members, facades));
}

/**
 * @param {Graph} graph
 * @param {Module[]} roots
 * @param {Set<Module>} members
 * @param {import("../graph/graph.cjs").Facades} [facades]
 */
function linkAll(graph, roots, members, facades) {
  takeBuiltins(members);
  const order = linkingOrder(roots, members);
  const sources = order.filter(isSource);
  sources.forEach((member) => {
    if (member.isCyclic) readAsCyclic(graph, member);
  });
  const linkMember = (/** @type {Module} */ member) => {
    if (isSource(member)) {
      link(member);
      readWhereItIs(graph, member);
    }
    member.status = "linked";
  };
  try {
    try {
      order.forEach(linkMember);
    } catch (error) {
      if (!isUnlinked(error) || !require("../commonjs/unparsed-commonjs.cjs").mayHaveAll(order, graph.loader))
        throw error;
      order.forEach(linkMember);
    }
  } catch (error) {
    // Node has loaded all before it links anything: what V8 refuses, and what leads nowhere it finds first.
    const lost = firstLost(roots, members, (member) => void environmentOf(member, graph.realm));
    if (lost && lost !== faults.get(/** @type {Error} */ (error))?.module) link(lost);
    throw error;
  }
  const cycles = takeCyclic(order);
  if (cycles) readCycles(graph, cycles, order, sources);
  // Bodies that are evaluated anew see new versions in the namespaces they import.
  const shown = new PresentOfModules();
  for (const facade of facades ? graph.facades() : []) {
    facades?.set(facade.module, facades.get(facade.module) ?? facade);
    facade.refresh(members, shown);
  }
  order.forEach((member) => void member.initializeEnvironment());
  stage(stagedOf(order), graph.predecessors);
  sources.forEach((member) => {
    member.environment = environmentOf(member, graph.realm);
  });
  sources.forEach((member) => void member.environment?.initialize());
}

/** Its place in a cycle asks for another body. @param {Graph} graph @param {SourceTextModule} member */
function readAsCyclic(graph, member) {
  graph.tellOfReadingAgain(member);
  member.record = sourceOf(graph, member.file, member.url, member.isCyclic, liveImportsOf(member));
  member.body = null;
}

/**
 * Cycles through packages show when Node links these.
 * @param {Graph} graph
 * @param {Map<Module, Module[]>} cycles
 * @param {Module[]} order
 * @param {SourceTextModule[]} sources
 */
function readCycles(graph, cycles, order, sources) {
  const acyclic = sources.filter(({ isCyclic }) => !isCyclic);
  for (const member of cycles.keys()) member.isCyclic = true;
  markEarly(order, cycles);
  for (const member of acyclic) if (member.isCyclic) readAsCyclic(graph, member);
  const seen = new Set();
  for (const member of cycles.keys()) readInDeadZone(graph, member, seen);
}

/**
 * What is evaluated before the package that has asked for it finds that one's variables in their dead zone, through another package,
 * too: V8 says so where they are read.
 * @param {Graph} graph
 * @param {Module} module
 * @param {Set<Module>} seen
 */
function readInDeadZone(graph, module, seen) {
  if (seen.has(module) || !isSource(module) || module.status === "evaluated") return;
  seen.add(module);
  /** @type {[number, string][]} */
  const early = [];
  for (const [number, { module: from, cell, name }] of module.resolved.entries())
    if (from instanceof NativeModule && !from.builtin && cell && name !== undefined)
      early.push([number, name]);
  if (early.length > 0) {
    module.live = new Map([...module.live, ...early]);
    for (const [number] of early)
      module.resolved[number] = fromNamespace(module, module.resolved[number], number);
    readAsCyclic(graph, module);
  }
  for (const required of module.requested) readInDeadZone(graph, required, seen);
}

/** Node 20 and 22 load what is there meanwhile, and so level by level. */
const loadsInBreadth = Number.parseInt(process.versions.node, 10) < 24;

/**
 * Whose import leads nowhere, of several the one that Node comes to first.
 * @param {Module[]} roots
 * @param {Set<Module>} members
 * @param {(member: SourceTextModule) => void} parse throws what V8 has against its text, which our parser takes
 * @returns {SourceTextModule | null}
 */
function firstLost(roots, members, parse) {
  /** @type {Set<Module>} */
  const seen = new Set(roots);
  const isLost = (/** @type {Module} */ it) => it instanceof NativeModule && leadsNowhere(it.request);
  /** @param {Module} module @returns {SourceTextModule | null} */
  const inDepth = (module) => {
    if (isSource(module)) parse(module);
    for (const required of module.requested) {
      if (isLost(required)) return /** @type {SourceTextModule} */ (module);
      if (!members.has(required) || seen.has(required)) continue;
      seen.add(required);
      const found = inDepth(required);
      if (found) return found;
    }
    return null;
  };
  if (!loadsInBreadth) {
    for (const root of roots) {
      const found = members.has(root) ? inDepth(root) : null;
      if (found) return found;
    }
    return null;
  }
  // What is added while it is gone through comes last.
  for (const module of seen) {
    if (!members.has(module)) continue;
    if (isSource(module)) parse(module);
    if (module.requested.some(isLost)) return /** @type {SourceTextModule} */ (module);
    for (const required of module.requested) seen.add(required);
  }
  return null;
}

/** @param {Module} it @returns {it is SourceTextModule} */
const isSource = (it) => it instanceof SourceTextModule;

/**
 * Imports of packages' variables that nobody tells us of, and of what is written over and over, ask for another body.
 * @param {Graph} graph
 * @param {SourceTextModule} module
 */
function readWhereItIs(graph, module) {
  // A native module's bindings alone have names.
  const mayBe = (/** @type {ResolvedBinding} */ { cell, name }) => name !== undefined || cell?.isCounted;
  if (module.live.size === 0 && !module.resolved.some(mayBe)) return;
  /** @type {Map<number, string>} */
  const live = new Map();
  for (const [number, binding] of module.resolved.entries()) {
    const name = nameInPlace(module, binding, number);
    if (name !== undefined) live.set(number, name);
  }
  module.live = live;
  if (live.size === 0) return;
  graph.tellOfReadingAgain(module);
  const record = sourceOf(graph, module.file, module.url, module.isCyclic, liveImportsOf(module));
  for (const number of live.keys()) if (isLeft(module, record, number)) live.delete(number);
  if (live.size === 0) return;
  module.record = record;
  module.body = null;
  module.resolved = module.resolved.map((binding, number) => fromNamespace(module, binding, number));
}

/** By which an import is read where it is. @param {SourceTextModule} module @param {ResolvedBinding} binding @param {number} number */
function nameInPlace(module, binding, number) {
  const { module: from, name } = binding;
  if (name !== undefined) return from.variableOf(name) ? name : undefined;
  return isReadInPlace(module, binding) ? readerName(module, number) : undefined;
}

/** As the transform is asked for them: names of ours are its affair. @param {SourceTextModule} module */
const liveImportsOf = (module) =>
  [...module.live].map(([number, name]) => ({
    import: number,
    name: name === readerName(module, number) ? undefined : name,
  }));

/** Did the transform leave it as it was, since it is not read, or V8 speaks of it? @param {SourceTextModule} module @param {JsEsm} record @param {number} number */
function isLeft(module, { code }, number) {
  const name = readerName(module, number);
  if (module.live.get(number) !== name) return false;
  for (let at = code.indexOf(name); at >= 0; at = code.indexOf(name, at + 1))
    if (!/\d/.test(code.charAt(at + name.length))) return false;
  return true;
}

module.exports = { linkModules };
