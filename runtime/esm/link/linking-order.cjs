// @ts-check
"use strict";

// In which order modules are linked and evaluated, which of them are in cycles, and what can be seen of
// them before they were evaluated.

const { SourceTextModule } = require("../graph/module-record.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * Post-order from the roots, as InnerModuleLinking visits (16.2.1.6.1.2.1); members of cycles are
 * marked (Tarjan's algorithm, as there).
 * @param {Module[]} roots
 * @param {Set<Module>} fresh
 */
function linkingOrder(roots, fresh) {
  /** @type {Module[]} */
  const order = [];
  /** @type {Module[]} */
  const stack = [];
  /** @type {Map<Module, Module[]>} */
  const cycles = new Map();
  let index = 0;
  /** @param {Module} module */
  const visit = (module) => {
    module.status = "linking";
    module.dfsIndex = module.dfsAncestorIndex = index++;
    stack.push(module);
    const { requested } = module;
    for (let index = 0; index < requested.length; index++) {
      const required = requested[index];
      if (required === module) module.isCyclic = true;
      if (!fresh.has(required)) {
        // Linked by whom a package has led here: it may be evaluated after this.
        if (required.status === "linking") module.isCyclic = true;
        continue;
      }
      if (required.status === "unlinked") visit(required);
      if (required.status === "linking" && stack.includes(required)) {
        module.dfsAncestorIndex = Math.min(module.dfsAncestorIndex, required.dfsAncestorIndex);
      }
    }
    order.push(module);
    if (module.dfsAncestorIndex !== module.dfsIndex) return;
    if (stack.at(-1) === module && !module.isCyclic) {
      stack.pop();
      return;
    }
    const members = stack.splice(stack.indexOf(module));
    if (members.length > 1) for (const member of members) member.isCyclic = true;
    for (const member of members) if (member.isCyclic) cycles.set(member, members);
  };
  for (const root of roots) if (fresh.has(root) && root.status === "unlinked") visit(root);
  markEarly(order, cycles);
  return order;
}

/**
 * What a member of a cycle imports can be seen before it was evaluated, if another member runs
 * first: that may call a hoisted function of the first one, which reads its imports.
 * @param {Module[]} order that of evaluation
 * @param {Map<Module, Module[]>} cycles
 */
function markEarly(order, cycles) {
  if (cycles.size === 0) return;
  const places = new Map(order.map((module, place) => [module, place]));
  const placeOf = (/** @type {Module} */ module) => places.get(module) ?? -1;
  /** @param {Module} module @param {number} since */
  const mark = (module, since) => {
    for (const required of module.requested) {
      if (required.isCyclic || placeOf(required) <= since) continue;
      required.isCyclic = true;
      mark(required, since);
    }
  };
  for (const [module, members] of cycles) mark(module, Math.min(...members.map(placeOf)));
}

/** Linked in vain: it is as it was before the above. @param {Module} module */
function unlink(module) {
  if (module.status !== "linking" && module.status !== "linked") return;
  module.status = "unlinked";
  module.isCyclic = false;
}

/**
 * Modules whose namespaces somebody may look at before they are evaluated: those that are named by a
 * module in a cycle, or by another such namespace.
 * @param {Module[]} order
 */
function stagedOf(order) {
  /** @type {Set<Module>} */
  const staged = new Set();
  /** @param {Module} module */
  const want = (module) => {
    // What Node was given and has not evaluated shows nothing yet.
    const { facade } = module;
    if (facade && "isGiven" in facade && facade.isGiven && !facade.isStarted) {
      module.entrance ??= facade;
      module.facade = null;
    }
    // A facade that exists is kept: its namespace is known to the program; unless this version has other names.
    if (facade?.namespace && module.status === "linked" && !facade.fits(module)) module.facade = null;
    if (module.isNative || module.facade || module.status === "evaluated" || staged.has(module)) return;
    staged.add(module);
    for (const [, { cell, module: shown }] of module.resolvedExports()) if (!cell) want(shown);
  };
  order.forEach((member) => {
    if (!(member instanceof SourceTextModule) || !member.isCyclic) return;
    for (const { module, cell } of member.resolved) if (!cell) want(module);
  });
  return [...staged];
}

module.exports = { linkingOrder, markEarly, stagedOf, unlink };
