// @ts-check
"use strict";

// Whether an importer that stays finds what it imports in new versions.

const { SourceTextModule } = require("../graph/module-record.cjs");
const { versionOf } = require("./staged-version.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("./staged-version.cjs").Staged} Staged */

/**
 * Throws when an import leads nowhere because of these members of a group. What another group of the same update lacks, whose new
 * versions are read by now, is that one's fault, and found when it is linked.
 * @param {Graph} graph
 * @param {Module} importer
 * @param {Set<Module>} members what is linked
 * @param {Map<Module, Staged>} staged
 */
function peek(graph, importer, members, staged) {
  const resolved = importer instanceof SourceTextModule ? importer.resolved : [];
  try {
    graph.check(importer);
  } catch (error) {
    if (isFoundWithout(graph, importer, members, staged)) throw error;
  } finally {
    if (importer instanceof SourceTextModule) importer.resolved = resolved;
  }
}

/**
 * Would it find everything, were these as they were?
 * @param {Graph} graph
 * @param {Module} importer
 * @param {Set<Module>} members
 * @param {Map<Module, Staged>} staged
 */
function isFoundWithout(graph, importer, members, staged) {
  const present = [...staged].flatMap(([module, { old, next }]) =>
    next || !members.has(module) ? [] : { module, old, version: versionOf(module) },
  );
  for (const { module, old } of present) Object.assign(module, old);
  try {
    graph.check(importer);
    return true;
  } catch {
    return false;
  } finally {
    for (const { module, version } of present) Object.assign(module, version);
  }
}

module.exports = { peek };
