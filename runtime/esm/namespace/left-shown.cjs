// @ts-check
"use strict";

// Modules that leave the graph, whose namespaces somebody was shown: Node keeps what it was given, and gives it to whoever asks for the
// same URL again.

const { leave } = require("./former-facades.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * The next module of this key goes on with the namespace that Node has.
 * @param {Graph} graph
 * @param {string} key
 * @param {Module} module
 */
function retire(graph, key, module) {
  // What has a query has a new one each time, often enough.
  const [facade, ...others] = key === /** @type {any} */ (module).file ? leave(module) : [];
  if (!facade) return;
  graph.retired.set(key, facade);
  if (module.status !== "evaluated") return;
  for (const it of [facade, ...others]) it.letGo();
}

/**
 * The same of what came with an update that failed, if any of it has run: nobody is to have what was evaluated then.
 * @param {Graph} graph
 * @param {string} key
 * @param {Module} module
 */
function withdrawShown(graph, key, module) {
  if (!module.facade?.namespace) return;
  retire(graph, key, module);
  graph.requiredAgain?.left(module);
}

module.exports = { retire, withdrawShown };
