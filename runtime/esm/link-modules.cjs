// @ts-check
"use strict";

// Link and InitializeEnvironment (ECMA-262 16.2.1.6.1.2 and 16.2.1.7.3.1) of all modules that are new, or have a new version,
// at once.

const { environmentOf } = require("./environment.cjs");
const { fromNamespace, link } = require("./link.cjs");
const { linkingOrder, stagedOf } = require("./linking-order.cjs");
const { SourceTextModule } = require("./module-record.cjs");
const { sourceOf } = require("./source.cjs");
const { stage } = require("./staged.cjs");
const { PresentOfModules } = require("./variables.cjs");

/** @typedef {import("./graph.cjs").Graph} Graph */
/** @typedef {import("./module-record.cjs").Module} Module */

/**
 * @param {Graph} graph
 * @param {Module[]} roots
 * @param {Set<Module>} members
 * @param {import("./graph.cjs").Facades} [facades]
 */
function linkModules(graph, roots, members, facades) {
  const order = linkingOrder(roots, members);
  const sources = order.filter(isSource);
  sources.forEach((member) => {
    if (!member.isCyclic) return;
    // Its place in a cycle asks for another body.
    member.record = sourceOf(graph, member.file, member.url, true);
    member.body = null;
  });
  order.forEach((member) => {
    if (isSource(member)) {
      link(member);
      readWhereItIs(graph, member);
    }
    member.status = "linked";
  });
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

/** @param {Module} it @returns {it is SourceTextModule} */
const isSource = (it) => it instanceof SourceTextModule;

/** Imports of packages' variables that nobody tells us of ask for another body. @param {Graph} graph @param {SourceTextModule} module */
function readWhereItIs(graph, module) {
  // A native module's bindings alone have names.
  if (module.live.size === 0 && !module.resolved.some(({ name }) => name !== undefined)) return;
  const live = module.resolved.flatMap(({ module: from, name }, number) =>
    name !== undefined && from.variableOf(name) ? [{ import: number, name }] : [],
  );
  module.live = new Map(live.map((it) => [it.import, it.name]));
  if (live.length === 0) return;
  module.record = sourceOf(graph, module.file, module.url, module.isCyclic, live);
  module.body = null;
  module.resolved = module.resolved.map((binding, number) => fromNamespace(module, binding, number));
}

module.exports = { linkModules };
