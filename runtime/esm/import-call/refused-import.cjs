// @ts-check
"use strict";

// What we refuse to load Node is asked for, whose words the import() is rejected with.

const { fileURLToPath, pathToFileURL } = require("node:url");
const { putBack } = require("../../intrinsics.cjs");
const { evaluated, nativeImport } = require("../native/native-import.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/load-error.cjs").LoadError} LoadError */
/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * Throws them.
 * @param {Graph} graph
 * @param {JsRequest} request
 * @param {string} from
 * @param {LoadError} error
 * @returns {Promise<Error | null>} null: it was saved before Node has read it, and was given our facade
 */
async function refusalOf(graph, { file }, from, error) {
  const url = error.url.replace(/[?#].*$/, "");
  const isAsked = !file || url === pathToFileURL(file).href;
  const present = () => (url.startsWith("file:") ? graph.modules.ofFile(fileURLToPath(url)) : []);
  const before = present();
  try {
    // Of what another module imports the stack has no import().
    await (isAsked ? nativeImport(from)(error.nodesUrl) : evaluated(JSON.stringify(error.nodesUrl)));
  } catch (told) {
    if (!hasCome(graph, present, before)) throw told;
    return null;
  }
  if (hasCome(graph, present, before)) return null;
  return new Error(`heatsync-rs refuses what Node takes: ${error.message}`, { cause: error });
}

/**
 * What Node has loaded because it was asked for its words is imported by who has asked, and is no root.
 * @param {Graph} graph
 * @param {() => Module[]} present
 * @param {Module[]} before
 */
function hasCome(graph, present, before) {
  // The program has run meanwhile.
  const giveBack = putBack();
  try {
    const come = present().filter((module) => !before.includes(module));
    for (const module of come) {
      if (!graph.commonJs?.imported.isOfOthers(module)) graph.roots.delete(module);
    }
    return come.length > 0;
  } finally {
    giveBack?.();
  }
}

module.exports = { refusalOf };
